"""The fields of the OMOP tables and the shapes made from them.

Source: the field lists that OHDSI publishes with CommonDataModel 5.4 and
DataQualityDashboard 2.8.4 (Apache-2.0); facts only, in our own form. OHDSI's quality
lists for 5.3 leave out the vocabulary tables, `metadata`, `cdm_source` and
`cohort_definition`; those are written here as CommonDataModel 5.3.1 defines them.
"""

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import groupby

from datong.core.shape import Column, Kind, Shape

VERSIONS = ("5.3", "5.4")

KINDS = {
    "integer": Kind.WHOLE,
    "bigint": Kind.WHOLE,
    "decimal": Kind.DECIMAL,
    "date": Kind.DATE,
    "datetime": Kind.TIME,
    "text": Kind.TEXT,
}


@dataclass(frozen=True, slots=True)
class Field:
    """One field of one OMOP table.

    `type` is integer, bigint, decimal, date, datetime or text; `size` is the longest
    text in characters, 0 without a limit. `references` is (table, field), empty for a
    field that is no foreign key; `domains` and `concept_class` say what a concept in it
    must be.
    """

    table: str
    name: str
    type: str
    size: int
    required: bool
    key: bool
    references: tuple[str, ...]
    domains: tuple[str, ...]
    concept_class: str

    @property
    def column(self) -> Column:
        """Return it as a column of a shape."""
        return Column(self.name, KINDS[self.type], required=self.required)


@cache
def fields(version: str = "5.4") -> tuple[Field, ...]:
    """Return every field, table by table, in the order of the standard."""
    place = files(__package__) / f"fields-{version}.csv"
    with place.open(encoding="utf-8") as lines:
        return tuple(_field(line) for line in csv.DictReader(lines))


@cache
def tables(version: str = "5.4") -> dict[str, Shape]:
    """Return the shape of each table by its name.

    A table without a key of one column (`death`, `concept_ancestor`) has an empty one.
    """
    by_table = groupby(fields(version), key=lambda field: field.table)
    return {table: _shape(table, tuple(held)) for table, held in by_table}


def _shape(table: str, held: tuple[Field, ...]) -> Shape:
    """Put the fields of a table together."""
    key = tuple(field.name for field in held if field.key)
    return Shape(table, tuple(field.column for field in held), key)


def _field(line: dict[str, str]) -> Field:
    """Read one line of the list."""
    kind, _, size = line["type"].rstrip(")").partition("(")
    return Field(
        table=line["table"],
        name=line["field"],
        type=kind,
        size=int(size or 0),
        required=line["required"] == "yes",
        key=line["key"] == "yes",
        references=tuple(filter(None, line["references"].split("."))),
        domains=tuple(filter(None, line["domain"].split("; "))),
        concept_class=line["class"],
    )
