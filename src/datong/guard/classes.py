"""Special classes: what a row tells that only few may know, as data.

`classes.csv` (a project's own, else the shipped one) has a line for each class: its
grade (the five grades of GB/T 39725-2020; their wording is unverified), the departments
that treat it, and how a row of it is known: beginnings of diagnosis codes (ICD-10), of
procedure codes (ICD-9-CM-3), of other codes (ATC, LOINC), and words. A row of several
classes has the first. The text of a note lies in the vault, and no page shows it: a
note is known by its type, section and title.
"""

import csv
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from datong.core.reason import Trouble
from datong.guard.reasons import CLASSES

NAME = "classes.csv"
SHIPPED = Path(__file__).with_name(NAME)
NONE = "''"  # what SQL says of a row of no class
CONCEPTS = "guard_concept"  # concept_id, class: concepts of a class, of a release


@dataclass(frozen=True, slots=True)
class Marks:
    """The columns of a table that tell of what class a row is."""

    diagnoses: tuple[str, ...] = ()
    procedures: tuple[str, ...] = ()
    says: tuple[str, ...] = ()  # names, and codes of other systems
    concepts: tuple[str, ...] = ()  # OMOP concept numbers

    def __bool__(self) -> bool:
        """Is there one?"""
        return bool(self.diagnoses or self.procedures or self.says or self.concepts)


@dataclass(frozen=True, slots=True)
class Class:
    """One special class."""

    name: str
    grade: int
    departments: tuple[str, ...]  # in order
    patterns: tuple[tuple[str, str], ...]  # of `Marks`: what to look for; RE2

    def holds(self, marks: Marks) -> str:
        """Write that a row is of this class."""
        tests = [
            f"regexp_matches({_joined(getattr(marks, of))}, '{pattern}')"
            for of, pattern in self.patterns
            if getattr(marks, of)
        ]
        known = f"(select concept_id from {CONCEPTS} where class = '{self.name}')"
        tests += [f"{_own(column)} in {known}" for column in marks.concepts]
        return " or ".join(tests)


def load(root: Path | None = None) -> tuple[Class, ...]:
    """Read a project's classes, or those that datong ships."""
    own = root / NAME if root else SHIPPED
    place = own if own.exists() else SHIPPED
    return _read(place, place.stat().st_mtime_ns)


def digest(classes: Sequence[Class]) -> str:
    """Identify classes, so that what was marked by others is marked again."""
    return hashlib.sha256(repr(classes).encode()).hexdigest()


def written(classes: Sequence[Class], marks: Marks) -> str:
    """Write which class a row of a table (`t`) is of; empty for none."""
    tests = [(one.name, one.holds(marks)) for one in classes]
    cases = [f"when {holds} then '{name}'" for name, holds in tests if holds]
    return f"case {' '.join(cases)} else {NONE} end" if cases else NONE


def of_class(classes: Sequence[Class], told: str, fact: str) -> str:
    """Write grade or departments of the class that SQL `told`; null stays unknown."""
    if fact == "grade":
        none, said = "0", {one.name: str(one.grade) for one in classes}
    else:
        none = "cast([] as varchar[])"
        said = {one.name: _listed(one.departments) for one in classes}
    cases = "".join(f" when '{name}' then {value}" for name, value in said.items())
    return f"case {told} when {NONE} then {none}{cases} end"


@cache
def _read(place: Path, _changed: int) -> tuple[Class, ...]:
    """Read a file once, and again when it has changed."""
    try:
        with place.open(encoding="utf-8", newline="") as file:
            return tuple(map(_class, csv.DictReader(file)))
    except (OSError, KeyError, ValueError, TypeError, re.error) as error:
        raise Trouble(CLASSES, place, said=str(error)) from error


def _class(line: Mapping[str, str]) -> Class:
    """Read one line."""
    name = line["class"]
    if not re.fullmatch(r"\w+", name):
        raise ValueError(name)
    begins = {of: _begins(line[of]) for of in ("diagnoses", "procedures")}
    words = [part for part in (line["words"], _begins(line["marks"])) if part]
    found = {**begins, "says": "|".join(words)}
    for pattern in found.values():
        re.compile(pattern)
    kept = tuple((of, told.replace("'", "''")) for of, told in found.items() if told)
    departments = sorted(filter(None, line["departments"].split("|")))
    return Class(name, int(line["grade"]), tuple(departments), kept)


def _begins(codes: str) -> str:
    """Write that one of several texts begins with one of the codes."""
    listed = "|".join(re.escape(code) for code in codes.split("|") if code)
    return f"(^|[|])(?i:{listed})" if listed else ""


def _joined(columns: Sequence[str]) -> str:
    """Write several columns as one text."""
    return f"concat_ws('|', {', '.join(map(_own, columns))})"


def _own(column: str) -> str:
    """Name a column of the row."""
    return f't."{column}"'


def _listed(names: Sequence[str]) -> str:
    """Write a list of texts."""
    said = ", ".join("'" + one.replace("'", "''") + "'" for one in names)
    return f"[{said}]"
