"""Folding: what is known before a row is read is put into the rules."""

from collections.abc import Callable, Collection

from datong.guard.facts import Facts
from datong.guard.grammar import And, Compare, In, IsNull, Literal, Name, Not, Or, Rule
from datong.guard.grammar import Value as Operand
from datong.guard.reference import truth

UNKNOWN = Literal(None)


def fold(rule: Rule, facts: Facts, known: Collection[str]) -> Rule:
    """Replace the facts that are known (null too) and work out what follows.

    `known` names the facts that are settled; one of them that `facts` lacks is null.
    """

    def settled(value: Operand) -> Operand:
        if isinstance(value, Name) and value.name in known:
            return Literal(facts.get(value.name))
        return value

    return _fold(rule, settled)


def _fold(rule: Rule, settled: Callable[[Operand], Operand]) -> Rule:
    """Fold one rule, its parts first."""
    folded: Rule
    match rule:
        case And(rules) | Or(rules):
            return _joined(type(rule), [_fold(one, settled) for one in rules])
        case Not(inner):
            folded = Not(_fold(inner, settled))
        case Compare(operator, left, right):
            folded = Compare(operator, settled(left), settled(right))
        case In(value, among):
            folded = In(settled(value), settled(among))
        case IsNull(value):
            folded = IsNull(settled(value))
        case _:
            return settled(rule)
    return _constant(folded)


def _constant(rule: Rule) -> Rule:
    """Work a rule out if nothing in it is still open."""
    match rule:
        case Not(Literal()) | IsNull(Literal()):
            return Literal(truth(rule, {}))
        case (
            Compare(_, Literal(None), _)
            | Compare(_, _, Literal(None))
            | In(Literal(None), _)
            | In(_, Literal(None))
        ):
            return UNKNOWN
        case Compare(_, Literal(), Literal()) | In(Literal(), Literal()):
            return Literal(truth(rule, {}))
    return rule


def _joined(kind: type[And] | type[Or], rules: list[Rule]) -> Rule:
    """Join parts: the deciding constant wins, the idle one goes."""
    decisive = kind is Or
    if any(_is(one, decisive) for one in rules):
        return Literal(decisive)
    left = [one for one in rules if not _is(one, not decisive)]
    unique = list(dict.fromkeys(left))
    if not unique:
        return Literal(not decisive)
    return unique[0] if len(unique) == 1 else kind(tuple(unique))


def _is(rule: Rule, value: bool) -> bool:  # noqa: FBT001 - the value looked for
    """Is the rule this constant?"""
    return isinstance(rule, Literal) and rule.value is value
