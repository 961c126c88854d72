"""A large OMOP database from a small one: the same people again under other keys."""

from pathlib import Path

from datong.engine.duckdb import TYPES, Duck, quoted
from datong.standards.omop import Field, fields, tables

RENAMED = {  # 5.4 name: 5.3 name
    "admitted_from_concept_id": "admitting_source_concept_id",
    "admitted_from_source_value": "admitting_source_value",
    "discharged_to_concept_id": "discharge_to_concept_id",
    "discharged_to_source_value": "discharge_to_source_value",
}
VOCABULARY = {"concept", "vocabulary", "domain", "concept_class", "relationship"}
VOCABULARY |= {"concept_relationship", "concept_synonym", "concept_ancestor"}
VOCABULARY |= {"cdm_source", "metadata", "source_to_concept_map", "drug_strength"}


def replicate(source: Path, target: Path, times: int) -> int:
    """Write `times` copies of an OMOP folder, as 5.4, keys shifted; count the rows.

    A table that the source lacks is written empty. Each copy has its own people, events
    and visits; the vocabulary is there once.
    """
    rows = 0
    with Duck() as duck:
        there = {table: _columns(duck, source, table) for table in tables("5.4")}
        steps = _steps(duck, source, there)
        for table, held in there.items():
            copies = times if held and table not in VOCABULARY else 1
            selected = _selected(table, held, steps if copies > 1 else {})
            place = source / f"{table}.parquet"
            read = f"from read_parquet('{place}')" if held else "from range(0)"
            sql = f"select {selected} {read}, range({copies}) as copies(copy)"
            sql += " order by copy" if copies > 1 else ""
            rows += duck.run(sql, {}, target / f"{table}.parquet")
    return rows


def _columns(duck: Duck, source: Path, table: str) -> set[str]:
    """Name the columns of a table, none where it is not there."""
    place = source / f"{table}.parquet"
    if not place.exists():
        return set()
    return set(
        duck.fetch(f"select * from read_parquet('{place}') limit 0").column_names
    )


def _key(field: Field) -> str:
    """Name the key that a field holds, empty for a field that holds none."""
    if field.type != "integer" or field.name.endswith("concept_id"):
        return ""
    target = field.references[1:] or ((field.name,) if field.key else ())
    return target[0] if target and target[0] != "concept_id" else ""


def _steps(duck: Duck, source: Path, there: dict[str, set[str]]) -> dict[str, int]:
    """Find by how much each key must be shifted so that copies do not meet."""
    steps: dict[str, int] = {}
    for field in fields("5.4"):
        key = _key(field)
        if field.table in VOCABULARY or not key or field.name not in there[field.table]:
            continue
        place = source / f"{field.table}.parquet"
        column = quoted(field.name)
        sql = f"select coalesce(max({column}), 0) from read_parquet('{place}')"
        steps[key] = max(steps.get(key, 0), int(str(duck.one(sql)[0])) + 1)
    return steps


def _selected(table: str, there: set[str], steps: dict[str, int]) -> str:
    """Write what is selected for the fields of a table."""
    held = [field for field in fields("5.4") if field.table == table]
    return ", ".join(_value(field, there, steps) for field in held)


def _value(field: Field, there: set[str], steps: dict[str, int]) -> str:
    """Write one value: kept, renamed, shifted or null."""
    name = field.name if field.name in there else RENAMED.get(field.name, "")
    if name not in there:
        kind = TYPES[field.column.kind]
        return f"cast(null as {kind}) as {quoted(field.name)}"
    step = steps.get(_key(field), 0)
    shift = f" + copy * {step}" if step else ""
    return f"{quoted(name)}{shift} as {quoted(field.name)}"
