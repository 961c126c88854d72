"""Where a concept stands: what is above it, beside it and below it.

In:  a code table.
Out: the neighbours of a code. A code is below the longest code that it begins with
     (E11.900x001 below E11.900 below E11), as ICD, ICD-O and ATC are built; codes that
     do not begin with one another (LOINC) have no neighbours. Filling (E11.900) is no
     level, but the first digit after the point is no filling: J18.0 is not above J18.9.
     Where a table has no code above, its nearest codes of one category are beside.
"""

import re
from bisect import bisect_left
from dataclasses import dataclass
from functools import cached_property

from datong.terms.codes import CodeTable

SHOWN = 5  # neighbours on a side
LAST = "\U0010ffff"  # after every character
EMPTY = ".x0+*†-"  # what codes are filled up with
_CATEGORY = re.compile(r"[A-Z]\d\d|\d\d\.")  # of ICD-10 and ICD-9-CM-3
_WHOLE = re.compile(r"[A-Z]\d\d\.\d|\d\d\.\d")  # nothing in it is filling


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
        beside = self._below(above[-1], deep=code) if above else self._near(code)
        return Around(
            tuple(self._place(one) for one in above),
            tuple(self._place(one) for one in beside[:SHOWN]),
            tuple(self._place(one) for one in below[:SHOWN]),
            max(len(below) - SHOWN, 0),
        )

    def _above(self, code: str) -> list[str]:
        """Return the codes that a code begins with, the shortest first."""
        stem = _stem(code)
        starts = (stem[:size] for size in range(1, len(stem) + 1))
        found = (self._filled(start) for start in starts)
        return [one for one in dict.fromkeys(found) if one and one != code]

    def _near(self, code: str) -> list[str]:
        """Return the codes that share the most with a code, within its category."""
        stem, category = _stem(code), _CATEGORY.match(code)
        shortest = category.end() if category else len(stem)
        for size in range(len(stem) - 1, shortest - 1, -1):
            if found := self._within(stem[:size], deep=code):
                return found
        return []

    def _filled(self, start: str) -> str:
        """Find the code that is a start and nothing but filling after it."""
        if start in self._names:
            return start
        if not _WHOLE.match(start):
            return ""
        for at in range(bisect_left(self._codes, start), len(self._codes)):
            code = self._codes[at]
            if not code.startswith(start):
                break
            if not code[len(start) :].strip(EMPTY):
                return code
        return ""

    def _below(self, code: str, deep: str = "") -> list[str]:
        """Return the codes that begin with a code; without those around `deep`."""
        return [one for one in self._within(_stem(code), deep) if one != code]

    def _within(self, start: str, deep: str = "") -> list[str]:
        """Return the codes with a start; without those around `deep`."""
        first, last = (bisect_left(self._codes, key) for key in (start, start + LAST))
        found, kin = self._codes[first:last], _stem(deep)
        return [one for one in found if not (kin and one.startswith(kin))]

    def _place(self, code: str) -> Place:
        """Name a code."""
        return Place(code, self._names[code])


def _stem(code: str) -> str:
    """Take the filling off a code.

    >>> _stem("E11.900"), _stem("N39.0"), _stem("32.2000"), _stem("A10BA02")
    ('E11.9', 'N39.0', '32.2', 'A10BA02')
    """
    whole = _WHOLE.match(code)
    if not whole:
        return code
    return whole[0] + code[whole.end() :].rstrip(EMPTY)
