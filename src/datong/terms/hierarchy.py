"""Where a concept stands: what is above it, beside it and below it.

In:  a code table.
Out: the neighbours of a code. A code is below the longest code that it begins with
     (E11.900x001 below E11.900 below E11), as ICD, ICD-O and ATC are built; codes that
     do not begin with one another (LOINC) have no neighbours.
"""

from bisect import bisect_left
from dataclasses import dataclass
from functools import cached_property

from datong.terms.codes import CodeTable

SHOWN = 5  # neighbours on a side
LAST = "\U0010ffff"  # after every character
EMPTY = ".x0+*†-"  # what codes are filled up with


@dataclass(frozen=True, slots=True)
class Place:
    """A concept in a hierarchy."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Around:
    """What stands around a concept; above begins with the widest."""

    above: tuple[Place, ...] = ()
    beside: tuple[Place, ...] = ()
    below: tuple[Place, ...] = ()
    more: int = 0  # below it, but not shown


class Hierarchy:
    """The codes of a table in order."""

    def __init__(self, table: CodeTable) -> None:
        """Take the table; the order is made when it is first asked for."""
        self.table = table

    @cached_property
    def _names(self) -> dict[str, str]:
        """Name every code."""
        return {code: c.name for c in self.table.concepts for code in c.codes}

    @cached_property
    def _codes(self) -> list[str]:
        """Order the codes."""
        return sorted(self._names)

    def find(self, code_or_name: str) -> Place | None:
        """Find a concept that has a code by its code or its name."""
        at = self.table.place(code_or_name)
        concept = self.table.concepts[at] if at is not None else None
        if concept is None or not concept.code:
            return None
        code = code_or_name if code_or_name in concept.codes else concept.code
        return Place(code, concept.name)

    def synonyms(self, code: str) -> list[str]:
        """Return the synonyms of a code."""
        at = self.table.place(code)
        return [] if at is None else self.table.concepts[at].synonyms

    def around(self, code: str) -> Around:
        """Return the neighbours of a code; none for a code that is not in the table."""
        if code not in self._names:
            return Around()
        above = self._above(code)
        below = self._below(code)
        beside = self._below(above[-1], deep=code) if above else []
        return Around(
            tuple(self._place(one) for one in above),
            tuple(self._place(one) for one in beside[:SHOWN]),
            tuple(self._place(one) for one in below[:SHOWN]),
            max(len(below) - SHOWN, 0),
        )

    def _above(self, code: str) -> list[str]:
        """Return the codes that a code begins with, the shortest first."""
        stem = code.rstrip(EMPTY)
        starts = (stem[:size] for size in range(1, len(stem) + 1))
        found = (self._filled(start) for start in starts)
        return [one for one in dict.fromkeys(found) if one and one != code]

    def _filled(self, start: str) -> str:
        """Find the code that is a start and nothing but filling after it."""
        if start in self._names:
            return start
        for at in range(bisect_left(self._codes, start), len(self._codes)):
            code = self._codes[at]
            if not code.startswith(start):
                break
            if not code[len(start) :].strip(EMPTY):
                return code
        return ""

    def _below(self, code: str, deep: str = "") -> list[str]:
        """Return the codes that begin with a code; without those around `deep`."""
        start = code.rstrip(EMPTY) or code
        first, last = (bisect_left(self._codes, key) for key in (start, start + LAST))
        skipped = (code, deep, *([deep.rstrip(EMPTY)] if deep else []))
        found = [one for one in self._codes[first:last] if one not in skipped]
        if not deep:
            return found
        return [one for one in found if not one.startswith(deep.rstrip(EMPTY))]

    def _place(self, code: str) -> Place:
        """Name a code."""
        return Place(code, self._names[code])
