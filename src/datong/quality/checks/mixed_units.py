"""One test at one place has one unit."""

from collections import Counter
from decimal import Decimal

from datong.core.check import Severity
from datong.core.say import Say
from datong.core.shape import Row
from datong.quality.own import Scene, Tables, Together
from datong.standards.records import all_kinds

KINDS = all_kinds()


def find(tables: Tables) -> set[int]:
    """Find results in another unit than the usual one of their test."""
    some = [
        r
        for r in tables["lab_result"]
        if isinstance(r["value_number"], Decimal)
        and r["value_number"] > 0
        and r["item_code"] is not None
        and r["unit_code"] is not None
    ]
    counted = Counter((str(r["item_code"]), str(r["unit_code"])) for r in some)
    usual: dict[str, tuple[str, int]] = {}
    for (item, unit), n in sorted(counted.items(), key=lambda p: (-p[1], p[0][1])):
        usual.setdefault(item, (unit, n))
    odd = [
        r
        for r in some
        if usual[str(r["item_code"])][1] >= 20
        and usual[str(r["item_code"])][0] != r["unit_code"]
    ]
    return {int(str(r["record"])) for r in odd}


def _results(unit: str, last: str) -> list[Row]:
    """Make twenty results in one unit and one in another for the scenes."""
    units = [unit] * 20 + [last]
    return [
        {"record": n, "item_code": "GLU", "unit_code": u, "value_number": Decimal(5)}
        for n, u in enumerate(units, start=1)
    ]


CHECK = Together(
    name="mixed_units",
    table="lab_result",
    reads=(KINDS["lab_result"].shape,),
    severity=Severity.ERROR,
    why=Say(
        "Values a factor apart stand under one unit, or two units in one column.",
        "同一项目出现数量级不同的数值，单位混用。",
    ),
    examined="value_number is not null",
    bad="""
        with units as (
            select item_code, unit_code, count(*) as n
            from lab_result where value_number > 0 and item_code is not null
            and unit_code is not null group by all
        ), usual as (
            select item_code, unit_code, n from units
            qualify row_number() over (partition by item_code
            order by n desc, unit_code) = 1
        )
        select r.record from lab_result r join usual u on u.item_code = r.item_code
        where r.value_number > 0 and u.n >= 20 and r.unit_code is not null
        and r.unit_code <> u.unit_code
    """,
    find=find,
    scenes=(
        Scene({"lab_result": _results("mmol/L", "mmol/L")}, frozenset(())),
        Scene({"lab_result": _results("mmol/L", "mg/dL")}, frozenset((21,))),
    ),
)
