"""Whose a record is: the visit and the person whose numbers stand in its source row.

In:  records and landed rows, readable as `record KIND` and `landed SOURCE`.
Out: findings on records that belong to another visit or person than their row says.

A hospital's own numbers of its visits and persons stand in the rows that those were
made of: the column that tells them apart. In the rows of other records the column that
nearly always leads to the record's visit, or person, says whose the record should be.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

from datong.engine.duckdb import Duck, quoted
from datong.quality.finding import Finding, differing
from datong.quality.from_source import Traced
from datong.quality.habits import Way, read
from datong.quality.lineage import Lineage, with_keys

WHOSE = ("encounter", "person")  # fields, each named after the kind that it numbers
SAMPLE = 300  # rows in which the column is looked for
HABIT = 0.9  # of them, so that it is the one
APART = 0.97  # of the visits or persons have a word of their own in it
NEAR = 0.8  # the same, of the rows that are looked at
FEWEST = 50
Ways = Sequence[tuple[str, Way]]  # of a kind: an organization, its records and rows


def elsewhere(duck: Duck, traced: Traced, lineage: Lineage) -> Iterator[Finding]:
    """Find records that belong to another visit or person than their row says."""
    of_kind = {
        kind: [(_organization(way, lineage), way) for way, _ in ways]
        for kind, ways in traced.ways.items()
    }
    numbered = {f: _numbered(duck, f, of_kind.get(f, ())) for f in WHOSE}
    for kind, ways in of_kind.items():
        fields = {f: numbered[f] for f in WHOSE if f != kind and numbered[f]}
        yield from _of_kind(duck, kind, ways, fields)


def _organization(way: Way, lineage: Lineage) -> str:
    """Name the organization whose rows a way is of."""
    return lineage.files.get(min(way.files, default=0), ("", ""))[0]


def _numbered(duck: Duck, field: str, ways: Ways) -> dict[str, str]:
    """Make a table of an organization's own numbers beside ours; name it for each."""
    parts: dict[str, list[str]] = defaultdict(list)
    for organization, way in ways:
        if column := _naming(duck, field, way) if field in way.held else "":
            word = _word(way, column)
            own = f"select {word} as word, r.{quoted(field)} as number"
            own += f" from {way.joined} where {word} is not null"
            parts[organization].append(own)
    made = {}
    for organization, some in parts.items():
        name = f"numbers of {field} {organization}"
        sql = f"select word, min(number) as number from ({' union all '.join(some)})"
        sql += " group by word having min(number) = max(number)"
        duck.do(f"create or replace temp table {quoted(name)} as {sql}")
        made[organization] = name
    return made


def _naming(duck: Duck, field: str, way: Way) -> str:
    """Find the column with which each visit or person has a word of its own."""
    number = f"r.{quoted(field)}"
    for name in _nearly_naming(duck, number, way):
        word = _word(way, name)
        sql = f"select count(distinct {number}), count(distinct {word}),"
        sql += f" count(distinct hash({word}, {number})) from {way.joined}"
        counted = duck.one(f"{sql} where {word} is not null")
        many, words, pairs = (int(str(held)) for held in counted)
        if words >= FEWEST and words >= APART * max(many, pairs):
            return name
    return ""


def _nearly_naming(duck: Duck, number: str, way: Way) -> list[str]:
    """Name the columns that may be it, by the rows that are looked at."""
    names = _texts(way)
    if not names:
        return []
    counts = (f"count(distinct {_word(way, name)})" for name in names)
    sql = f"select count(distinct {number}), {', '.join(counts)} from {way.joined}"
    many, *apart = (int(str(n)) for n in duck.one(f"{sql} where {way.some}"))
    pairs = zip(names, apart, strict=True)
    return [name for name, words in pairs if words >= max(1, NEAR * many)]


def _of_kind(
    duck: Duck, kind: str, ways: Ways, numbered: Mapping[str, Mapping[str, str]]
) -> Iterator[Finding]:
    """Compare whose the records of a kind are with what their rows say."""
    examined, bad = Counter[str](), Counter[str]()
    wrong: dict[str, list[str]] = defaultdict(list)
    for organization, way in ways:
        joined, counts, fields = way.joined, [], []
        for field in (name for name in numbered if name in way.held):
            name = numbered[field].get(organization, "")
            if name and (column := _telling(duck, field, name, way)):
                own = quoted(f"own {field}")
                told = f"{quoted(name)} {own} on {own}.word = {_word(way, column)}"
                differs = f"{own}.word is not null and r.{quoted(field)} is distinct"
                differs += f" from {own}.number"
                joined += f" left join {told}"
                counts += [f"count({own}.word)", f"count_if({differs})"]
                fields.append(field)
                keys = f"select r.record from {way.joined} join {told} where {differs}"
                wrong[field].append(keys)
        if counts:
            answer = duck.one(f"select {', '.join(counts)} from {joined}")
            numbers = [int(str(number)) for number in answer]
            examined.update(dict(zip(fields, numbers[::2], strict=True)))
            bad.update(dict(zip(fields, numbers[1::2], strict=True)))
    for field in (field for field in numbered if examined[field]):
        place = "records", "attached_elsewhere", kind, field
        one = differing(place, examined[field], bad[field])
        yield with_keys(duck, one, " union all ".join(wrong[field]))


def _telling(duck: Duck, field: str, name: str, way: Way) -> str:
    """Find the column of a source whose words nearly always lead to the field."""
    names = _texts(way)
    if not names:
        return ""
    words = ", ".join(_word(way, name) for name in names)
    few = f"select r.{quoted(field)} as number, [{words}] as words from {way.joined}"
    few += f" where ({way.some}) and r.{quoted(field)} is not null limit {SAMPLE}"
    each = "select number, unnest(words) as word, unnest(range(len(words))) as place"
    sql = (
        f"with few as materialized ({few}), many as (select count(*) as n from few)"
        " select x.place, count(*) as n, any_value(many.n) as rows"
        f" from ({each} from few) x join {quoted(name)} m"
        " on m.word = x.word and m.number = x.number, many"
        " group by 1 order by 2 desc, 1 limit 1"
    )
    for row in duck.fetch(sql).to_pylist():
        if row["rows"] >= FEWEST and row["n"] >= HABIT * row["rows"]:
            return names[int(row["place"])]
    return ""


def _texts(way: Way) -> list[str]:
    """Name the columns that may hold a hospital's numbers."""
    whole = ("VARCHAR", "BIGINT", "INTEGER", "HUGEINT")
    return [name for name, kind in way.given.items() if kind in whole]


def _word(way: Way, column: str) -> str:
    """Write a cell as a word."""
    return read("s", column, way.given[column], "text")
