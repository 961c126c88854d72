"""The door of the room: find the rules of tables, and the rows that break them."""

from collections.abc import Iterator, Mapping

from datong.core.check import Severity
from datong.core.say import Say
from datong.engine.duckdb import Duck, Input
from datong.quality.discovered import (
    dependencies,
    forms,
    gaps,
    heaps,
    orders,
    repeats,
    sizes,
)
from datong.quality.discovered.cells import Broken, rows_of
from datong.quality.finding import Finding, judge
from datong.quality.lineage import with_keys

ROOMS = (dependencies, orders, forms, gaps, heaps, repeats, sizes)
TEMPORAL, ATEMPORAL, UNIQUE = "temporal", "atemporal", "uniqueness"
SORTS = {
    "breaks_dependency": ATEMPORAL,
    "breaks_order": TEMPORAL,
    "unusual_form": ATEMPORAL,
    "repeats_number": UNIQUE,
    "row_twice": UNIQUE,
    "unusual_size": ATEMPORAL,
    "unusually_empty": ATEMPORAL,
    "heaped_value": ATEMPORAL,
}
WHY = {
    "breaks_dependency": Say(
        "What stands here nearly never goes with the word of the other column.",
        "此值与另一列的取值几乎从不同时出现。",
    ),
    "breaks_order": Say(
        "In nearly all rows these two times come the other way round.",
        "几乎所有记录中，这两个时间的先后次序与此相反。",
    ),
    "unusual_form": Say(
        "Nearly no other word of the column is written like this.",
        "该列几乎没有其他值采用这种写法。",
    ),
    "repeats_number": Say(
        "A number that nearly each row has for itself stands in several.",
        "几乎每行唯一的编号在多行中重复出现。",
    ),
    "row_twice": Say(
        "A row is another one once more, but for its number.",
        "除编号外，与另一行完全相同。",
    ),
    "unusually_empty": Say(
        "Nearly all rows like this one have something here.",
        "几乎所有同类记录此处都有内容。",
    ),
    "heaped_value": Say(
        "One word stands in far more rows than the others: perhaps a default.",
        "某一取值出现次数远多于其他取值，可能是默认值。",
    ),
    "unusual_size": Say(
        "The number is several times what others of its kind are.",
        "数值与同类相差数倍。",
    ),
}


def judge_discovered(
    duck: Duck, inputs: Mapping[str, Input], layer: str
) -> Iterator[Finding]:
    """Find the rules that nearly all rows of each table keep, and judge the others."""
    for table, held in duck.see_all(inputs).items():
        rows = rows_of(duck, table, held)
        for room in ROOMS:
            for one in room.find(duck, rows):
                yield with_keys(duck, _finding(layer, table, one), one.keys)


def _finding(layer: str, table: str, one: Broken) -> Finding:
    """Put a finding together."""
    return Finding(
        layer=layer,
        type=one.type,
        table=table,
        column=one.column,
        concept="",
        argument=one.of,
        examined=one.examined,
        bad=one.bad,
        unit="rows",
        threshold=None,
        verdict=judge(one.examined, one.bad, None),
        severity=Severity.NOTE,
        category="plausibility",
        subcategory=SORTS[one.type],
        blame="source",
    )
