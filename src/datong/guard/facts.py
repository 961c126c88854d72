"""The facts that a policy may speak of: a closed list, each with its kind.

A fact that is not known is null. Facts of the access are known before any row is
read and are folded into the compiled rules; facts of a column are its grade and
kind; facts of a row come with the row (and with the person that the row is about).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

Known: TypeAlias = str | int | bool | frozenset[str] | None
Facts: TypeAlias = Mapping[str, Known]


class Sort(StrEnum):
    """The kinds of value that a fact has."""

    TEXT = "text"
    WHOLE = "whole"
    FLAG = "flag"
    SET = "set"  # of texts


class Of(StrEnum):
    """What a fact is a fact of."""

    ACCESS = "access"
    COLUMN = "column"
    ROW = "row"


@dataclass(frozen=True, slots=True)
class Fact:
    """One name that a rule may use."""

    name: str
    sort: Sort
    of: Of

    @property
    def column(self) -> str:
        """Name the column of the facts table that holds it."""
        return self.name.replace(".", "_")


PURPOSES = (
    "TREAT",
    "PAY",
    "OPERATE",
    "QUALITY",
    "PUBLIC_HEALTH",
    "STUDY",
    "INSURE",
    "SUBJECT",
    "SECURITY",
)
SCENARIOS = ("doctor", "patient", "study", "secondary", "sensing", "insurer", "device")
BASES = ("consent", "separate", "contract", "legal", "emergency", "public")
ACTIONS = ("read", "search", "list", "count", "export", "decide")
CONSENTS = tuple(f"consent.{purpose.lower()}" for purpose in PURPOSES)

_TEXTS = {
    Of.ACCESS: (
        "action purpose basis scenario place subject.id subject.role subject.site"
        " subject.department"
    ),
    Of.COLUMN: "column.kind column.category",
    Of.ROW: (
        "resource.site resource.department resource.class consent.kind"
        f" {' '.join(CONSENTS)}"
    ),
}
_WHOLES = {
    Of.ACCESS: "subject.level hour",
    Of.COLUMN: "column.grade",
    Of.ROW: "resource.age resource.grade",  # grade: of the row's class; 0 is none
}
_FLAGS = {
    Of.ACCESS: "subject.second_factor",
    Of.ROW: (
        "in_care break_glass is_self is_guardian resource.minor resource.vip"
        " resource.retired"
    ),
}
_SETS = {
    Of.COLUMN: "column.departments",  # that treat the column's category
    Of.ROW: "resource.sites resource.departments",  # the latter treat its class
}

_LISTS = (
    (Sort.TEXT, _TEXTS),
    (Sort.WHOLE, _WHOLES),
    (Sort.FLAG, _FLAGS),
    (Sort.SET, _SETS),
)
FACTS = {
    name: Fact(name, sort, of)
    for sort, lists in _LISTS
    for of, names in lists.items()
    for name in names.split()
}
