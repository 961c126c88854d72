"""How a delivery differs from what was agreed: the source contract.

In:  two scans as plain values, the agreed one and today's.
Out: what drifted, each with whether a run should stop for it.

A contract is a scan that somebody accepted, kept as JSON: tables, columns, kinds,
encodings, keys, codes; no personal value is in it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from datong.core.say import Say

Plain = Mapping[str, Any]
EMPTIER = 0.2  # share of cells by which a column may become emptier unnoticed
STOP, WARN, TELL = "stop", "warn", "tell"


@dataclass(frozen=True, slots=True)
class Drift:
    """One difference."""

    level: str  # stop, warn, tell
    code: str  # table, column, kind, encoding, key, codes, empty, new
    table: str
    column: str
    what: Say


def drift(agreed: Plain, today: Plain) -> list[Drift]:
    """Compare two scans; what stops a run first."""
    before = {one["table"]: one for one in agreed["tables"]}
    after = {one["table"]: one for one in today["tables"]}
    found = [
        Drift(STOP, "table", name, "", Say("the table vanished", "该表不见了"))
        for name in before.keys() - after.keys()
    ]
    found += [
        Drift(TELL, "new", name, "", Say("a new table", "新增的表"))
        for name in after.keys() - before.keys()
    ]
    for name in before.keys() & after.keys():
        found += _table(before[name], after[name])
    order = {STOP: 0, WARN: 1, TELL: 2}
    return sorted(found, key=lambda d: (order[d.level], d.table, d.column, d.code))


def _table(agreed: Plain, today: Plain) -> Iterator[Drift]:
    """Compare one table."""
    name = agreed["table"]
    if agreed["encoding"] != today["encoding"]:
        change = f"{agreed['encoding']} → {today['encoding']}"
        said = Say(f"another encoding: {change}", f"编码改变：{change}")
        yield Drift(STOP, "encoding", name, "", said)
    before = {one["column"]: one for one in agreed["columns"]}
    after = {one["column"]: one for one in today["columns"]}
    fresh = sorted(after.keys() - before.keys())
    for column in before.keys() - after.keys():
        yield _vanished(name, before[column], [after[one] for one in fresh])
    for column in fresh:
        said = Say("a new column, kept as raw", "新增的列，原样保留")
        yield Drift(TELL, "new", name, column, said)
    for column in before.keys() & after.keys():
        yield from _column(
            name, (before[column], agreed["rows"]), (after[column], today["rows"])
        )


def _vanished(table: str, column: Plain, fresh: list[Plain]) -> Drift:
    """Tell of a column that is gone, and which new one may be it."""
    alike = [
        one["column"]
        for one in fresh
        if one["kind"] == column["kind"] and one["is_key"] == column["is_key"]
    ]
    told = f": {', '.join(alike)}?" if alike else ""
    level = STOP if column["filled"] else WARN
    said = Say(f"the column vanished, or was renamed{told}", f"该列消失或被改名{told}")
    return Drift(level, "column", table, column["column"], said)


def _column(
    table: str, agreed: tuple[Plain, int], today: tuple[Plain, int]
) -> Iterator[Drift]:
    """Compare one column."""
    (before, rows), (after, now) = agreed, today
    name = before["column"]
    kinds = before["kind"], after["kind"]
    if kinds[0] != kinds[1] and "empty" not in kinds:
        said = Say(
            f"was {kinds[0]}, is {kinds[1]}", f"类型由 {kinds[0]} 变为 {kinds[1]}"
        )
        yield Drift(STOP, "kind", table, name, said)
    if before["is_key"] and not after["is_key"] and now:
        said = Say("was a key, has repeats now", "原为键，现在有重复")
        yield Drift(STOP, "key", table, name, said)
    known = {one["value"] for one in before["codes"]}
    fresh = [one["value"] for one in after["codes"] if one["value"] not in known]
    if known and fresh:
        listed = ", ".join(fresh[:5])
        said = Say(f"new codes: {listed}", f"新代码：{listed}")
        yield Drift(WARN, "codes", table, name, said)
    lost = before["filled"] / max(rows, 1) - after["filled"] / max(now, 1)
    if lost > EMPTIER:
        said = Say(f"emptier by {lost:.0%}", f"空值多了 {lost:.0%}")
        yield Drift(WARN, "empty", table, name, said)


def as_plain(found: list[Drift]) -> list[dict[str, str]]:
    """Write drifts as plain values."""
    return [
        {
            "level": one.level,
            "code": one.code,
            "table": one.table,
            "column": one.column,
            "what": one.what.en,
            "说明": one.what.zh,
        }
        for one in found
    ]
