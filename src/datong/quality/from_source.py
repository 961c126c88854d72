"""One kind of record beside the source rows that it was made of.

In:  records and landed rows, readable as `record KIND` and `landed SOURCE`.
Out: findings on records without a source row, and on fields that differ from it.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from datong.engine.duckdb import Duck, quoted
from datong.quality.carried import is_plain, stands_in
from datong.quality.finding import Finding, differing
from datong.quality.habits import SAMPLE, Habit, Way, learn
from datong.quality.lineage import Columns, Lineage, with_keys

GIVEN = {"record", "organization", "source", "person", "encounter", "version"}
GIVEN |= {"_row", "_rule"}
SIDES = ("made", "should")
Held = tuple[str, Columns]  # the name that records are read under, their columns


@dataclass(frozen=True, slots=True)
class Traced:
    """What was learned of the way from source to records, to blame failures by.

    `parts` are the files of each kind by the name that they are read under; `ways` are
    those of each kind, with the habits of its fields over all rules.
    """

    records: Mapping[str, Columns]
    views: Mapping[str, Columns]
    kinds: Mapping[int, str]
    ways: dict[str, list[tuple[Way, Mapping[str, Habit]]]]
    parts: Mapping[str, Mapping[str, Columns]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rows:
    """The records from one source: how many, where, and which of them are looked at.

    `files` are the raw files of the source that gave them.
    """

    many: int
    held: Held
    some: str
    files: frozenset[int]


@dataclass(frozen=True, slots=True)
class Compared:
    """A field of the records that came from one source."""

    field: str
    examined: int
    bad: int
    keys: str  # a query for the records that differ


def of_kind(
    duck: Duck, kind: str, landed: Mapping[str, Columns], known: tuple[Lineage, Traced]
) -> Iterator[Finding]:
    """Compare one kind of record with its source rows; what is learned is kept."""
    lineage, traced = known
    of_source = _sources(duck, kind, (lineage, traced))
    there = 0
    compared: dict[str, list[Compared]] = defaultdict(list)
    for source, rows in of_source.items():
        if source in landed:
            way = _way(rows, source, landed[source])
            habits = habits_of(duck, way)
            traced.ways[kind].append((way, habits))
            matched, fields = counted(duck, way, habits)
            there += matched
            for one in fields:
                compared[one.field].append(one)
    examined = sum(rows.many for rows in of_source.values())
    place = "records", "record_without_source", kind, ""
    every = [
        f"select _row from {quoted(f'landed {n}')}" for n in of_source.keys() & landed
    ]
    union = " union all ".join(every) or "select null::bigint as _row"
    keys = f"select r.record from {quoted(f'record {kind}')} r"
    keys += f" anti join ({union}) s on s._row = r._row"
    yield with_keys(duck, differing(place, examined, examined - there), keys)
    for name, some in compared.items():
        counts = sum(one.examined for one in some), sum(one.bad for one in some)
        keys = " union all ".join(one.keys for one in some if one.bad)
        place = "records", "differs_from_source", kind, name
        yield with_keys(duck, differing(place, *counts), keys)


def _sources(duck: Duck, kind: str, known: tuple[Lineage, Traced]) -> dict[str, Rows]:
    """Count the records of a kind by the source that they came from."""
    lineage, traced = known
    parts = traced.parts[kind]
    each = (
        f"select {number} as part, _rule as rule, _row >> 40 as file, count(*) as many,"
        f" min(_row) as low, max(_row) as high from {quoted(name)} group by all"
        for number, name in enumerate(parts)
    )
    sql = "select rule, file, sum(many)::bigint as n, min(low) as first,"
    sql += f" max(high) as last, list(part) as parts from ({' union all '.join(each)})"
    counted: dict[str, int] = defaultdict(int)
    lying: dict[str, set[int]] = defaultdict(set)
    files: dict[str, set[int]] = defaultdict(set)
    looked: dict[str, dict[int, str]] = defaultdict(dict)
    for row in duck.fetch(f"{sql} group by 1, 2 order by n desc").to_pylist():
        source = lineage.files.get(row["file"], ("", ""))[1]
        counted[source] += row["n"]
        lying[source] |= set(row["parts"])
        files[source].add(row["file"])
        if row["rule"] not in looked[source]:
            start = max(row["first"], (row["first"] + row["last"] - SAMPLE) // 2)
            ends = f"_row between {start} and {start + SAMPLE}"
            looked[source][row["rule"]] = ends
    whole = f"record {kind}", traced.records[kind]
    names = list(parts.items())
    return {
        source: Rows(
            many,
            names[min(lying[source])] if len(lying[source]) == 1 else whole,
            _some(looked[source]),
            frozenset(files[source]),
        )
        for source, many in counted.items()
    }


def _some(looked: Mapping[int, str]) -> str:
    """Write which rows of both sides are looked at: said of each, few are read."""
    parts = dict.fromkeys(looked.values())
    sides = (" or ".join(f"{side}.{part}" for part in parts) for side in "rs")
    return " and ".join(f"({side})" for side in sides)


def _way(rows: Rows, source: str, cells: Columns) -> Way:
    """Put the records from one source beside its rows."""
    name, columns = rows.held
    made = {
        name: of
        for name, of in columns.items()
        if name not in GIVEN and not name.endswith("_system")
    }
    given = {name: of for name, of in cells.items() if name != "_row"}
    joined = f"{quoted(name)} r join {quoted(f'landed {source}')} s"
    text = f"concat_ws(chr(31), {', '.join(f's.{quoted(name)}' for name in given)})"
    plain = {
        name: stands_in(f"r.{quoted(name)}", of, text)
        for name, of in made.items()
        if is_plain(name, of)
    }
    joined += " on s._row = r._row"
    way = Way(joined, made, given, rows.some, plain)
    return replace(way, files=rows.files, held=columns)


def habits_of(duck: Duck, way: Way) -> dict[str, Habit]:
    """Learn what each field should hold, whichever rule made its row."""
    of_field: dict[str, list[Habit]] = defaultdict(list)
    for one in learn(duck, way):
        of_field[one.field].append(one)
    return {
        name: Habit(name, 0, *(_by_rule(way, held, side) for side in SIDES))
        for name, held in of_field.items()
    }


def _by_rule(way: Way, held: Sequence[Habit], side: str) -> str:
    """Write one side of a field's habits, whichever rule made the row."""
    lines = (f"when {one.rule} then {getattr(one, side)}" for one in held)
    return f"case {way.rule} {' '.join(lines)} end"


def counted(
    duck: Duck, way: Way, habits: Mapping[str, Habit], key: str = "record"
) -> tuple[int, list[Compared]]:
    """Count the rows of a way, and of each field those that break its habit."""
    columns, counts, wrongs = ["0 as of"], ["count(*)"], []
    for number, one in enumerate(habits.values()):
        columns += [f"{one.made} as m{number}", f"{one.should} as g{number}"]
        wrong = f"g{number} is not null and m{number} is distinct from g{number}"
        counts += [f"count(g{number})", f"count_if({wrong})"]
        wrong = f"{one.should} is not null and {one.made} is distinct from {one.should}"
        wrongs.append(f"select r.{quoted(key)} from {way.joined} where {wrong}")
    source = f"(select {', '.join(columns)} from {way.joined})"
    answer = duck.one(f"select {', '.join(counts)} from {source}")
    row = [int(str(number)) for number in answer]
    pairs = zip(habits, row[1::2], row[2::2], wrongs, strict=True)
    return row[0], [Compared(*one) for one in pairs]
