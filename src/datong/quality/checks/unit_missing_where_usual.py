"""A test that has a unit always has it."""

from collections import Counter
from decimal import Decimal

from datong.core.check import Severity
from datong.core.say import Say
from datong.core.shape import Row
from datong.quality.own import Scene, Tables, Together
from datong.standards.records import all_kinds


def find(tables: Tables) -> set[int]:
    """Find rows without the unit that nearly all rows of their item have."""
    rows = [
        row
        for row in tables["lab_result"]
        if row["value_number"] is not None and row["item_code"] is not None
    ]
    found = set()
    for item in {row["item_code"] for row in rows}:
        held = [row for row in rows if row["item_code"] == item]
        counted = Counter(str(r["unit_code"] or "") for r in held)
        most = max(counted.values())
        unit = min((u or LAST, u) for u, n in counted.items() if n == most)[1]
        odd = [r for r in held if r["unit_code"] is None]
        is_usual = unit and len(held) >= 20
        found |= {int(str(r["record"])) for r in odd if is_usual}
    return found


LAST = "\U0010ffff"  # after any unit


def _rows(last: str | None) -> list[Row]:
    """Make twenty rows with a unit and another for the scenes."""
    units = ["mg"] * 20 + [last]
    return [
        {"record": n, "item_code": "D", "unit_code": unit, "value_number": Decimal(5)}
        for n, unit in enumerate(units, start=1)
    ]


CHECK = Together(
    name="unit_missing_where_usual",
    table="lab_result",
    reads=(all_kinds()["lab_result"].shape,),
    severity=Severity.WARNING,
    why=Say(
        "The unit was lost for some results of a test that has one.",
        "同一项目的部分结果丢失了单位。",
    ),
    examined="value_number is not null",
    bad="""
        with units as (
            select item_code as item, unit_code as unit, count(*) as n from "lab_result"
            where value_number is not null and item_code is not null group by all
        ), usual as (
            select item, unit, n * 1.0 / sum(n) over (partition by item) as share,
                sum(n) over (partition by item) as whole
            from units qualify row_number() over (partition by item
            order by n desc, unit nulls last) = 1
        )
        select r.record from "lab_result" r join usual u on u.item = r.item_code
        where r.value_number is not null and u.unit is not null and u.whole >= 20
        and r.unit_code is null
    """,
    find=find,
    scenes=(
        Scene({"lab_result": _rows("mg")}, frozenset()),
        Scene({"lab_result": _rows(None)}, frozenset((21,))),
    ),
)
