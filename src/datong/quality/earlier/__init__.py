"""What changed since an earlier release: rows, columns, codes, values, hospitals.

In:  the same tables in an earlier release and now.
Out: findings about what the past does not explain.

Tables that are made of others (eras, observation periods) and the vocabulary's are left
out: what changes in them has its cause elsewhere.
"""

from collections.abc import Iterator, Mapping

from datong.core.check import Severity
from datong.core.say import Say
from datong.engine.duckdb import Duck, Input
from datong.quality.earlier.pair import Compared, Pair, pair_of
from datong.quality.earlier.rows import changed_rows
from datong.quality.earlier.sites import silent
from datong.quality.earlier.values import codes, emptied, moved
from datong.quality.finding import Finding, judge

DERIVED = {"condition_era", "drug_era", "dose_era", "observation_period"}
GRAVEST = ("rows_lost", "hospital_fell_silent")
WHY = {
    "rows_lost": Say(
        "Rows of closed months that the earlier release had are gone.",
        "早先版本中已结账月份的记录消失了。",
    ),
    "rows_added_to_closed_months": Say(
        "Rows of closed months appeared that the earlier release did not have.",
        "已结账月份中出现了早先版本没有的记录。",
    ),
    "rows_changed": Say(
        "Rows of closed months changed a value.", "已结账月份的记录中有值发生变化。"
    ),
    "rows_renumbered": Say(
        "Rows have other keys than before and the same content: a file was delivered"
        " again, or keys are not stable.",
        "记录内容未变而主键变了：文件重新递交过，或主键不稳定。",
    ),
    "column_emptied": Say(
        "A column is filled less than before.", "某列的填写率低于此前。"
    ),
    "code_new_or_lost": Say("A common code came or went.", "常用编码突然出现或消失。"),
    "distribution_moved": Say(
        "The values of a column are spread otherwise.", "某列数值的分布发生偏移。"
    ),
    "hospital_fell_silent": Say(
        "An organization that had rows in each of the last months has none any more.",
        "此前每月都有数据的机构，最近没有数据了。",
    ),
}


def compare(
    duck: Duck,
    before: Mapping[str, Input],
    now: Mapping[str, Input],
    layer: str,
    site: str = "",
) -> list[Finding]:
    """Compare every table that both releases have; `site` is a column naming a site."""
    found: list[Finding] = []
    for table in sorted((before.keys() & now.keys()) - DERIVED):
        pair = pair_of(duck, table, (before[table], now[table]), site)
        if pair is not None:
            found += [_finding(layer, pair, one) for one in _compared(duck, pair)]
    return found


def _compared(duck: Duck, pair: Pair) -> Iterator[Compared]:
    """Compare one table in every way."""
    yield from changed_rows(duck, pair)
    yield from emptied(duck, pair)
    yield from codes(duck, pair)
    yield from moved(duck, pair)
    yield from silent(duck, pair)


def _finding(layer: str, pair: Pair, told: Compared) -> Finding:
    """Put a finding together."""
    severity = Severity.ERROR if told.type in GRAVEST else Severity.WARNING
    is_note = told.type == "rows_renumbered"
    return Finding(
        layer=layer,
        type=told.type,
        table=pair.table,
        column=told.column,
        concept="",
        argument="",
        examined=told.examined,
        bad=told.bad,
        unit=told.unit,
        threshold=None,
        verdict=judge(told.examined, told.bad, None),
        severity=Severity.NOTE if is_note else severity,
        category="plausibility",
        subcategory="temporal",
        keys=told.keys,
        groups=told.groups,
    )
