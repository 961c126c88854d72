"""What is suggested for a table, for a column; what stays open.

In:  nothing.
Out: `Draft`, `Suggestion`, `Blocker`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from datong.core.say import Say
from datong.mapping.draft.formats import Read
from datong.mapping.draft.profile import TableProfile
from datong.mapping.draft.split import Pieces


@dataclass(frozen=True, slots=True)
class Blocker:
    """A question to the owner of a table."""

    code: str  # zone, delivery, cancelled, unit, day-month, person, digits, copies
    table: str
    column: str
    ask: Say


@dataclass(frozen=True, slots=True)
class Remembered:
    """What a person decided about a column of this name, in a table of this name."""

    kind: str
    field: str
    part: str
    who: str
    where: str  # the organization


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What one column is, or that nothing is suggested for it."""

    table: str
    column: str
    kind: str = ""
    field: str = ""  # empty: abstained
    part: str = ""  # code, text; the type of an identifier; the item of a wide column
    confidence: float = 0.0
    evidence: tuple[Say, ...] = ()
    alternatives: tuple[tuple[str, str, str, float], ...] = ()
    unit: str = ""

    @property
    def place(self) -> tuple[str, str, str]:
        """Name the field."""
        return self.kind, self.field, self.part


@dataclass(frozen=True, slots=True)
class Joined:
    """A column whose values are those of another table's key."""

    column: str
    to_table: str
    to_column: str
    share: float  # of its values that the key has
    to_kind: str
    person: str  # the column of the other table that names the patient, if any
    head: tuple["Suggestion", ...] = ()  # what the other row gives, if it is sure
    times: Mapping[str, Read] = field(default_factory=dict)


@dataclass(frozen=True)
class Draft:
    """What one table is."""

    table: TableProfile
    kind: str
    confidence: float
    kinds: tuple[tuple[str, float], ...]
    evidence: tuple[Say, ...]
    suggestions: tuple[Suggestion, ...]
    grain: tuple[str, ...] = ()
    times: dict[str, Read] = field(default_factory=dict)
    pieces: tuple[Pieces, ...] = ()
    blockers: tuple[Blocker, ...] = ()
    joins: tuple[Joined, ...] = ()

    def column_of(self, kind: str, name: str, part: str | None = None) -> str:
        """Return the column of a field, or nothing."""
        return next(
            (
                one.column
                for one in self.suggestions
                if one.kind == kind
                and one.field == name
                and (part is None or one.part == part)
            ),
            "",
        )
