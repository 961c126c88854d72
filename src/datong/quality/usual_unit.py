"""Which unit the numbers of an item usually have, in Python and in SQL.

In:  a kind of record, its number and its unit.
Out: rows whose unit is odd, where an item has twenty rows or more.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from datong.core.shape import Row, Value
from datong.quality.own import Scene, Tables

LEAST = 20  # rows of an item that make a usage
LAST = "\U0010ffff"  # after any unit: that none is written
Odd = Callable[[Value, str], bool]  # of a row's unit and the usual one


@dataclass(frozen=True, slots=True)
class UsualUnit:
    """Numbers of one kind of record, with the columns that hold number and unit."""

    table: str
    number: str
    unit: str

    def find(self, tables: Tables, is_odd: Odd, share: float = 0) -> set[int]:
        """Find the odd rows of items of which such a share has the usual unit."""
        number, found = self.number, set()
        rows = [
            r for r in tables[self.table] if None not in (r[number], r["item_code"])
        ]
        for item in {row["item_code"] for row in rows}:
            held = [row for row in rows if row["item_code"] == item]
            units = [row[self.unit] for row in held]
            counted = Counter(LAST if unit is None else str(unit) for unit in units)
            most = max(counted.values())
            usual = min(u for u, n in counted.items() if n == most)
            if usual != LAST and len(held) >= LEAST and most >= share * len(held):
                odd = [r for r in held if is_odd(r[self.unit], usual)]
                found |= {int(str(row["record"])) for row in odd}
        return found

    def bad(self, odd: str) -> str:
        """Write SQL for the same; `odd` is a condition on the row r and its usual u."""
        table, number = self.table, self.number
        return f"""
        with units as (
            select item_code as item, {self.unit} as unit, count(*) as n from "{table}"
            where {number} is not null and item_code is not null group by all
        ), usual as (
            select item, unit, n * 1.0 / sum(n) over (partition by item) as share,
                sum(n) over (partition by item) as whole
            from units qualify row_number() over (partition by item
            order by n desc, unit nulls last) = 1
        )
        select r.record from "{table}" r join usual u on u.item = r.item_code
        where r.{number} is not null and u.unit is not null and u.whole >= {LEAST}
        and {odd}
    """

    def scene(self, last: str | None, *bad: int) -> Scene:
        """Make twenty rows in milligrams and one with another unit."""
        rows: list[Row] = [
            {"record": n, "item_code": "D", self.unit: unit, self.number: Decimal(5)}
            for n, unit in enumerate(["mg"] * LEAST + [last], start=1)
        ]
        return Scene({self.table: rows}, frozenset(bad))
