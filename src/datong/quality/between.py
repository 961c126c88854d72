"""Between the layers: a record must be what its source says, a view what records say.

In:  landed rows, standard records, views; the ledger's account of what fell away.
Out: findings on rows that were lost, invented or changed on the way.

What a mapping does with a field is learned (`habits`); a record that does otherwise
differs from its source. The same between a view's column and a record's field; a view
may choose among the record's fields.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from datong.core.say import Say
from datong.engine.duckdb import Duck
from datong.quality.attached import elsewhere
from datong.quality.finding import Finding, differing
from datong.quality.from_records import of_view
from datong.quality.from_source import Traced, of_kind
from datong.quality.lineage import Lineage, Tables, see_all, see_parts
from datong.quality.unexplained import of_records

WHY = {
    "source_row_lost": Say(
        "A source row became no record, and no reject says why.",
        "源记录没有进入标准记录，也没有拒收说明。",
    ),
    "record_without_source": Say(
        "A record has no source row: it was multiplied or invented.",
        "标准记录没有对应的源记录：被重复或凭空产生。",
    ),
    "differs_from_source": Say(
        "A field that is moved as it is differs from its source.",
        "应原样搬运的字段与源数据不一致。",
    ),
    "unexplained_difference": Say(
        "A few rows of a rule have another word here, and nothing in their source"
        " rows tells them from the others.",
        "同一规则的少数记录此处取值不同，而其源数据并无差异。",
    ),
    "attached_elsewhere": Say(
        "A record belongs to another visit or person than its source row says.",
        "记录所属的就诊或患者与源数据不一致。",
    ),
    "record_not_in_view": Say(
        "A record that a view should hold is not in it.", "应进入视图的记录缺失。"
    ),
    "view_without_record": Say(
        "A row of a view comes from no record.", "视图中的行没有对应的标准记录。"
    ),
    "record_twice_in_view": Say(
        "A row of a view is there twice, all but its key the same.",
        "视图中除主键外完全相同的行出现多次。",
    ),
    "differs_from_record": Say(
        "A field of a view differs from its record.", "视图字段与标准记录不一致。"
    ),
}


def compare_layers(
    duck: Duck, layers: Mapping[str, Tables], lineage: Lineage
) -> tuple[list[Finding], Traced]:
    """Compare source, records and views of one release; tell what was learned."""
    landed = see_all(duck, "landed", layers.get("source", {}))
    held = see_all(duck, "record", layers.get("records", {}))
    views = see_all(duck, "view", layers.get("omop", {}))
    parts = see_parts(duck, "record", layers.get("records", {}))
    traced = Traced(held, views, lineage.kinds, defaultdict(list), parts)
    found = list(_lost(duck, list(landed), list(held), lineage))
    for kind in held:
        found += of_kind(duck, kind, landed, (lineage, traced))
        found += of_records(duck, kind, held[kind], traced.ways[kind])
    found += elsewhere(duck, traced, lineage)
    found += _not_in_view(duck, views, lineage)
    for table, columns in views.items():
        if "_record" in columns:
            found += of_view(duck, table, traced)
    return found, traced


def _lost(
    duck: Duck, landed: Sequence[str], kinds: Sequence[str], lineage: Lineage
) -> Iterator[Finding]:
    """Find source rows that became no record, and that the ledger does not explain."""
    if not lineage.files or not landed:
        return
    rows = [f'select _row from "record {kind}"' for kind in kinds]
    if lineage.rejects:
        duck.see("refused rows", list(lineage.rejects))
        rows.append("select _row from \"refused rows\" where scope = 'row'")
    known = " union ".join(rows) or "select 0::bigint as _row where false"
    sql = "select t._row >> 40 as file, count(*) as n, count(k._row) as known"
    every = " union all ".join(f'select _row from "landed {name}"' for name in landed)
    sql += f" from ({every}) t left join ({known}) k on k._row = t._row group by 1"
    counted: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for row in duck.fetch(sql).to_pylist():
        source = lineage.files.get(row["file"], ("", ""))[1]
        counted[source][0] += row["n"]
        counted[source][1] += row["known"]
    for source, (read, there) in sorted(counted.items()):
        away = _explained(source, lineage)
        bad = 0 if source in lineage.hidden else max(0, read - there - away)
        place = "source", "source_row_lost", source, ""
        yield differing(place, read, bad)


def _explained(source: str, lineage: Lineage) -> int:
    """Count the rows of a source that the ledger merges or leaves out by a rule.

    In files of several tables lie also rows of tables that no mapping reads.
    """
    read = {f"map:{s.replace(' ', '/', 1)}" for _, s in lineage.files.values()}
    organization, *names = source.split(" ")
    mine = {f"map:{organization}/{name}" for name in names}
    return sum(
        int(str(line["merged"])) + int(str(line["silent"]))
        for line in lineage.ledger
        if (step := str(line["step"])) in mine
        or (
            len(names) > 1
            and step.startswith(f"map:{organization}/")
            and step not in read
        )
    )


def _not_in_view(
    duck: Duck, views: Mapping[str, Mapping[str, str]], lineage: Lineage
) -> Iterator[Finding]:
    """Find records that the ledger calls kept and that no view holds."""
    parts = [
        f'select _rule, _record from "view {table}" where _record is not null'
        for table, columns in views.items()
        if {"_rule", "_record"} <= columns.keys()
    ]
    if not parts:
        return
    sql = "select _rule as rule, count(distinct _record) as n from"
    sql += f" ({' union all '.join(parts)}) group by 1"
    held: dict[str, int] = defaultdict(int)
    for row in duck.fetch(sql).to_pylist():
        held[lineage.kinds.get(row["rule"], "")] += row["n"]
    for line in lineage.ledger:
        stage, _, kind = str(line["step"]).partition(":")
        if stage == "omop":
            kept = int(str(line["kept"]))
            place = "omop", "record_not_in_view", kind, ""
            yield differing(place, kept, max(0, kept - held[kind]))
