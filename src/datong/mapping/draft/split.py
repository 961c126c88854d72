"""Times that a table keeps in pieces: a date beside a clock; year, month and day.

In:  the profile of a table.
Out: which columns belong together, and the expression that joins them.
"""

import re
from dataclasses import dataclass

from datong.engine.duckdb import quoted
from datong.mapping.draft.profile import ColumnProfile, TableProfile

PIECES = (
    ("year", re.compile(r"^(.*?)_?(年份?|year|yr|yyyy|nian|_y|_n)$", re.IGNORECASE)),
    ("month", re.compile(r"^(.*?)_?(月份?|month|mon|mm|yue|_m|_y)$", re.IGNORECASE)),
    ("day", re.compile(r"^(.*?)_?(日|day|dd|ri|_d|_r)$", re.IGNORECASE)),
)


@dataclass(frozen=True, slots=True)
class Pieces:
    """Columns that make one time, the first standing for all."""

    columns: tuple[str, ...]
    sql: str
    values: tuple[tuple[str, int], ...]  # joined, as examples


def pieces(table: TableProfile) -> list[Pieces]:
    """Find the times that stand in pieces."""
    return [*_clocks(table), *_days(table)]


def _clocks(table: TableProfile) -> list[Pieces]:
    """Pair each clock with the date left of it, or else right of it."""
    found = []
    used: set[str] = set()
    for clock in table.columns:
        if clock.looks.get("clock", 0) < 0.8:
            continue
        dates = [
            one
            for one in table.columns
            if one.looks.get("date", 0) > 0.8
            and one.name not in used
            and abs(one.place - clock.place) <= 2
        ]
        near = min(
            dates, key=lambda d: (abs(d.place - clock.place), d.place), default=None
        )
        if near is not None:
            used.add(near.name)
            found.append(_joined((near, clock), " "))
    return found


def _days(table: TableProfile) -> list[Pieces]:
    """Find years, months and days that stand side by side."""
    found = []
    columns = table.columns
    for one, two, three in zip(columns, columns[1:], columns[2:], strict=False):
        if (
            one.looks.get("year", 0) > 0.9
            and _within(two, 12)
            and _within(three, 31)
            and _are_named((one.name, two.name, three.name))
        ):
            found.append(_joined((one, two, three), "-"))
    return found


def _within(column: ColumnProfile, most: int) -> bool:
    """Say whether all usual values are whole numbers from 1 to a limit."""
    return bool(column.values) and all(
        value.isdigit() and 1 <= int(value) <= most for value, _ in column.values
    )


def _are_named(names: tuple[str, str, str]) -> bool:
    """Say whether three names are those of a year, a month and a day."""
    return all(
        pattern.match(name) for (_, pattern), name in zip(PIECES, names, strict=True)
    )


def _joined(columns: tuple[ColumnProfile, ...], mark: str) -> Pieces:
    """Join columns."""
    listed = ", ".join(f"nullif(trim({quoted(one.name)}), '')" for one in columns)
    some = min(len(one.values) for one in columns)
    values = tuple(
        (mark.join(one.values[n][0] for one in columns), 1) for n in range(some)
    )
    names = tuple(one.name for one in columns)
    return Pieces(names, f"concat_ws('{mark}', {listed})", values)
