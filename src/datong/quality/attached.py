"""Whose a record is: the visit and the person whose numbers stand in its source row.

In:  records and landed rows, readable as `record KIND` and `landed SOURCE`.
Out: findings on records that belong to another visit or person than their row says.

A hospital's own numbers of its visits and persons stand in the rows that those were
made of: the column that tells them apart. In the rows of other records the column that
nearly always leads to the record's visit, or person, says whose the record should be.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from datong.engine.duckdb import Duck, quoted
from datong.quality.finding import Finding, differing
from datong.quality.lineage import Columns, Lineage, with_keys

WHOSE = ("encounter", "person")  # fields, each named after the kind that it numbers
SAMPLE = 1_500  # rows in which the column is looked for
HABIT = 0.9  # of them, so that it is the one
APART = 0.97  # of the visits or persons have a word of their own in it
NEAR = 0.8  # the same, where words are not counted exactly
FEWEST = 50


@dataclass(frozen=True, slots=True)
class Known:
    """The records and rows of a release, and which rows each kind was made of."""

    records: Mapping[str, Columns]
    landed: Mapping[str, Columns]
    sources: Mapping[str, list[tuple[str, str]]]  # of a kind: organization, source


def elsewhere(
    duck: Duck,
    records: Mapping[str, Columns],
    landed: Mapping[str, Columns],
    lineage: Lineage,
) -> Iterator[Finding]:
    """Find records that belong to another visit or person than their row says."""
    known = Known(records, landed, _sources(duck, records, landed, lineage))
    for field in WHOSE:
        numbered = _numbered(duck, field, known)
        for kind, columns in records.items():
            if kind != field and field in columns and numbered:
                yield from _of_kind(duck, (kind, field), numbered, known)


def _sources(
    duck: Duck,
    records: Mapping[str, Columns],
    landed: Mapping[str, Columns],
    lineage: Lineage,
) -> dict[str, list[tuple[str, str]]]:
    """List the organizations and sources that each kind of record came from."""
    found: dict[str, list[tuple[str, str]]] = {}
    for kind in records:
        sql = f"select distinct _row >> 40 as file from {quoted(f'record {kind}')}"
        files = duck.fetch(sql).column(0).to_pylist()
        held = {lineage.files.get(file, ("", "")) for file in files}
        found[kind] = sorted(one for one in held if one[1] in landed)
    return found


def _numbered(duck: Duck, field: str, known: Known) -> dict[str, str]:
    """Make a table of an organization's own numbers beside ours; name it for each."""
    parts: dict[str, list[str]] = defaultdict(list)
    for organization, source in known.sources.get(field, ()):
        joined = _joined(field, source)
        if column := _naming(duck, field, joined, known.landed[source]):
            word = _word(column)
            own = f"select {word} as word, r.{quoted(field)} as number from {joined}"
            parts[organization].append(f"{own} where {word} is not null")
    made = {}
    for organization, some in parts.items():
        name = f"numbers of {field} {organization}"
        sql = f"select word, min(number) as number from ({' union all '.join(some)})"
        sql += " group by word having min(number) = max(number)"
        duck.do(f"create or replace temp table {quoted(name)} as {sql}")
        made[organization] = name
    return made


def _naming(duck: Duck, field: str, joined: str, cells: Columns) -> str:
    """Find the column with which each visit or person has a word of its own."""
    names = _texts(cells)
    if not names:
        return ""
    number = f"r.{quoted(field)}"
    counts = (f"approx_count_distinct({_word(name)})" for name in names)
    sql = f"select count(distinct {number}), {', '.join(counts)} from {joined}"
    many, *apart = (int(str(held)) for held in duck.one(sql))
    near = [n for n, words in zip(names, apart, strict=True) if words >= NEAR * many]
    for name in near if many >= FEWEST else ():
        word = _word(name)
        sql = f"select count(distinct {word}), count(distinct hash({word}, {number}))"
        words, pairs = (
            int(str(n))
            for n in duck.one(f"{sql} from {joined} where {word} is not null")
        )
        if words >= APART * many and words >= APART * pairs:
            return name
    return ""


def _of_kind(
    duck: Duck, place: tuple[str, str], numbered: Mapping[str, str], known: Known
) -> Iterator[Finding]:
    """Compare whose the records of a kind are with what their rows say."""
    kind, field = place
    examined, bad, wrong = 0, 0, []
    for organization, source in known.sources[kind]:
        name = numbered.get(organization, "")
        joined = _joined(kind, source)
        column = _telling(duck, field, joined, (name, known.landed[source]))
        if column:
            rows = f"{joined} join {quoted(name)} m on m.word = {_word(column)}"
            differs = f"r.{quoted(field)} is distinct from m.number"
            sql = f"select count(*), count_if({differs}) from {rows}"
            counts = [int(str(number)) for number in duck.one(sql)]
            examined, bad = examined + counts[0], bad + counts[1]
            wrong.append(f"select r.record from {rows} where {differs}")
    if examined:
        one = differing(("records", "attached_elsewhere", kind, field), examined, bad)
        yield with_keys(duck, one, " union all ".join(wrong))


def _telling(duck: Duck, field: str, joined: str, told: tuple[str, Columns]) -> str:
    """Find the column of a source whose words nearly always lead to the field."""
    name, cells = told
    names = _texts(cells)
    if not name or not names:
        return ""
    words = ", ".join(map(_word, names))
    some = f"select r.{quoted(field)} as number, [{words}] as words from {joined}"
    each = "select number, unnest(words) as word, unnest(range(len(words))) as place"
    sql = (
        f"with few as materialized ({some} where r.{quoted(field)} is not null"
        f" limit {SAMPLE}), many as (select count(*) as n from few)"
        " select x.place, count(*) as n, any_value(many.n) as rows"
        f" from ({each} from few) x join {quoted(name)} m"
        " on m.word = x.word and m.number = x.number, many"
        " group by 1 order by 2 desc, 1 limit 1"
    )
    for row in duck.fetch(sql).to_pylist():
        if row["rows"] >= FEWEST and row["n"] >= HABIT * row["rows"]:
            return names[int(row["place"])]
    return ""


def _joined(kind: str, source: str) -> str:
    """Put the records of a kind beside the rows of a source."""
    record, landed = quoted(f"record {kind}"), quoted(f"landed {source}")
    return f"{record} r join {landed} s on s._row = r._row"


def _texts(cells: Columns) -> list[str]:
    """Name the columns that may hold a hospital's numbers."""
    whole = ("VARCHAR", "BIGINT", "INTEGER", "HUGEINT")
    return [name for name, kind in cells.items() if kind in whole and name != "_row"]


def _word(column: str) -> str:
    """Write a cell as a word."""
    return f"nullif(trim(cast(s.{quoted(column)} as varchar)), '')"
