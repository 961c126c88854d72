"""One view beside the records that it was made of.

In:  views and records, readable as `view TABLE` and `record KIND`.
Out: findings on rows that come from no record, or from one twice, and on columns that
     hold something else than their record says.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

from datong.engine.duckdb import Duck, quoted
from datong.quality import unexplained
from datong.quality.finding import Finding, differing, judge
from datong.quality.from_source import Compared, Traced, counted, habits_of
from datong.quality.habits import SAMPLE, Way
from datong.quality.lineage import Columns, with_keys

# Rows that are made of several records, of which `_record` names one: theirs are found
# by a field of the records. One of them must say what the row says.
FOLDED = {"person": "person"}
GIVEN = {"record", "organization", "source", "version", "deleted", "_row", "_rule"}
CHOSEN = 0.5  # percent: words and concepts a view may choose from another field
WHOLE = ("INTEGER", "BIGINT", "SMALLINT", "HUGEINT")


def of_view(duck: Duck, table: str, traced: Traced) -> Iterator[Finding]:
    """Compare one view with its records, kind by kind."""
    columns = traced.views[table]
    for kind, rules in _rules(duck, table, traced).items():
        rows = f"(select * from {quoted(f'view {table}')} where _rule in"
        rows += f" ({', '.join(map(str, rules))}))"
        record = quoted(f"record {kind}")
        key = quoted(next(iter(columns)))
        many, found = _rows_of(duck, (table, kind), rows, columns)
        yield from found
        way = _way((table, kind), rows, many, traced)
        if table in FOLDED:
            every = f"{rows} r join {record} s on s.{FOLDED[table]} = r.{key}"
            yield from _folded(duck, (table, kind), (way, every), key)
        else:
            place = table, next(iter(columns))
            yield from _columns(duck, (table, kind), way, place[1])
            yield from unexplained.of_view(duck, way, f"{rows} r", place)


def _rows_of(
    duck: Duck, place: tuple[str, str], rows: str, columns: Columns
) -> tuple[int, list[Finding]]:
    """Find rows of a view that come from no record, or twice; count all of them."""
    key, *others = map(quoted, columns)
    record = quoted(f"record {place[1]}")
    rest = ", ".join(f"r.{name}" for name in others)
    sql = f"select count(*), count(s.record), count(distinct hash({rest}))"
    sql += f" from {rows} r left join {record} s on s.record = r._record"
    many, there, apart = (int(str(number)) for number in duck.one(sql))
    lost = f"select r.{key} from {rows} r anti join {record} s on s.record = r._record"
    twice = f"select r.{key} from {rows} r qualify count(*) over"
    twice += f" (partition by hash({rest})) > 1"
    told = (
        ("view_without_record", many - there, lost),
        ("record_twice_in_view", many - apart, twice),
    )
    return many, [
        with_keys(duck, differing(("omop", name, *place), many, bad), keys)
        for name, bad, keys in told
    ]


def _rules(duck: Duck, table: str, traced: Traced) -> dict[str, list[int]]:
    """Name the rules of a view's rows by the kind of record that they make."""
    sql = f'select distinct _rule as rule from "view {table}" where _rule is not null'
    found: dict[str, list[int]] = defaultdict(list)
    for rule in duck.fetch(sql).column(0).to_pylist():
        if traced.kinds.get(rule, "") in traced.records:
            found[traced.kinds[rule]].append(rule)
    return found


def _way(place: tuple[str, str], rows: str, many: int, traced: Traced) -> Way:
    """Put the rows of a view beside their records of a kind."""
    table, kind = place
    _, *columns = traced.views[table].items()
    made = {name: _number(name, of) for name, of in columns if name[0] != "_"}
    given = {n: of for n, of in traced.records[kind].items() if n not in GIVEN}
    some = f"hash(r._record) % {max(1, many // SAMPLE)} = 0"
    joined = f"{rows} r join {quoted(f'record {kind}')} s on s.record = r._record"
    return Way(joined, made, given, some, {}, "0")


def _columns(
    duck: Duck, place: tuple[str, str], way: Way, key: str
) -> Iterator[Finding]:
    """Compare each column of a view with what its habit is."""
    habits = habits_of(duck, way)
    _, fields = counted(duck, way, habits, key)
    for one in fields:
        is_chosen = way.made[one.field] == "VARCHAR" or one.field.endswith(
            "_concept_id"
        )
        yield with_keys(duck, _differing(place, one, is_chosen=is_chosen), one.keys)


def _folded(
    duck: Duck, place: tuple[str, str], ways: tuple[Way, str], key: str
) -> Iterator[Finding]:
    """Find rows that say what none of the records says that they are made of."""
    way, every = ways
    for name, one in habits_of(duck, way).items():
        said = f"select r.{key} as key, bool_or({one.made} is not distinct from"
        said += f" {one.should}) as is_said from {every}"
        said += f" where {one.should} is not null group by 1"
        sql = f"select count(*), count_if(not is_said) from ({said})"
        examined, bad = (int(str(number)) for number in duck.one(sql))
        keys = f"select key from ({said}) where not is_said"
        compared = Compared(name, examined, bad, keys)
        yield with_keys(duck, _differing(place, compared, is_chosen=True), keys)


def _differing(place: tuple[str, str], one: Compared, *, is_chosen: bool) -> Finding:
    """Put a finding together; of what a view chooses, some may differ."""
    table, kind = place
    at = "omop", "differs_from_record", table, one.field
    found = replace(differing(at, one.examined, one.bad), argument=kind)
    if not is_chosen:
        return found
    verdict = judge(one.examined, one.bad, CHOSEN)
    return replace(found, threshold=CHOSEN, verdict=verdict)


def _number(name: str, kind: str) -> str:
    """Tell the type of a column, whole numbers that are no keys as plain numbers."""
    is_number = kind in WHOLE and not name.endswith("_id")
    return "DECIMAL" if is_number else kind
