"""Which grade each column has: a table as data, deny by default.

`grades.csv` has a line for each table and column (`*` for the rest of a table). What
it does not list has grade 5 and identifies, so that a new column is hidden until
somebody has graded it.
"""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from datong.guard.facts import Facts

SHIPPED = Path(__file__).with_name("grades.csv")


@dataclass(frozen=True, slots=True)
class Grade:
    """How sensitive a column is: grade 1 to 5, what kind, which class."""

    grade: int = 5
    kind: str = "direct"  # direct, quasi, sensitive, other
    category: str = "unknown"  # ordinary, hiv, mental, genetic, reproductive

    @property
    def facts(self) -> Facts:
        """State what a policy may ask about a column."""
        return {
            "column.grade": self.grade,
            "column.kind": self.kind,
            "column.category": self.category,
        }


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """A table that can be read through the gate."""

    name: str
    grades: Mapping[str, Grade]
    person: str | None = None  # the column with the person key
    site: str | None = None  # the column with the site of the row
    department: str | None = None

    @property
    def place(self) -> str:
        """Write the name, with its schema, so that SQL takes it for a name."""
        return ".".join(f'"{part}"' for part in self.name.split("."))

    def grade(self, column: str) -> Grade:
        """Grade one column; what nobody graded is hidden."""
        return self.grades.get(column) or self.grades.get("*") or Grade()


@cache
def shipped() -> Mapping[str, Table]:
    """Read the grades that datong ships."""
    with SHIPPED.open(encoding="utf-8", newline="") as file:
        return read(csv.DictReader(file))


def read(lines: Iterable[Mapping[str, str]]) -> Mapping[str, Table]:
    """Read lines of `table,column,grade,kind,category,is`.

    `is` says that the column holds the person key, the site or the department.
    """
    grades: dict[str, dict[str, Grade]] = {}
    places: dict[str, dict[str, str]] = {}
    for line in lines:
        grade = Grade(int(line["grade"]), line["kind"], line["category"])
        grades.setdefault(line["table"], {})[line["column"]] = grade
        if line["is"]:
            places.setdefault(line["table"], {})[line["is"]] = line["column"]
    return {
        name: Table(name, of, **places.get(name, {})) for name, of in grades.items()
    }
