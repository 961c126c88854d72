"""A dose lies near the usual dose of its drug."""

from collections import defaultdict
from decimal import Decimal
from statistics import median

from datong.core.check import Severity
from datong.core.say import Say
from datong.core.shape import Row
from datong.quality.own import Scene, Tables, Together
from datong.standards.records import all_kinds


def find(tables: Tables) -> set[int]:
    """Find doses twenty times the middle of their drug and unit, or a twentieth."""
    doses = defaultdict(list)
    for order in tables["order"]:
        dose, item = order["dose"], order["item_code"]
        if isinstance(dose, Decimal) and dose > 0 and item is not None:
            doses[item, order["dose_unit_code"]].append((dose, order["record"]))
    found = set()
    for held in doses.values():
        middle = median(dose for dose, _ in held)
        odd = [r for dose, r in held if dose > middle * 20 or dose * 20 < middle]
        found |= {int(str(record)) for record in odd if len(held) >= 20}
    return found


def _orders(last: int) -> list[Row]:
    """Make twenty usual orders and another for the scenes."""
    doses = [500] * 20 + [last]
    return [
        {"record": n, "item_code": "D", "dose_unit_code": "mg", "dose": Decimal(dose)}
        for n, dose in enumerate(doses, start=1)
    ]


CHECK = Together(
    name="dose_a_power_apart",
    table="order",
    reads=(all_kinds()["order"].shape,),
    severity=Severity.WARNING,
    why=Say(
        "A unit was lost: a thousand times the usual dose.",
        "单位丢失：剂量为常用量的千倍。",
    ),
    examined="dose > 0",
    bad="""
        with usual as (
            select item_code, dose_unit_code, median(dose) as middle from "order"
            where dose > 0 and item_code is not null
            group by all having count(*) >= 20
        )
        select o.record from "order" o join usual u on u.item_code = o.item_code
        and u.dose_unit_code is not distinct from o.dose_unit_code
        where o.dose > u.middle * 20 or (o.dose > 0 and o.dose * 20 < u.middle)
    """,
    find=find,
    scenes=(
        Scene({"order": _orders(500)}, frozenset()),
        Scene({"order": _orders(500_000)}, frozenset((21,))),
    ),
)
