"""The law: what a policy means, by plain loops over the parsed rules.

Slow on purpose. The compiled forms (`compiled`, `sql`) are held equal to this page by
the tests, and `datong guard why` prints what it found.
"""

import operator
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from datong.guard.facts import Facts, Known
from datong.guard.grammar import And, Compare, In, IsNull, Literal, Name, Not, Or, Rule
from datong.guard.policy import Effect, Policy

COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@dataclass(frozen=True, slots=True)
class Cell:
    """What becomes of one cell: shown whole, shown under a mask, or not shown."""

    shown: bool
    mask: str | None
    rules: tuple[str, ...]  # those that decided


def decide(policy: Policy, facts: Facts, column: str = "") -> Cell:
    """Decide on one cell.

    A permit counts only when it is true; a forbid counts when it is true or unknown,
    and wins. Without a permit, or for an access that the table of accesses does not
    list, nothing is shown. A permit without a mask for the column shows it whole;
    otherwise the first permit of the file masks it.
    """
    if not policy.lists(facts):
        return Cell(shown=False, mask=None, rules=())
    rules = [rule for rule in policy.rules if rule.applies(facts)]
    forbids = [r for r in rules if r.effect is Effect.FORBID]
    against = [r.id for r in forbids if truth(r.when, facts) is not False]
    if against:
        return Cell(shown=False, mask=None, rules=tuple(against))
    permits = [r for r in rules if r.effect is Effect.PERMIT]
    granting = [r for r in permits if truth(r.when, facts) is True]
    masks = [r.masks.get(column) for r in granting]
    mask = masks[0] if masks and None not in masks else None
    return Cell(bool(granting), mask, tuple(r.id for r in granting))


def truth(rule: Rule, facts: Facts) -> bool | None:
    """Return whether a rule holds; None is unknown."""
    found: bool | None
    match rule:
        case Not(inner):
            found = truth(inner, facts)
            found = None if found is None else not found
        case And(rules) | Or(rules):
            found = _joined([truth(one, facts) for one in rules], isinstance(rule, Or))
        case IsNull(inside):
            found = _value(inside, facts) is None
        case Compare() | In():
            found = _test(rule, facts)
        case _:
            flag = _value(rule, facts)
            found = None if flag is None else bool(flag)
    return found


def _joined(found: list[bool | None], decisive: bool) -> bool | None:  # noqa: FBT001 - the value that settles it
    """Join truths: one decisive one settles it, else an unknown one leaves it open."""
    if decisive in found:
        return decisive
    return None if None in found else not decisive


def _test(rule: Compare | In, facts: Facts) -> bool | None:
    """Compare, unless something is unknown."""
    if isinstance(rule, In):
        value, among = _value(rule.value, facts), _value(rule.among, facts)
        known = value is not None and isinstance(among, frozenset)
        return value in among if known and isinstance(among, frozenset) else None
    left, right = _value(rule.left, facts), _value(rule.right, facts)
    if left is None or right is None:
        return None
    return COMPARE[rule.operator](left, right)


def _value(value: Name | Literal, facts: Facts) -> Known:
    """Look a fact up; one that nobody stated is unknown."""
    return value.value if isinstance(value, Literal) else facts.get(value.name)
