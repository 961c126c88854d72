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

from datong.guard import classes as special
from datong.guard.classes import Class, Marks
from datong.guard.facts import Facts

SHIPPED = Path(__file__).with_name("grades.csv")
NO_MARKS = Marks()
SINGLE = ("person", "site", "department", "special")
OF_CLASS = ("resource.class", "resource.grade", "resource.departments")
MARKS = {
    "diagnosis": "diagnoses",
    "procedure": "procedures",
    "says": "says",
    "concept": "concepts",
}


@dataclass(frozen=True, slots=True)
class Grade:
    """How sensitive a column is: grade 1 to 5, what kind, which class."""

    grade: int = 5
    kind: str = "direct"  # direct, quasi, sensitive, other
    category: str = "unknown"  # ordinary, or a class of `classes.csv`

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
    special: str | None = None  # the column with the class of the row
    marks: Marks = NO_MARKS  # what tells of the class where no column does
    classes: tuple[Class, ...] = ()

    @property
    def place(self) -> str:
        """Write the name, with its schema, so that SQL takes it for a name."""
        return ".".join(f'"{part}"' for part in self.name.split("."))

    def grade(self, column: str) -> Grade:
        """Grade one column; what nobody graded is hidden."""
        return self.grades.get(column) or self.grades.get("*") or Grade()

    def facts(self, column: str) -> Facts:
        """State what a policy may ask about a column."""
        grade = self.grade(column)
        of_it = (one for one in self.classes if one.name == grade.category)
        treat = (frozenset(one.departments) for one in of_it)
        return {**grade.facts, "column.departments": next(treat, frozenset())}

    def own(self, fact: str) -> str | None:
        """Write a fact that the row itself holds; None: it is its person's."""
        if fact == "resource.site" and self.site:
            return f't."{self.site}"'
        if fact == "resource.department" and self.department:
            return f't."{self.department}"'
        if fact not in OF_CLASS or not (self.special or self.marks):
            return None
        told = f't."{self.special}"' if self.special else "t._class"
        if fact == "resource.class":
            return told
        return special.of_class(self.classes, told, fact.removeprefix("resource."))

    def rows(self, asked: str) -> str:
        """Write where its rows come from, with their class if that is asked."""
        if "t._class" not in asked:
            return f"{self.place} t"
        said = special.written(self.classes, self.marks)
        return f"(select t.*, {said} as _class from {self.place} t) t"


@cache
def shipped(classes: tuple[Class, ...] | None = None) -> Mapping[str, Table]:
    """Read the grades that datong ships, for a project's special classes."""
    with SHIPPED.open(encoding="utf-8", newline="") as file:
        return read(csv.DictReader(file), classes)


def read(
    lines: Iterable[Mapping[str, str]], classes: tuple[Class, ...] | None = None
) -> Mapping[str, Table]:
    """Read lines of `table,column,grade,kind,category,is`.

    `is` says that the column holds the person key, the site, the department or the
    class of the row, or what tells of the class (several columns may).
    """
    grades: dict[str, dict[str, Grade]] = {}
    places: dict[str, dict[str, list[str]]] = {}
    for line in lines:
        grade = Grade(int(line["grade"]), line["kind"], line["category"])
        grades.setdefault(line["table"], {})[line["column"]] = grade
        for what in line["is"].split():
            held = places.setdefault(line["table"], {})
            held.setdefault(what, []).append(line["column"])
    known = special.load() if classes is None else classes
    return {
        name: _table(name, of, places.get(name, {}), known)
        for name, of in grades.items()
    }


def _table(
    name: str,
    grades: Mapping[str, Grade],
    places: Mapping[str, list[str]],
    classes: tuple[Class, ...],
) -> Table:
    """Put a table together."""
    single = {what: of[0] for what, of in places.items() if what in SINGLE}
    told = {MARKS[what]: tuple(of) for what, of in places.items() if what in MARKS}
    return Table(name, grades, **single, marks=Marks(**told), classes=classes)
