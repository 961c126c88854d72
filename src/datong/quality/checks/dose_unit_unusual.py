"""A drug is dosed in its usual unit."""

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
        for row in tables["order"]
        if row["dose"] is not None and row["item_code"] is not None
    ]
    found = set()
    for item in {row["item_code"] for row in rows}:
        held = [row for row in rows if row["item_code"] == item]
        counted = Counter(str(r["dose_unit_code"] or "") for r in held)
        most = max(counted.values())
        unit = min((u or LAST, u) for u, n in counted.items() if n == most)[1]
        odd = [r for r in held if str(r["dose_unit_code"] or unit) != unit]
        is_usual = unit and len(held) >= 20 and most >= 0.9 * len(held)
        found |= {int(str(r["record"])) for r in odd if is_usual}
    return found


LAST = "\U0010ffff"  # after any unit


def _rows(last: str | None) -> list[Row]:
    """Make twenty rows with a unit and another for the scenes."""
    units = ["mg"] * 20 + [last]
    return [
        {"record": n, "item_code": "D", "dose_unit_code": unit, "dose": Decimal(5)}
        for n, unit in enumerate(units, start=1)
    ]


CHECK = Together(
    name="dose_unit_unusual",
    table="order",
    reads=(all_kinds()["order"].shape,),
    severity=Severity.WARNING,
    why=Say(
        "The number may stand for a thousandth or a thousandfold.",
        "数值可能相差一千倍。",
    ),
    examined="dose is not null",
    bad="""
        with units as (
            select item_code as item, dose_unit_code as unit, count(*) as n from "order"
            where dose is not null and item_code is not null group by all
        ), usual as (
            select item, unit, n * 1.0 / sum(n) over (partition by item) as share,
                sum(n) over (partition by item) as whole
            from units qualify row_number() over (partition by item
            order by n desc, unit nulls last) = 1
        )
        select r.record from "order" r join usual u on u.item = r.item_code
        where r.dose is not null and u.unit is not null and u.whole >= 20
        and r.dose_unit_code <> u.unit and u.share >= 0.9
    """,
    find=find,
    scenes=(
        Scene({"order": _rows("mg")}, frozenset()),
        Scene({"order": _rows("g")}, frozenset((21,))),
    ),
)
