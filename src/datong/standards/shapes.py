"""Tables and schemas made from a profile or from data elements: DDL and JSON Schema."""

from collections.abc import Iterable
from typing import Any

from datong.core.reason import Trouble
from datong.engine.duckdb import literal, quoted
from datong.standards import formats
from datong.standards.checks import item_format
from datong.standards.formats import Format
from datong.standards.library import Library
from datong.standards.model import DataElement, Item, Profile, ValueSet
from datong.standards.reasons import UNKNOWN

DIALECTS = ("duckdb", "postgresql")
TYPES = {
    "whole": "bigint",
    "date": "date",
    "time": "timestamp",
    "D8": "date",
    "DT15": "timestamp",
    "T6": "time",
    "T/F": "boolean",
    "BY": "bytea",
}
MANY = 500  # codes, above which a list is not written into a schema
JSON_FORMATS = {"D10": "date", "D8": None, "DT15": None, "DT19": None, "T6": None}


def ddl(profile: Profile, library: Library, dialect: str = "duckdb") -> str:
    """Write `create table` for a profile, with the checks that a database can keep."""
    if dialect not in DIALECTS:
        raise Trouble(UNKNOWN, name=dialect, near=", ".join(DIALECTS))
    lines = [
        f"  {quoted(column)} {_type(item, dialect)}"
        f"{_constraints(item, column, library)}"
        for item in profile.data_set.items
        for column in item.columns
    ]
    name = quoted(profile.id.replace("-", "_"))
    made = f"create table {name} (\n" + ",\n".join(lines) + "\n);\n"
    if dialect == "duckdb":
        return made
    notes = (
        f"comment on column {name}.{quoted(item.columns[0])}"
        f" is {literal(item.name.zh)};"
        for item in profile.data_set.items
    )
    return made + "\n".join(notes) + "\n"


def _type(item: Item, dialect: str) -> str:
    """Return the column type of an item."""
    form = item_format(item)
    if item.kind == "decimal":
        return f"decimal({(form.high or 18) - 1}, {form.decimals or 0})"
    known = TYPES.get(item.kind, "")
    if known:
        return known
    return (
        "text" if dialect == "duckdb" or form.high is None else f"varchar({form.high})"
    )


def _constraints(item: Item, column: str, library: Library) -> str:
    """Write what the database can keep of an item."""
    must = item.need == "M" and column == item.columns[0] and not item.when
    parts = [" not null"] if must and item.severity == "error" else []
    chosen = library.sets[item.value_set] if item.value_set else None
    if chosen and chosen.complete and item.kind == "code":
        codes = ", ".join(literal(code) for code in chosen.labels)
        parts.append(f" check ({quoted(column)} in ({codes}))")
    return "".join(parts)


def json_schema(thing: object, library: Library) -> dict[str, Any]:
    """Write JSON Schema 2020-12 for a profile, a data element or a value set."""
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    if isinstance(thing, Profile):
        return head | _object(thing, library)
    if isinstance(thing, DataElement):
        form = formats.strict(thing.domain.format, thing.domain.kind)
        told = {"title": thing.name.zh, "description": thing.definition.zh}
        listed = library.sets.get(thing.domain.value_set)
        return head | told | _property(form, listed)
    if isinstance(thing, ValueSet):
        return head | {"title": thing.name.zh, "enum": list(thing.labels)}
    raise Trouble(UNKNOWN, name=str(thing), near="–")


def _object(profile: Profile, library: Library) -> dict[str, Any]:
    """Write the schema of a record."""
    properties: dict[str, Any] = {}
    for item in profile.data_set.items:
        listed = library.sets.get(item.value_set) if item.kind == "code" else None
        one = {"title": item.name.zh} | _property(item_format(item), listed)
        if item.kind in ("whole", "decimal"):
            one["type"] = "integer" if item.kind == "whole" else "number"
            one.pop("pattern", None)
        properties |= dict.fromkeys(item.columns, one)
    required = [
        item.columns[0]
        for item in profile.data_set.items
        if item.need == "M" and item.severity == "error"
    ]
    return {
        "title": profile.name.zh,
        "type": "object",
        "properties": properties,
        "required": required,
    }


def _property(form: Format, listed: ValueSet | None) -> dict[str, Any]:
    """Write the schema of one value; lengths are in characters, as JSON counts."""
    if listed is not None and listed.complete and len(listed.labels) <= MANY:
        return {"type": "string", "enum": list(listed.labels)}
    if form.chars in formats.LAYOUTS:
        known = JSON_FORMATS.get(form.chars)
        pattern = f"^{formats.LAYOUTS[form.chars][1]}$".replace(r"\d", "[0-9]")
        return {"type": "string"} | (
            {"format": known} if known else {"pattern": pattern}
        )
    if form.chars == "T/F":
        return {"enum": [True, False, *formats.FLAGS]}
    made: dict[str, Any] = {"type": "string"}
    if form.low:
        made["minLength"] = form.low
    if form.high is not None:
        made["maxLength"] = form.high
    if form.chars == "N" and not form.number:
        made["pattern"] = "^[0-9]*$"
    return made


def element_table(elements: Iterable[DataElement]) -> list[dict[str, str]]:
    """Return elements as flat rows, for people and spreadsheets."""
    return [
        {
            "id": e.id,
            "zh": e.name.zh,
            "en": e.name.en,
            "type": e.domain.kind.value,
            "format": e.domain.format,
            "set": e.domain.value_set,
            "unit": e.domain.unit,
            "state": e.state.value,
            "grade": str(e.grade),
        }
        for e in elements
    ]
