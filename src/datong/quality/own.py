"""The kinds of check that are written by hand: on a text, on tables together.

A check on the rows of one table is `datong.core.check.Check`. Each says its rule twice,
in SQL to be fast and in Python to be plain; the laws hold the two together.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from datong.core.check import Check, Severity
from datong.core.say import Say
from datong.core.shape import Row, Shape

Tables = Mapping[str, Sequence[Row]]
NOT_ASCII = "strlen(value) > length(value)"  # more bytes than characters


@dataclass(frozen=True, slots=True)
class TextCheck:
    """A rule on texts, for every text column of every table.

    `where` is a SQL condition on `value` that is true of a bad text; `is_bad` says the
    same in Python. A case is a text and whether it passes. `only` is a cheap condition
    that is true of every bad text, and of few others.
    """

    name: str
    severity: Severity
    why: Say
    where: str
    is_bad: Callable[[str], bool]
    cases: tuple[tuple[str, bool], ...]
    only: str = "true"

    @property
    def condition(self) -> str:
        """Write when a text is bad; the engine asks in the order of a `case` only."""
        return f"case when {self.only} then {self.where} else false end"


@dataclass(frozen=True, slots=True)
class Scene:
    """Example tables and the keys of the rows that must be found bad."""

    tables: Tables
    bad: frozenset[int]


@dataclass(frozen=True, slots=True)
class Together:
    """A rule on rows that only shows when they are looked at together.

    `table` is the table whose rows are found bad, `reads` all that are looked at. `bad`
    is a SQL query for their `record` numbers; `find` says the same in Python.
    `examined` is a SQL condition on the rows that the rule speaks of.
    """

    name: str
    table: str
    reads: tuple[Shape, ...]
    severity: Severity
    why: Say
    bad: str
    find: Callable[[Tables], set[int]]
    scenes: tuple[Scene, ...]
    examined: str = "true"
    blame: str = "undecided"  # vocabulary, where a concept is what is wrong
    column: str = ""  # the one that is wrong, where a table has several of the kind


OwnCheck = Check | TextCheck | Together
