"""The policy as a Python function: a million decisions a second.

Three values become two by asking two questions, *is it true?* and *is it false?*,
each of which a Python expression answers: a permit must be true, and a forbid must be
false to be passed over. The names and literals come from the parsed rule only.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from datong.guard.facts import FACTS, Facts
from datong.guard.fold import fold
from datong.guard.grammar import (
    And,
    Compare,
    In,
    IsNull,
    Literal,
    Name,
    Not,
    Or,
    Rule,
    names,
)
from datong.guard.grammar import Value as Operand
from datong.guard.policy import Effect, Policy
from datong.guard.policy import Rule as PolicyRule
from datong.guard.reference import Cell

SETTLED = ("action", "purpose", "basis", "scenario", "subject.role")
PYTHON = {"=": "==", "!=": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}


@dataclass(frozen=True, slots=True)
class Decider:
    """A compiled policy for one role, purpose, basis, scenario and action."""

    ask: Callable[[Facts], int]  # facts -> one bit for each permit that holds; 0 is no
    permits: tuple[PolicyRule, ...]

    def cell(self, facts: Facts, column: str = "") -> tuple[bool, str | None]:
        """Decide on one cell: is it shown, and under which mask."""
        bits = self.ask(facts)
        granting = [r for n, r in enumerate(self.permits) if bits >> n & 1]
        masks = [rule.masks.get(column) for rule in granting]
        return bool(bits), masks[0] if masks and None not in masks else None


def decider(policy: Policy, facts: Facts) -> Decider:
    """Compile a policy for what an access settles; the same access is kept."""
    return _compiled(policy, tuple(facts.get(name) for name in SETTLED))


def decide(policy: Policy, facts: Facts, column: str = "") -> Cell:
    """Decide on one cell, as `reference.decide` does, without naming the rules."""
    shown, mask = decider(policy, facts).cell(facts, column)
    return Cell(shown, mask, ())


@lru_cache(maxsize=4096)
def _compiled(policy: Policy, settled: tuple[object, ...]) -> Decider:
    """Write the function and let Python compile it."""
    facts: Facts = dict(zip(SETTLED, settled, strict=True))  # type: ignore[arg-type]  # they were facts before
    if not policy.lists(facts):
        return Decider(lambda _: 0, ())
    rules = [rule for rule in policy.rules if rule.applies(facts)]
    permits = tuple(r for r in rules if r.effect is Effect.PERMIT)
    forbids = [r for r in rules if r.effect is Effect.FORBID]
    granting = [fold(rule.when, facts, SETTLED) for rule in permits]
    against = [fold(rule.when, facts, SETTLED) for rule in forbids]
    parts = [f"({1 << n} if {is_true(one)} else 0)" for n, one in enumerate(granting)]
    passed = " and ".join(is_false(one) for one in against) or "True"
    text = f"({' | '.join(parts) or '0'}) if {passed} else 0"
    used = set().union(*(names(one) for one in (*granting, *against)))
    return Decider(_function(text, sorted(used)), permits)


def _function(text: str, used: list[str]) -> Callable[[Facts], int]:
    """Compile one expression; each fact that it uses is looked up once."""
    lines = [f"    {_text(Name(name))} = get({name!r})" for name in used]
    source = "\n".join(["def ask(facts):", "    get = facts.get", *lines])
    space: dict[str, Callable[[Facts], int]] = {}
    exec(f"{source}\n    return {text}", {}, space)  # noqa: S102 - text made above from a parsed rule: closed names, quoted literals
    return space["ask"]


def is_true(rule: Rule) -> str:
    """Write a Python expression for: the rule is true."""
    return _asks(rule, holds=True)


def is_false(rule: Rule) -> str:
    """Write a Python expression for: the rule is false."""
    return _asks(rule, holds=False)


def _asks(rule: Rule, *, holds: bool) -> str:
    """Write one of the two questions; both are false where the rule is unknown."""
    negation = "" if holds else "not "
    match rule:
        case Not(inner):
            said = _asks(inner, holds=not holds)
        case And(rules) | Or(rules):
            word = " and " if isinstance(rule, And) is holds else " or "
            said = f"({word.join(_asks(one, holds=holds) for one in rules)})"
        case IsNull(value):
            said = f"({negation}{_text(value)} is None)"
        case Compare(operator, left, right):
            test = f"{negation}{_text(left)} {PYTHON[operator]} {_text(right)}"
            said = _known(test, left, right)
        case In(value, among):
            said = _known(f"{negation}{_text(value)} in {_text(among)}", value, among)
        case _:
            said = f"({_text(rule)} is {holds})"
    return said


def _known(test: str, *sides: Operand) -> str:
    """Ask first that both sides are known."""
    if any(isinstance(side, Literal) and side.value is None for side in sides):
        return "False"
    known = [f"{_text(side)} is not None" for side in sides if isinstance(side, Name)]
    return f"({' and '.join([*known, test])})"


def _text(value: Operand) -> str:
    """Write a fact as a local name, a literal as Python's own."""
    return FACTS[value.name].column if isinstance(value, Name) else repr(value.value)
