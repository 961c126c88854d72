"""The policy in Cedar, an independent language of rules, for the tests alone.

Cedar has two values and skips a rule whose condition errs, so each rule is written as
its two questions, *is it true* and *is it false*, with `has` before every fact.
"""

from collections.abc import Sequence

import cedarpy

from datong.guard.facts import FACTS, Facts
from datong.guard.grammar import And, Compare, In, IsNull, Literal, Name, Not, Or, Rule
from datong.guard.policy import Effect, Policy

SIGNS = {"=": "==", "!=": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}


def decide(policy: Policy, rows: Sequence[Facts]) -> list[bool]:
    """Ask Cedar about each row."""
    text = policies(policy, rows[0])
    requests = [
        {
            "principal": 'Person::"p"',
            "action": 'Action::"a"',
            "resource": 'Cell::"c"',
            "context": context(row),
        }
        for row in rows
    ]
    answers = cedarpy.is_authorized_batch(requests, text, [])
    assert not any(answer.diagnostics.errors for answer in answers)
    return [answer.allowed for answer in answers]


def policies(policy: Policy, access: Facts) -> str:
    """Write the rules that apply to an access."""
    if not policy.lists(access):
        return ""
    head = "(principal, action, resource) when"
    return "\n".join(
        f"permit{head} {{ {write(rule.when, holds=True)} }};"
        if rule.effect is Effect.PERMIT
        else f"forbid{head} {{ !({write(rule.when, holds=False)}) }};"
        for rule in policy.rules
        if rule.applies(access)
    )


def context(row: Facts) -> dict[str, object]:
    """State the facts that are known."""
    return {
        FACTS[name].column: sorted(value) if isinstance(value, frozenset) else value
        for name, value in row.items()
        if value is not None
    }


def write(rule: Rule, *, holds: bool) -> str:
    """Write that a rule is true (or that it is false)."""
    match rule:
        case Not(inner):
            return write(inner, holds=not holds)
        case And(rules) | Or(rules):
            both = isinstance(rule, And) is holds
            parts = (write(one, holds=holds) for one in rules)
            return f"({(' && ' if both else ' || ').join(parts)})"
        case IsNull(value):
            return known(value) if not holds else f"!({known(value)})"
        case Compare(operator, left, right):
            sides = (left, right)
            test = f"{side(left)} {SIGNS[operator]} {side(right)}"
        case In(value, among):
            sides = (value, among)
            test = f"{side(among)}.contains({side(value)})"
        case Name() | Literal():
            sides = (rule,)
            test = side(rule)
    told = " && ".join(map(known, sides))
    return f"({told} && {test if holds else f'!({test})'})"


def known(value: Name | Literal) -> str:
    """Write that a value is known."""
    if isinstance(value, Name):
        return f"context has {FACTS[value.name].column}"
    return str(value.value is not None).lower()


def side(value: Name | Literal) -> str:
    """Write a value."""
    if isinstance(value, Name):
        return f"context.{FACTS[value.name].column}"
    if isinstance(value.value, frozenset):
        return f"[{', '.join(map(quoted, sorted(value.value)))}]"
    if isinstance(value.value, str):
        return quoted(value.value)
    return str(value.value).lower()


def quoted(text: str) -> str:
    """Write a text."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
