"""Codes that seem to be exchanged: a broken rule holds if two codes change places.

A hospital that writes 1 for female and gives no labels cannot be told from its codes;
the identity number and the diagnoses tell. What is advised is one recoding, not the
correction of every record.
"""

from datong.core.say import Say
from datong.engine.duckdb import literal, quoted
from datong.quality.conformance.report import Repair
from datong.quality.conformance.scan import Scan
from datong.standards.checks import CompiledCheck
from datong.standards.library import Library

LEAST = 5  # broken records: fewer are no pattern
HELD = 0.1  # of the broken records may stay broken after the exchange
HOURS = 0.5


def exchanged(
    scan: Scan, check: CompiledCheck, failed: int, library: Library
) -> Repair | None:
    """Advise to exchange two codes of a field, where that heals a broken rule."""
    if not check.by_row or failed < LEAST:
        return None
    for column in check.columns:
        item = scan.profile.items[column]
        if not item.value_set:
            continue
        used = scan.counts_of(column)
        known = [c for c in used if c in library.sets[item.value_set].labels]
        pair = sorted(known, key=lambda code: (-used[code], code))[:2]
        if len(pair) == 2 and _broken(scan, check, column, pair) <= HELD * failed:
            a, b = sorted(pair)
            say = Say(
                f"Exchange {a} and {b} of {column} ({item.name.en}):"
                " they seem to be swapped",
                f"将 {column}（{item.name.zh}）的 {a} 与 {b} 对调：两者疑似颠倒",
            )
            unit = frozenset({check.id})
            return Repair("recode", item.id, say, HOURS, used[a] + used[b], unit)
    return None


def _broken(scan: Scan, check: CompiledCheck, column: str, pair: list[str]) -> int:
    """Count the rows that would break a check if two codes changed places."""
    a, b = (literal(code) for code in pair)
    name = quoted(column)
    changed = f"case {name} when {a} then {b} when {b} then {a} else {name} end"
    rows = f"select * replace ({changed} as {name}) from ({scan.typed_rows([check])})"
    (count,) = scan.duck.one(f"select count(*) from ({rows}) where {check.bad}")
    return int(str(count))


def merged(repairs: list[Repair]) -> list[Repair]:
    """Join repairs that say the same: one exchange heals every rule that it touches."""
    found: dict[Say, Repair] = {}
    for one in repairs:
        same = found.get(one.say)
        units = one.mends | same.mends if same else one.mends
        found[one.say] = Repair(
            one.kind, one.item, one.say, one.hours, one.records, units
        )
    return list(found.values())
