"""Whose a record is: the visit and the person whose numbers stand in its source row.

In:  records and landed rows, readable as `record KIND` and `landed SOURCE`.
Out: findings on records that belong to another visit or person than their row says.

A hospital's own numbers of its visits and persons stand in the rows that those were
made of: the column that tells them apart. In the rows of other records the column that
nearly always leads to the record's visit, or person, says whose the record should be.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from datong.engine.duckdb import Duck, quoted
from datong.quality.finding import Finding, differing
from datong.quality.lineage import Columns, Lineage, with_keys

WHOSE = ("encounter", "person")  # fields, each named after the kind that it numbers
SAMPLE = 300  # rows in which the column is looked for
HABIT = 0.9  # of them, so that it is the one
APART = 0.97  # of the visits or persons have a word of their own in it
NEAR = 0.8  # the same, where words are not counted exactly
FEWEST = 50


@dataclass(frozen=True, slots=True)
class Rows:
    """The records of a kind beside the rows of one source, and which are looked at."""

    organization: str
    joined: str
    some: str
    cells: Columns

    @property
    def texts(self) -> list[str]:
        """Name the columns that may hold a hospital's numbers."""
        whole = ("VARCHAR", "BIGINT", "INTEGER", "HUGEINT")
        return [n for n, kind in self.cells.items() if kind in whole and n != "_row"]


def elsewhere(
    duck: Duck,
    records: Mapping[str, Columns],
    landed: Mapping[str, Columns],
    lineage: Lineage,
) -> Iterator[Finding]:
    """Find records that belong to another visit or person than their row says."""
    of_kind = {kind: _rows(duck, kind, landed, lineage) for kind in records}
    numbered = {
        field: _numbered(duck, field, of_kind.get(field, ())) for field in WHOSE
    }
    for kind, columns in records.items():
        fields = [f for f in WHOSE if f != kind and f in columns and numbered[f]]
        if fields:
            yield from _of_kind(
                duck, kind, of_kind[kind], {f: numbered[f] for f in fields}
            )


def _rows(
    duck: Duck, kind: str, landed: Mapping[str, Columns], lineage: Lineage
) -> list[Rows]:
    """Put the records of a kind beside the rows of each source that they came from."""
    record = quoted(f"record {kind}")
    sql = "select _row >> 40 as file, min(_row) as low, count(*) as n"
    files = duck.fetch(f"{sql} from {record} group by 1 order by n desc").to_pylist()
    found: dict[str, Rows] = {}
    for row in files:
        organization, source = lineage.files.get(row["file"], ("", ""))
        if source in landed and source not in found:
            joined = (
                f"{record} r join {quoted(f'landed {source}')} s on s._row = r._row"
            )
            ends = f"_row between {row['low']} and {row['low'] + SAMPLE}"
            some = f"r.{ends} and s.{ends}"
            found[source] = Rows(organization, joined, some, landed[source])
    return list(found.values())


def _numbered(duck: Duck, field: str, held: Sequence[Rows]) -> dict[str, str]:
    """Make a table of an organization's own numbers beside ours; name it for each."""
    parts: dict[str, list[str]] = defaultdict(list)
    for rows in held:
        if column := _naming(duck, field, rows):
            word = _word(column)
            own = f"select {word} as word, r.{quoted(field)} as number"
            own += f" from {rows.joined} where {word} is not null"
            parts[rows.organization].append(own)
    made = {}
    for organization, some in parts.items():
        name = f"numbers of {field} {organization}"
        sql = f"select word, min(number) as number from ({' union all '.join(some)})"
        sql += " group by word having min(number) = max(number)"
        duck.do(f"create or replace temp table {quoted(name)} as {sql}")
        made[organization] = name
    return made


def _naming(duck: Duck, field: str, rows: Rows) -> str:
    """Find the column with which each visit or person has a word of its own."""
    number = f"r.{quoted(field)}"
    for name in _nearly_naming(duck, number, rows):
        word = _word(name)
        sql = f"select count(distinct {number}), count(distinct {word}),"
        sql += f" count(distinct hash({word}, {number})) from {rows.joined}"
        counted = duck.one(f"{sql} where {word} is not null")
        many, words, pairs = (int(str(held)) for held in counted)
        if words >= FEWEST and words >= APART * max(many, pairs):
            return name
    return ""


def _nearly_naming(duck: Duck, number: str, rows: Rows) -> list[str]:
    """Name the columns that may be it, by the rows that are looked at."""
    if not rows.texts:
        return []
    counts = (f"count(distinct {_word(name)})" for name in rows.texts)
    sql = f"select count(distinct {number}), {', '.join(counts)} from {rows.joined}"
    many, *apart = (int(str(n)) for n in duck.one(f"{sql} where {rows.some}"))
    pairs = zip(rows.texts, apart, strict=True)
    return [name for name, words in pairs if words >= max(1, NEAR * many)]


def _of_kind(
    duck: Duck,
    kind: str,
    held: Sequence[Rows],
    numbered: Mapping[str, Mapping[str, str]],
) -> Iterator[Finding]:
    """Compare whose the records of a kind are with what their rows say."""
    examined, bad = Counter[str](), Counter[str]()
    wrong: dict[str, list[str]] = defaultdict(list)
    for rows in held:
        joined, counts, fields = rows.joined, [], []
        for field, names in numbered.items():
            name = names.get(rows.organization, "")
            if name and (column := _telling(duck, field, name, rows)):
                side = quoted(f"own {field}")
                told = f"{quoted(name)} {side} on {side}.word = {_word(column)}"
                differs = f"{side}.word is not null and r.{quoted(field)} is distinct"
                differs += f" from {side}.number"
                joined += f" left join {told}"
                counts += [f"count({side}.word)", f"count_if({differs})"]
                fields.append(field)
                keys = f"select r.record from {rows.joined} join {told} where {differs}"
                wrong[field].append(keys)
        if counts:
            told_ = duck.one(f"select {', '.join(counts)} from {joined}")
            numbers = [int(str(number)) for number in told_]
            examined.update(dict(zip(fields, numbers[::2], strict=True)))
            bad.update(dict(zip(fields, numbers[1::2], strict=True)))
    for field in (field for field in numbered if examined[field]):
        place = "records", "attached_elsewhere", kind, field
        one = differing(place, examined[field], bad[field])
        yield with_keys(duck, one, " union all ".join(wrong[field]))


def _telling(duck: Duck, field: str, name: str, rows: Rows) -> str:
    """Find the column of a source whose words nearly always lead to the field."""
    if not rows.texts:
        return ""
    words = ", ".join(map(_word, rows.texts))
    few = f"select r.{quoted(field)} as number, [{words}] as words from {rows.joined}"
    few += f" where {rows.some} and r.{quoted(field)} is not null"
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
            return rows.texts[int(row["place"])]
    return ""


def _word(column: str) -> str:
    """Write a cell as a word."""
    return f"nullif(trim(cast(s.{quoted(column)} as varchar)), '')"
