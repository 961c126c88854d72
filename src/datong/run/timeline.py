"""All records of a release in one table, by person and time: what a reader asks for.

In:  a release.
Out: a DuckDB file beside the lake's own, made once a release and found again.

A person's record is then one place in one file, where it would else be two dozen scans.
So is every record of one name: `by_word` has the same rows again, sorted by the number
that `word` gives to each distinct name. A search looks through the names, which are
few, and then at their records only: a tenth of the time that a scan takes. The file
holds nothing that the records do not; `prune` may take it, and it is made again.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from datong.engine.duckdb import VERSION, Duck, literal, quoted
from datong.guard import classes
from datong.guard.catalogue import Table, shipped
from datong.lake.releases import Releases, TableFile
from datong.run.catalog import Catalog
from datong.run.steps import fingerprint_of, shas
from datong.standards.record import RecordKind
from datong.standards.records import all_kinds

EDITION = "4"
TABLE = "timeline"
BY_WORD = {
    "word": "select row_number() over (order by text) as word, text"
    " from (select distinct text from kept.timeline where text is not null)",
    "by_word": "select w.word, t.* from kept.timeline t join kept.word w using (text)"
    " order by word, time desc nulls last",
}
TABLES = (TABLE, *BY_WORD)
# Graded apart (genetic): read from its own table only.
SPECIAL = ("variant",)
# What a record is called after, where that is not its first code.
CALLED = {
    "diagnosis": "diagnosis",
    "order": "item",
    "procedure": "procedure",
    "settlement": "plan",
}
# What it says, where it has no value; and the unit of that.
SAYS = {
    "administration": ("dose", "dose_unit_text"),
    "allergy": ("reaction_text", ""),
    "coverage": ("payer_text", ""),
    "diagnosis": ("certainty_text", ""),
    "dispensing": ("quantity", "unit_text"),
    "encounter": ("department_text", ""),
    "fee_line": ("amount", ""),
    "immunization": ("dose_number", ""),
    "note": ("section_text", ""),
    "order": ("dose", "dose_unit_text"),
    "person": ("birth", ""),
    "settlement": ("total", ""),
    "transfer": ("to_department_text", ""),
}
NUMBER = "rtrim(rtrim(cast({c} as varchar), '0'), '.')"
RANGE = f"concat_ws('–', {NUMBER.format(c='low')}, {NUMBER.format(c='high')})"
ONE = """
select cast(person as bigint) as person, time, strftime(time, '%Y-%m-%d') as day,
       {kind} as kind, organization, source, {code}_system as system,
       {code}_code as code, coalesce({code}_text, {code}_code) as text,
       {value} as value, {unit} as unit, {range} as reference,
       cast(encounter as bigint) as encounter, record, _row as source_row,
       {special} as special
from read_parquet([{files}], union_by_name = true) t{classed}
where person is not null and deleted is not true
"""


# Each distinct writing is looked at once, and its class joined back.
CLASSED = """
left join (
    select {named}, {said} as special from (
        select distinct {columns} from read_parquet([{files}], union_by_name = true)
    ) t
) c on {same}"""


def timeline(releases: Releases, catalog: Catalog) -> Path:
    """Return the place of a release's timeline, below the lake; make it if need be."""
    known = classes.load(releases.root.parent)
    listed = [file for files in catalog.records.values() for file in files]
    edition = (EDITION, VERSION, classes.digest(known))
    mark = fingerprint_of("timeline", *edition, *shas(listed))[:16]
    place = releases.root / "lake" / "serve" / f"timeline-{mark}.duckdb"
    if not place.exists():
        with Duck(alone=True) as duck:
            asked = " union all ".join(_kinds(catalog, shipped(known)))
            asked += " order by person, time desc nulls last"
            duck.keep({TABLE: asked, **BY_WORD}, place)
    return place


def _kinds(catalog: Catalog, tables: Mapping[str, Table]) -> Iterator[str]:
    """Write the query of each kind that is about persons."""
    for name, kind in all_kinds().items():
        files = [*catalog.shapes.get(name, []), *catalog.records.get(name, [])]
        if files and not kind.vault and name not in SPECIAL:
            yield _query(kind, files, tables[f"records.{name}"])


def _query(kind: RecordKind, files: Sequence[TableFile], table: Table) -> str:
    """Write the query of one kind."""
    listed = ", ".join(literal(file.path) for file in files)
    classed = _classed(table, listed)
    own = {name: field.letter for name, field in kind.fields.items()}
    codes = (name for name, letter in own.items() if letter == "c")
    value, unit = SAYS.get(kind.name, ("", ""))
    if "value" in own:
        value, unit = "value_text", "unit_text"
    shown = NUMBER if own.get(value) == "n" else "cast({c} as varchar)"
    return ONE.format(
        kind=literal(kind.name),
        code=CALLED.get(kind.name, next(codes)),
        value=shown.format(c=quoted(value) if value else "null"),
        unit=quoted(unit) if unit else "cast(null as varchar)",
        range=RANGE if "low" in own else "cast(null as varchar)",
        files=listed,
        special="c.special" if classed else classes.NONE,
        classed=classed,
    )


def _classed(table: Table, files: str) -> str:
    """Write the join that tells the class of each row; empty where nothing tells."""
    marks = table.marks
    names = (*marks.diagnoses, *marks.procedures, *marks.says)
    columns = [quoted(name) for name in dict.fromkeys(names)]
    if not columns:
        return ""
    return CLASSED.format(
        columns=", ".join(columns),
        named=", ".join(f"{c} as _{n}" for n, c in enumerate(columns)),
        said=classes.written(table.classes, marks),
        files=files,
        same=" and ".join(
            f"t.{c} is not distinct from c._{n}" for n, c in enumerate(columns)
        ),
    )
