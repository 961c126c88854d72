"""Between the layers: a record must be what its source says, a view what records say.

In:  landed rows, standard records, views; the ledger's account of what fell away.
Out: findings on rows that were lost, invented or changed on the way.

Nobody tells quality what a mapping moves: it looks. Where nine of ten records of one
rule carry in a field the very number, day or text that stands in their source row, the
rule moves that field as it is, and the records that do not carry it differ from their
source. Codes are left out: a mapping is there to change them. The same between a view's
column and a record's field; a view may choose among the record's fields.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from datong.engine.duckdb import Duck, Input, literal, quoted
from datong.quality.finding import Finding, Verdict, differing
from datong.quality.volume import DATES

FEWEST = 50  # rows from which a rule's habit is known
HABIT = 0.9  # of them, so that a field counts as moved
SHOWN = 1_000
WIDE, NARROW = "０１２３４５６７８９．－", "0123456789.-"
# A person's row is made of several records, of which `_record` names one.
FOLDED = {"person"}
GIVEN = {"record", "organization", "source", "person", "encounter", "version"}
GIVEN |= {"_row", "_rule"}
KEYS = {"person_id": "person", "visit_occurrence_id": "encounter"}
NUMBERS = ("DECIMAL", "DOUBLE", "FLOAT")
Tables = Mapping[str, Input]


@dataclass(frozen=True, slots=True)
class Lineage:
    """What the ledger of a release says of the way from source to view.

    `files` are site and source of each raw file by its number, `kinds` the kind of
    record that each rule of a mapping makes, `hidden` the rules whose records only the
    vault holds; `ledger` has the entries `map:ORGANIZATION/READS` and `omop:KIND`.
    """

    files: Mapping[int, tuple[str, str]]
    kinds: Mapping[int, str]
    ledger: Sequence[Mapping[str, object]]
    rejects: Sequence[Path] = ()
    hidden: frozenset[str] = field(default_factory=frozenset)  # sources


def compare_layers(
    duck: Duck, layers: Mapping[str, Tables], lineage: Lineage
) -> list[Finding]:
    """Compare source, records and views of one release."""
    records, omop = layers.get("records", {}), layers.get("omop", {})
    texts = see_source(duck, layers.get("source", {}))
    held = see_all(duck, "record", records)
    views = see_all(duck, "view", omop)
    found = list(_lost(duck, texts, list(held), lineage))
    for kind, columns in held.items():
        mine = texts_of(_sources_of(duck, kind, texts, lineage))
        found += _of_kind(duck, mine, kind, columns)
    found += _not_in_view(duck, views, lineage)
    for table, columns in views.items():
        if "_record" in columns:
            found += _of_view(duck, table, columns, (held, lineage))
    return found


def see_all(duck: Duck, layer: str, tables: Tables) -> dict[str, dict[str, str]]:
    """Make tables readable as `layer table`; return their columns with types."""
    named = {f"{layer} {name}": files for name, files in tables.items()}
    return dict(zip(tables, duck.see_all(named).values(), strict=True))


def see_source(duck: Duck, source: Tables) -> dict[str, str]:
    """Make landed rows readable: `_row` and all cells in one text, a query a source."""
    parts = {}
    for name, columns in see_all(duck, "landed", source).items():
        cells = ", ".join(quoted(name) for name in columns if name != "_row")
        text = f"concat_ws(chr(31), {cells})" if cells else "''"
        parts[name] = f"select _row, {text} as text from {quoted(f'landed {name}')}"
    return parts


def texts_of(parts: Iterable[str]) -> str:
    """Write the query for source rows, their texts folded, their digits alone."""
    nothing = "select 0::bigint as _row, '' as text where false"
    return (
        f"(select *, case when regexp_matches(text, '[{WIDE}]')"  # few have some
        f" then translate(text, {literal(WIDE)}, {literal(NARROW)}) else text end"
        " as text_folded, regexp_replace(text, '[^0-9]+', '', 'g') as text_digits"
        f" from ({' union all '.join(parts) or nothing}))"
    )


def carried(column: str, kind: str) -> str:
    """Write that a value stands in the text of source row `s`, as people write it."""
    if kind in DATES:
        return f"contains(s.text_digits, strftime({column}, '%Y%m%d'))"
    if not kind.startswith("DECIMAL"):
        return f"contains(s.text, {column})"
    written = f"rtrim(rtrim(cast({column} as varchar), '0'), '.')"
    return f"contains(s.text_folded, {written})"


def moves(columns: Mapping[str, str]) -> dict[str, str]:
    """Choose the fields of a record that a source row can carry: no numbers given."""
    wanted = ("DECIMAL", "VARCHAR", "DATE", "TIMESTAMP")
    return {
        name: kind
        for name, kind in columns.items()
        if name not in GIVEN
        and not name.endswith("_system")
        and kind.startswith(wanted)
    }


def _is_plain(name: str, kind: str) -> bool:
    """Tell whether a mapping would move a field as it is: no code, no word of ours."""
    return kind != "VARCHAR" or name in ("title", "text")


def _sources_of(
    duck: Duck, kind: str, texts: Mapping[str, str], lineage: Lineage
) -> list[str]:
    """Choose the sources that the records of a kind came from."""
    sql = f'select distinct _row >> 40 as file from "record {kind}"'
    files = duck.fetch(sql).column(0).to_pylist()
    names = {lineage.files[file][1] for file in files if file in lineage.files}
    return [texts[name] for name in sorted(names & texts.keys())]


def _lost(
    duck: Duck, texts: Mapping[str, str], kinds: Sequence[str], lineage: Lineage
) -> Iterator[Finding]:
    """Find source rows that became no record, and that the ledger does not explain."""
    if not lineage.files or not texts:
        return
    rows = [f'select _row from "record {kind}"' for kind in kinds]
    if lineage.rejects:
        duck.see("refused rows", list(lineage.rejects))
        rows.append("select _row from \"refused rows\" where scope = 'row'")
    known = " union ".join(rows) or "select 0::bigint as _row where false"
    sql = "select t._row >> 40 as file, count(*) as n, count(k._row) as known"
    every = " union all ".join(texts.values())
    sql += f" from ({every}) t left join ({known}) k on k._row = t._row group by 1"
    counted: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for row in duck.fetch(sql).to_pylist():
        source = lineage.files.get(row["file"], ("", ""))[1]
        counted[source][0] += row["n"]
        counted[source][1] += row["known"]
    for source, (landed, there) in sorted(counted.items()):
        away = _explained(source, lineage)
        bad = 0 if source in lineage.hidden else max(0, landed - there - away)
        place = "source", "source_row_lost", source, ""
        yield differing(place, landed, bad)


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


def _of_kind(
    duck: Duck, texts: str, kind: str, columns: Mapping[str, str]
) -> Iterator[Finding]:
    """Compare one kind of record with its source rows."""
    table = quoted(f"record {kind}")
    fields = {
        n: carried(f"r.{quoted(n)}", k)
        for n, k in moves(columns).items()
        if _is_plain(n, k)
    }
    counts = ["r._rule as rule", "count(*) as n", "count(s._row) as there"]
    for number, (name, held) in enumerate(fields.items()):
        counts.append(f"count(r.{quoted(name)}) as c{number}")
        counts.append(f"{_many(held)} as k{number}")
    joined = f"{table} r left join {texts} s on s._row = r._row"
    sql = f"select {', '.join(counts)} from {joined} group by 1"
    rules = duck.fetch(sql).to_pylist()
    examined = sum(rule["n"] for rule in rules)
    invented = examined - sum(rule["there"] for rule in rules)
    place = "records", "record_without_source", kind, ""
    lost = f"select r.record from {joined} where s._row is null"
    yield with_keys(duck, differing(place, examined, invented), lost)
    for number, (name, held) in enumerate(fields.items()):
        habit = [r for r in rules if _is_habit(r[f"c{number}"], r[f"k{number}"])]
        if not habit:
            continue
        listed = ", ".join(str(rule["rule"]) for rule in habit)
        examined = sum(rule[f"c{number}"] for rule in habit)
        bad = examined - sum(rule[f"k{number}"] for rule in habit)
        place = "records", "differs_from_source", kind, name
        keys = f"select r.record from {joined} where r._rule in ({listed})"
        keys += f" and r.{quoted(name)} is not null and not ({held})"
        yield with_keys(duck, differing(place, examined, bad), keys)


def _many(condition: str) -> str:
    """Count rows; a third of the work of count(*) filter (where ...)."""
    return f"coalesce(count_if({condition}), 0)::bigint"


def _is_habit(filled: int, same: int) -> bool:
    """Tell whether a rule moves a field as it is."""
    return filled >= FEWEST and same >= HABIT * filled


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


def _of_view(
    duck: Duck,
    table: str,
    columns: Mapping[str, str],
    known: tuple[Mapping[str, Mapping[str, str]], Lineage],
) -> Iterator[Finding]:
    """Compare one view with the records that it was made of."""
    held, lineage = known
    sql = f'select distinct _rule as rule from "view {table}" where _rule is not null'
    rules = duck.fetch(sql).column(0).to_pylist()
    of_kind: dict[str, list[int]] = defaultdict(list)
    for rule in rules:
        of_kind[lineage.kinds.get(rule, "")].append(rule)
    for kind, mine in of_kind.items():
        if kind in held:
            joined = f'(select * from "view {table}" where _rule in'
            joined += f" ({', '.join(map(str, mine))})) v"
            joined += f' left join "record {kind}" r on r.record = v._record'
            yield from _pairs(duck, (table, kind), joined, (columns, held[kind]))


def _pairs(
    duck: Duck,
    place: tuple[str, str],
    joined: str,
    both: tuple[Mapping[str, str], Mapping[str, str]],
) -> Iterator[Finding]:
    """Find which column is moved from which field, and the rows where it is not."""
    table, kind = place
    columns, fields = both
    pairs: dict[str, list[str]] = defaultdict(list)
    for column in columns.items():
        for theirs in fields.items():
            if _is_one_sort(column, theirs):
                pairs[column[0]].append(theirs[0])
    counts = ["count(*) as n", "count(r.record) as there"]
    wrong = {}
    for number, (mine, names) in enumerate(pairs.items()):
        same, some = _held(mine, names)
        wrong[mine] = f"v.{quoted(mine)} is not null and {some} and not {same}"
        counts.append(f"{_many(same)} as k{number}")
        counts.append(f"{_many(wrong[mine])} as w{number}")
    row = duck.fetch(f"select {', '.join(counts)} from {joined}").to_pylist()[0]
    key = quoted(next(iter(columns)))
    lost = row["n"] - row["there"]
    found = differing(("omop", "view_without_record", table, kind), row["n"], lost)
    yield with_keys(duck, found, f"select v.{key} from {joined} where r.record is null")
    for number, mine in enumerate(pairs if table not in FOLDED else ()):
        same, bad = row[f"k{number}"], row[f"w{number}"]
        if _is_habit(same + bad, same):
            found = differing(
                ("omop", "differs_from_record", table, mine), same + bad, bad
            )
            keys = f"select v.{key} from {joined} where {wrong[mine]}"
            yield with_keys(duck, replace(found, argument=kind), keys)


def _held(mine: str, names: Sequence[str]) -> tuple[str, str]:
    """Write that a column equals one of some fields, and that one of them is filled."""
    is_date = mine.endswith(("_date", "_datetime"))
    form = "cast({} as date)" if is_date else "{}"
    left = form.format(f"v.{quoted(mine)}")
    rights = [form.format(f"r.{quoted(name)}") for name in names]
    same = " or ".join(f"coalesce({left} = {right}, false)" for right in rights)
    # Where an event's own time is unknown, a view stands in another, as it says.
    mine_only = ["time"] if is_date and "time" in names else names
    some = " or ".join(f"r.{quoted(name)} is not null" for name in mine_only)
    return f"({same})", f"({some})"


def _is_one_sort(mine: tuple[str, str], theirs: tuple[str, str]) -> bool:
    """Tell whether a column of a view may have been moved from a field."""
    column, kind = mine
    name, of = theirs
    if column in KEYS:
        return name == KEYS[column]
    if name in GIVEN or column.startswith("_"):
        return False
    if column.endswith("_source_value"):
        return name.endswith(("_code", "_text"))
    is_date = kind in DATES and of in DATES
    return is_date or (kind.startswith(NUMBERS) and of.startswith(NUMBERS))


def with_keys(duck: Duck, one: Finding, sql: str) -> Finding:
    """Fetch the first keys of what fails."""
    if one.verdict is not Verdict.FAIL:
        return one
    keys = duck.fetch(f"select * from ({sql}) q(key) order by 1 limit {SHOWN}")
    return replace(one, keys=tuple(str(key) for key in keys.column(0).to_pylist()))
