"""A day and the time beside it tell the same day."""

from collections.abc import Callable, Sequence
from datetime import date, datetime

from datong.core.check import Severity
from datong.core.say import Say
from datong.core.shape import Row
from datong.quality.own import Scene, Tables, Together
from datong.standards.omop import tables as omop_tables

BIRTH = "birth_datetime"
NOON = datetime.fromisoformat("2024-03-02 12:00")
Part = tuple[str, str, str]  # a column, the time beside it, what it holds of that


def _of(part: str, time: datetime) -> date | int:
    """Return the day of a time, or its year, month or day of the month."""
    return time.date() if part == "date" else int(getattr(time, part))


def _parts(table: str) -> list[Part]:
    """Name the columns of a table that tell part of a time beside them."""
    names = {column.name for column in omop_tables()[table]}
    days = sorted(n for n in names if n.endswith("_date") and f"{n}time" in names)
    found = [(name, f"{name}time", "date") for name in days]
    if BIRTH in names:
        found += [(f"{p}_of_birth", BIRTH, p) for p in ("year", "month", "day")]
    return found


def _finder(table: str, parts: Sequence[Part]) -> Callable[[Tables], set[int]]:
    """Make the plain twin for one table."""
    key = omop_tables()[table].key[0]

    def is_odd(row: Row) -> bool:
        """Tell whether a part differs from its time."""
        return any(
            isinstance(time := row[other], datetime)
            and row[column] not in (None, _of(part, time))
            for column, other, part in parts
        )

    def find(tables: Tables) -> set[int]:
        """Find rows whose days and times differ."""
        return {int(str(row[key])) for row in tables[table] if is_odd(row)}

    return find


def _check(table: str, parts: Sequence[Part]) -> Together:
    """Make the check for one table."""
    key = omop_tables()[table].key[0]
    differs = (
        f"{column} <> {f'cast({other} as date)' if p == 'date' else f'{p}({other})'}"
        for column, other, p in parts
    )
    column, other, part = parts[0]
    right: Row = {key: 1, column: _of(part, NOON), other: NOON}
    later = datetime.fromisoformat("2025-04-03 12:00")
    return Together(
        name="date_differs_from_datetime",
        table=table,
        reads=(omop_tables()[table],),
        severity=Severity.WARNING,
        why=Say(
            "A row tells two days of one event; one was moved or computed alone.",
            "同一事件的日期与时间不一致：其中之一被单独改动。",
        ),
        bad=f"select {key} from {table} where {' or '.join(differs)}",
        find=_finder(table, parts),
        blame="etl",
        scenes=(
            Scene({table: [right]}, frozenset()),
            Scene({table: [{**right, other: later}]}, frozenset({1})),
        ),
    )


CHECKS = tuple(
    _check(table, parts)
    for table, shape in omop_tables().items()
    if len(shape.key) == 1 and (parts := _parts(table))
)
