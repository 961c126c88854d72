"""Three layers side by side: the source, the standard records, the views.

A record must be what its source says and a view what its records say. Where a check
fails on the records, the same check on the source tells whose the failure is: bad there
already, it is the source's; good there, the mapping made it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from datong.core.say import Say
from datong.engine.duckdb import Duck, quoted
from datong.quality.finding import Finding, Verdict, differing

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
    "record_not_in_view": Say(
        "A record that a view should hold is not in it.", "应进入视图的记录缺失。"
    ),
    "view_without_record": Say(
        "A row of a view comes from no record.", "视图中的行没有对应的标准记录。"
    ),
    "differs_from_record": Say(
        "A field of a view differs from its record.", "视图字段与标准记录不一致。"
    ),
}
GIVEN = {"_row", "_rule", "record", "version", "known", "person", "encounter"}


@dataclass(frozen=True, slots=True)
class Twin:
    """A table and what it should be: readable names, what names a row, fields."""

    table: str
    made: str
    should: str
    key: str
    fields: Sequence[str]


def against(duck: Duck, layer: str, names: Sequence[str], twin: Twin) -> list[Finding]:
    """Compare a table with what it should be; `names` are lost, added, differs."""
    key, made, should = quoted(twin.key), quoted(twin.made), quoted(twin.should)
    found = []
    for name, here, there in (
        (names[0], should, made),
        (names[1], made, should),
    ):
        bad = f"select t.{key} from {here} t anti join {there} o on o.{key} = t.{key}"
        found.append(_found(duck, layer, (name, twin.table, ""), here, bad))
    many = f"select {key} from {made} group by 1 having count(*) > 1"
    more = f"select {key} from {should} group by 1 having count(*) > 1"
    place = names[1], twin.table, twin.key
    found.append(_found(duck, layer, place, made, f"{many} except {more}"))
    on = f"o.{key} = t.{key}"
    for field in twin.fields:
        differ = f"t.{quoted(field)} is distinct from o.{quoted(field)}"
        bad = f"select t.{key} from {made} t join {should} o on {on}"
        place = names[2], twin.table, field
        found.append(_found(duck, layer, place, made, f"{bad} where {differ}"))
    return found


def _found(
    duck: Duck, layer: str, place: tuple[str, str, str], of: str, bad: str
) -> Finding:
    """Count what differs and put a finding together."""
    name, table, column = place
    counted = duck.one(f"select (select count(*) from {of}), count(*) from ({bad}) b")
    examined, wrong = (int(str(number)) for number in counted)
    found = differing((layer, name, table, column), examined, wrong)
    if found.verdict is not Verdict.FAIL:
        return found
    sql = f"select distinct * from ({bad}) b order by 1 limit 1000"
    keys = duck.fetch(sql).column(0).to_pylist()
    return replace(found, keys=tuple(str(key) for key in keys))


def blamed(records: Iterable[Finding], source: Iterable[Finding]) -> list[Finding]:
    """Say whose each failure of the records is, by the same check on the source."""
    there = {(one.type, one.table, one.column): set(one.keys) for one in source}
    return [_blamed(one, there) for one in records]


def _blamed(one: Finding, there: Mapping[tuple[str, str, str], set[str]]) -> Finding:
    """Blame the source where it has the same bad rows, else what made the records."""
    if one.verdict is not Verdict.FAIL or one.blame != "undecided":
        return one
    known = there.get((one.type, one.table, one.column))
    if known is None:
        return one
    return replace(one, blame="source" if known & set(one.keys) else "etl")
