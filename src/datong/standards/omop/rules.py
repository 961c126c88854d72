"""The quality rules that OHDSI publishes for the OMOP tables, as facts.

Source: the check lists of OHDSI DataQualityDashboard 2.8.4 (Apache-2.0): which of its
27 types of check holds for which table, field and concept, with which threshold. A line
of checks-VERSION.csv lists the fields of one table that one rule holds for, as
`field; field=argument`; a line of concepts-VERSION.csv lists concepts in the same way,
`a+b` being several concepts that are judged together.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

EDITION = "OHDSI DataQualityDashboard 2.8.4"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule for one place.

    `type` is OHDSI's name of it; `argument` is what the type needs besides its place:
    another field, a domain, a bound, a sex, units. `threshold` is the greatest share of
    bad rows that still passes, in percent; None means that nothing may be bad.
    """

    type: str
    table: str
    field: str = ""
    argument: str = ""
    threshold: float | None = None
    concept: str = ""


@cache
def rules(version: str = "5.4") -> tuple[Rule, ...]:
    """Return every rule of a version: 2,533 for 5.4, 2,003 for 5.3."""
    of_fields = [rule for line in _lines("checks", version) for rule in _fields(line)]
    of_concepts = [r for line in _lines("concepts", version) for r in _concepts(line)]
    return (*of_fields, *of_concepts)


def _lines(name: str, version: str) -> Iterator[dict[str, str]]:
    """Read one of the lists."""
    place = files(__package__) / f"{name}-{version}.csv"
    with place.open(encoding="utf-8") as lines:
        yield from csv.DictReader(lines)


def _fields(line: dict[str, str]) -> Iterator[Rule]:
    """Read a line about the fields of a table, or about the table itself."""
    for item in line["fields"].split("; "):
        field, _, argument = item.partition("=")
        yield Rule(line["type"], line["table"], field, argument, _percent(line))


def _concepts(line: dict[str, str]) -> Iterator[Rule]:
    """Read a line about concepts."""
    place = line["type"], line["table"], line["field"], line["argument"]
    for concept in line["concepts"].split():
        yield Rule(*place, _percent(line), concept)


def _percent(line: dict[str, str]) -> float | None:
    """Read a threshold."""
    return float(line["threshold"]) if line["threshold"] else None
