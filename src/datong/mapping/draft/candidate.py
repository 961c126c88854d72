"""What a column may be, and what a table was found to be.

In:  nothing.
Out: `Candidate`, `Matched`, and what is near to a kind of record.
"""

from dataclasses import dataclass, field

from datong.mapping.draft.entries import ANY, NONE, Entry
from datong.mapping.draft.names import Likeness
from datong.mapping.draft.profile import TableProfile

BAR = 1.2  # log odds that a field must reach to be suggested
UNIQUE = 2.0  # log odds of numbers without repeats
# Kinds whose fields stand in tables of another kind, and how readily.
BESIDE: dict[str, tuple[str, ...]] = {
    "person": ("identifier", "coverage"),
    "encounter": ("diagnosis", "procedure", "settlement", "coverage", "transfer"),
    "order": ("dispensing", "administration", "diagnosis"),
    "dispensing": ("order",),
    "administration": ("order",),
    "settlement": ("coverage", "encounter", "diagnosis"),
    "diagnosis": ("encounter",),
    "procedure": ("encounter",),
    "fee_line": ("order",),
}
OF_PEOPLE = ("identifier", "person")  # may stand in any table


@dataclass(frozen=True, slots=True)
class Candidate:
    """A field that a column may be."""

    entry: Entry
    score: float
    like: Likeness
    looks: float
    bonus: float

    @property
    def key(self) -> tuple[str, str, str]:
        """Name what is suggested."""
        return self.entry.kind, self.entry.field, self.entry.part


@dataclass(slots=True)
class Matched:
    """What a table was found to be."""

    table: TableProfile
    kinds: list[tuple[str, float]]  # the likeliest first, with their shares
    candidates: dict[str, list[Candidate]]  # column: the best first
    chosen: dict[str, Candidate] = field(default_factory=dict)
    name: Likeness = field(default_factory=Likeness)  # of the table
    total: float = 0.0  # log odds of the likeliest kind

    @property
    def kind(self) -> str:
        """Name the likeliest kind; empty where none is likely."""
        return self.kinds[0][0] if self.kinds else ""


def is_near(entry: Entry, kind: str) -> bool:
    """Say whether a field may stand in a table of a kind."""
    near = {kind, ANY, NONE, *BESIDE.get(kind, ()), *OF_PEOPLE}
    return bool(kind) and entry.kind in near
