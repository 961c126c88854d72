"""What a view is: one table of OMOP as a question to standard records.

Inputs are seen under quoted names: a kind of standard record (`"diagnosis"`), a table
made before (`"omop_person"`), and `"concept_of"`, `"ingredient_of"`, `"named"`,
`"register"`, `"release"`. Columns whose names begin with an underscore are lineage: the
run keeps them out of the published table and shows them as its sidecar.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from datong.core.shape import Kind
from datong.engine.duckdb import TYPES, empty, quoted
from datong.standards.omop import Field, fields
from datong.standards.records import all_kinds

Grain: TypeAlias = Literal["organization", "all"]
# What may be read besides records and earlier tables; concepts/ makes the first four.
SHARED = ("concept_of", "ingredient_of", "named", "register", "release")
# Several rows of one record in one table: the n-th further one has this times n added.
FURTHER = 2**56
CONCEPT = re.compile(r"concept_id(_\d)?$")
LINEAGE = ("_record", "_row", "_rule", "_why", "_shortened")


@dataclass(frozen=True, slots=True)
class View:
    """One table and the SQL that makes it.

    `grain` says over what it must be run: one organization's records, or all records.
    `published` is false of a table that only other views read.
    """

    table: str
    sql: str
    grain: Grain
    published: bool = True

    @property
    def name(self) -> str:
        """Return the name under which other views read it."""
        return f"omop_{self.table}"

    @property
    def reads(self) -> tuple[str, ...]:
        """Return the inputs that the SQL names."""
        found = set(re.findall(r'(?:from|join) "(\w+)"', self.sql))
        known = {*all_kinds(), *SHARED}
        return tuple(sorted(n for n in found if n in known or n.startswith("omop_")))


def sources(present: frozenset[str]) -> dict[str, str]:
    """Return how SQL reads each kind of record: by name, or nothing if absent."""
    return {
        name: quoted(name) if name in present else f"({empty(kind.shape)})"
        for name, kind in all_kinds().items()
    }


def lineage(alias: str) -> dict[str, str]:
    """Return the lineage of a row that comes from one record."""
    return {"_record": f"{alias}.record"} | {
        n: f"{alias}.{n}" for n in ("_row", "_rule")
    }


def of_table(table: str) -> tuple[Field, ...]:
    """Return the fields of one OMOP 5.4 table, in order."""
    return tuple(field for field in fields("5.4") if field.table == table)


def columns(table: str, cells: Mapping[str, str], marks: Mapping[str, str]) -> str:
    """Write the select list of a table: every field in order, then the lineage.

    A field without a cell is null; a text longer than its field is cut, and
    `_shortened` counts the cells of the row that were. A required field must have a
    cell, and a cell must have a field: anything else is a bug, a KeyError.
    """
    held = of_table(table)
    unknown = set(cells) - {field.name for field in held}
    missing = {field.name for field in held if field.required} - set(cells)
    if unknown or missing:
        raise KeyError(f"{table}: no field for {unknown}, no cell for {missing}")
    listed = [f"{_cell(field, cells)} as {quoted(field.name)}" for field in held]
    marks = {"_why": "'kind'", "_shortened": _shortened(held, cells), **marks}
    types = {"_why": "varchar", "_shortened": "integer"}
    listed += [
        f"cast({marks.get(name, 'null')} as {types.get(name, 'bigint')}) as {name}"
        for name in LINEAGE
    ]
    return ",\n  ".join(listed)


def nothing(table: str) -> str:
    """Write the query for no rows of a table."""
    needed = {field.name: "null" for field in of_table(table) if field.required}
    return f"select {columns(table, needed, {})} where false"


def _cell(field: Field, cells: Mapping[str, str]) -> str:
    """Write one field."""
    expression = cells.get(field.name, "null")
    if field.size and not _is_fixed(expression):
        expression = f"left({expression}, {field.size})"
    return f"cast({expression} as {kind_of(field)})"


def kind_of(field: Field) -> str:
    """Return the SQL type of a field: keys are 64 bits wide, other numbers 32."""
    if field.column.kind is not Kind.WHOLE:
        return TYPES[field.column.kind]
    is_key = field.name.endswith("_id") or field.name.startswith("fact_id")
    return "integer" if not is_key or CONCEPT.search(field.name) else "bigint"


def _shortened(held: tuple[Field, ...], cells: Mapping[str, str]) -> str:
    """Write how many cells of a row are longer than their field."""
    long = [
        f"case when length({cells[field.name]}) > {field.size} then 1 else 0 end"
        for field in held
        if field.size and not _is_fixed(cells.get(field.name, "null"))
    ]
    return " + ".join(long) or "0"


def _is_fixed(expression: str) -> bool:
    """Say whether a cell is a constant that needs no cutting."""
    return expression == "null" or re.fullmatch(r"'[^']*'", expression) is not None
