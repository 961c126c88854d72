"""Cells that were filled and became nothing: found in SQL, row by row, for free.

In:  the columns of a record and the texts that their conversions read.
Out: SQL that tells each lost cell.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from datong.core.shape import Column, Kind
from datong.engine.duckdb import literal, quoted
from datong.mapping.reasons import NUMBER, TIME

NO_FAULTS = "cast(null as struct(code varchar, field varchar, value varchar)[])"


@dataclass(frozen=True, slots=True)
class Output:
    """One column of a record: its SQL, and the texts whose loss is a fault."""

    column: Column
    sql: str
    filled: tuple[str, ...] = ()
    is_key: bool = False

    @property
    def fault(self) -> str:
        """Name the reason why a filled text became nothing."""
        is_time = self.column.kind in (Kind.DATE, Kind.TIME, Kind.TEXT)
        return (TIME if is_time else NUMBER).code


@dataclass(frozen=True, slots=True)
class Lost:
    """A filled text that may have become nothing."""

    test: str
    code: str
    field: str
    value: str
    is_key: bool


def lost_cell(output: Output, number: int) -> Lost:
    """Return the test of one text, which the query calls `_filled_<number>`."""
    name, filled = quoted(output.column.name), f"_filled_{number}"
    test = f"({name} is null and trim(coalesce(cast({filled} as varchar), '')) <> '')"
    value = f"cast({filled} as varchar)"
    return Lost(test, output.fault, output.column.name, value, output.is_key)


def lost_cells(lost: Sequence[Lost]) -> str:
    """Return the list of a row's lost cells, or null."""
    if not lost:
        return NO_FAULTS
    one = " or ".join(item.test for item in lost)
    cells = ", ".join(
        f"case when {item.test} then {{'code': '{item.code}',"
        f" 'field': {literal(item.field)}, 'value': {item.value}}} end"
        for item in lost
    )
    return f"case when {one} then list_filter([{cells}], lambda c: c is not null) end"
