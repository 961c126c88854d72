"""The head of an item: the settlement of a fee line, the request of a result.

In:  the landed rows of the head's table, what its own mapping says of their order.
Out: a view `heads`, one row for each key, that the source of the items is joined to.

Which of several rows of one key stands does not depend on what arrived first: the row
that stands in the head's own records does, so the latest where its `[load]` has an
order, else the first. A deletion leaves the last cells.
"""

from dataclasses import dataclass, field

import pyarrow as pa

from datong.engine.duckdb import Duck, Input, quoted
from datong.mapping.compile import Compiler
from datong.mapping.deliveries import deliveries_of
from datong.mapping.file import JoinRule, Mapping
from datong.mapping.landed import see_rows, text_of
from datong.mapping.versions import Versions

PLACED = """
with told as (
    select source.*, {gone} as _gone, deliveries._delivered, deliveries._name,
           {text} as _text, {keys}, concat_ws('|', {grain}) as _grain,
           to_json([{wanted}]) as _wanted
    from head_landed as source
    left join head_deliveries as deliveries on deliveries._file = source._row >> 40
),
timed as (select *, {time} as _time from told)
select *, {number} as _number from timed where not _gone and {is_key}
"""
HEADS = """
select {names}, {columns}, _row as _head from placed
window w as (partition by {names} order by {sort})
qualify {beyond}(_row) over w is null
"""
TWICE = """
select count(*) from (select {names} from placed group by {names}
having count(distinct _wanted) > 1 and (not {versions} or count(distinct _grain) > 1))
"""


@dataclass(frozen=True, slots=True)
class Heads:
    """The landed rows of a head's table, and what they mean."""

    mapping: Mapping
    landed: Input
    mends: pa.Table | None = None
    deliveries: pa.Table = field(default_factory=lambda: deliveries_of((), {}, ""))


def see_heads(duck: Duck, join: JoinRule, heads: Heads) -> int:
    """Make the view `heads`; return how many keys stand with different cells.

    `heads` has `_on_1` … , the key, the joined columns under their new names, and
    `_head`, the landed row.
    """
    versions = Versions(Compiler(heads.mapping, ""))
    names = [f"_on_{n}" for n, _ in enumerate(join.on, start=1)]
    columns = [text_of(quoted(c)) for c in join.on.values()]
    keys = zip(columns, names, strict=True)
    flag = versions.has_versions
    see_rows(duck, "head_landed", heads.landed, heads.mends)
    duck.see("head_deliveries", heads.deliveries)
    said = versions.words()
    placed = PLACED.format(
        **said,
        keys=", ".join(f"{key} as {name}" for key, name in keys),
        grain=", ".join(
            f"coalesce(cast({quoted(g)} as varchar), '')" for g in heads.mapping.grain
        ),
        wanted=", ".join(map(quoted, join.columns.values())),
        is_key=" and ".join(f"{name} is not null" for name in names),
    )
    told = {
        "names": ", ".join(names),
        "columns": ", ".join(
            f"{quoted(column)} as {quoted(name)}"
            for name, column in join.columns.items()
        ),
        "sort": versions.sort(),
        "beyond": "lead" if flag else "lag",
        "versions": str(flag).lower(),
    }
    duck.do(f"create temp table placed as {placed}")
    duck.do(f"create temp table heads as {HEADS.format(**told)}")
    return int(str(duck.one(TWICE.format(**told))[0]))
