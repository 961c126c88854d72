"""A result lies near the others of its test."""

from collections import defaultdict
from decimal import Decimal

import numpy as np

from datong.core.check import Severity
from datong.core.say import Say
from datong.core.shape import Row
from datong.quality.own import Scene, Tables, Together
from datong.standards.records import all_kinds

KINDS = all_kinds()


def find(tables: Tables) -> set[int]:
    """Find values far from the middle of their test, by spread and by factor."""
    of_item = defaultdict(list)
    for r in tables["lab_result"]:
        number = r["value_number"]
        if isinstance(number, Decimal) and number > 0 and r["item_code"] is not None:
            of_item[r["item_code"]].append((float(number), int(str(r["record"]))))
    found = set()
    for values in of_item.values():
        if len(values) >= 20:
            low, middle, high = np.quantile([v for v, _ in values], [0.25, 0.5, 0.75])
            reach = 6 * (high - low)
            over = {r for v, r in values if v > 2 * middle + reach}
            under = {r for v, r in values if v < middle - reach and v * 6 < middle}
            found |= over | under
    return found


def _results(last: int) -> list[Row]:
    """Make twenty usual results and another for the scenes."""
    values = [4, 5, 5, 6] * 5 + [last]
    return [
        {"record": n, "item_code": "GLU", "value_number": Decimal(value)}
        for n, value in enumerate(values, start=1)
    ]


CHECK = Together(
    name="value_a_power_apart",
    table="lab_result",
    reads=(KINDS["lab_result"].shape,),
    severity=Severity.WARNING,
    why=Say(
        "Ten times the usual value or more: a lost point, another unit or test.",
        "数值为常见值的十倍以上：小数点丢失、单位或项目错误。",
    ),
    examined="value_number > 0",
    bad="""
        with usual as (
            select item_code, median(value_number) as middle,
            quantile_cont(value_number, 0.75)
                - quantile_cont(value_number, 0.25) as span
            from lab_result where value_number > 0 and item_code is not null
            group by item_code having count(*) >= 20
        )
        select r.record from lab_result r join usual u on u.item_code = r.item_code
        where r.value_number > u.middle + 6 * u.span + u.middle
        or (r.value_number > 0 and r.value_number < u.middle - 6 * u.span
            and r.value_number * 6 < u.middle)
    """,
    find=find,
    scenes=(
        Scene({"lab_result": _results(5)}, frozenset(())),
        Scene({"lab_result": _results(50)}, frozenset((21,))),
    ),
)
