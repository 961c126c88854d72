"""The lines of a bill make its total."""

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal

from datong.core.check import Severity
from datong.core.say import Say
from datong.core.shape import Row, Value
from datong.quality.own import Scene, Tables, Together
from datong.standards.records import all_kinds

KINDS = all_kinds()
CENT = Decimal("0.01")


def find(tables: Tables) -> set[int]:
    """Find settlements whose visit has lines that sum to something else."""
    lines = _sums(tables["fee_line"], "amount")
    bills = _sums(tables["settlement"], "total")
    off = {e for e in lines.keys() & bills.keys() if abs(lines[e] - bills[e]) > CENT}
    return {
        int(str(s["record"])) for s in tables["settlement"] if s["encounter"] in off
    }


def _sums(rows: Iterable[Row], column: str) -> dict[Value, Decimal]:
    """Sum a column by visit, rows without a visit or a value left out."""
    sums: dict[Value, Decimal] = defaultdict(Decimal)
    for row in rows:
        value = row[column]
        if row["encounter"] is not None and isinstance(value, Decimal):
            sums[row["encounter"]] += value
    return sums


CHECK = Together(
    name="fee_lines_differ_from_settlement",
    table="settlement",
    reads=(
        KINDS["fee_line"].shape,
        KINDS["settlement"].shape,
    ),
    severity=Severity.ERROR,
    why=Say(
        "A class was left out, lines are double or belong to an earlier stay.",
        "漏了费用类别、明细重复，或混入了上次住院的明细。",
    ),
    examined="total is not null",
    bad="""
        with lines as (
            select encounter, sum(amount) as amount from fee_line
            where encounter is not null group by encounter
        ), bills as (
            select encounter, sum(total) as total from settlement group by encounter
        )
        select s.record from settlement s
        join bills b on b.encounter = s.encounter
        join lines l on l.encounter = s.encounter
        where abs(l.amount - b.total) > 0.01
    """,
    find=find,
    scenes=(
        Scene(
            {
                "fee_line": [
                    {"encounter": 1, "amount": Decimal(3)},
                    {"encounter": 1, "amount": Decimal(4)},
                ],
                "settlement": [{"record": 9, "encounter": 1, "total": Decimal(7)}],
            },
            frozenset(()),
        ),
        Scene(
            {
                "fee_line": [{"encounter": 1, "amount": Decimal(3)}],
                "settlement": [{"record": 9, "encounter": 1, "total": Decimal(7)}],
            },
            frozenset((9,)),
        ),
    ),
)
