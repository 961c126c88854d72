"""Who comes, why, and what is asked."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from datong.guard.facts import Facts


@dataclass(frozen=True, slots=True)
class Access:
    """One person with one hat on: a role at a site, for a purpose, on a basis.

    Somebody with roles at two sites wears one hat at a time, so that the rights of
    one never mix with the patients of the other.
    """

    who: str
    role: str
    purpose: str
    basis: str
    scenario: str
    level: int = 0
    site: str | None = None
    department: str | None = None
    place: str | None = None
    second_factor: bool = False
    at: datetime = field(default_factory=lambda: datetime.now(UTC))
    request: str = ""

    def facts(self, action: str) -> Facts:
        """State what a policy may ask about the access."""
        return {
            "action": action,
            "purpose": self.purpose,
            "basis": self.basis,
            "scenario": self.scenario,
            "place": self.place,
            "hour": self.at.hour,
            "subject.id": self.who,
            "subject.role": self.role,
            "subject.site": self.site,
            "subject.department": self.department,
            "subject.level": self.level,
            "subject.second_factor": self.second_factor,
        }


@dataclass(frozen=True, slots=True)
class Relations:
    """What is known of the one who asks and single persons, as of the access.

    Each is a set of person keys but `consents`: person key -> purpose -> state.
    `consent_kinds` tells the kind of the consent that decided, `consents_named` whose
    consent names the one who asks, and so outweighs what hospitals handed over.
    """

    in_care: frozenset[int] = frozenset()
    broken_glass: frozenset[int] = frozenset()
    selves: frozenset[int] = frozenset()
    guarded: frozenset[int] = frozenset()
    consents: Mapping[int, Mapping[str, str]] = field(default_factory=dict)
    consent_kinds: Mapping[int, str] = field(default_factory=dict)
    consents_named: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition of a search: `column operator value`; total, it cannot fail."""

    column: str
    operator: str  # = != < <= > >= starts contains names (by the table `word`)
    value: str | int | float | bool


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked of one table.

    Every column that is used in any way must be named here, and nothing else is ever
    put into the SQL.
    """

    action: str
    table: str
    show: tuple[str, ...]
    where: tuple[Condition, ...] = ()
    order: tuple[str, ...] = ()  # "column" or "-column"
    person: int | None = None
    limit: int = 100
    offset: int = 0
    counted: bool = False  # how many rows, instead of the rows

    @property
    def uses(self) -> tuple[str, ...]:
        """Name the columns that are asked about, not only shown."""
        asked = [condition.column for condition in self.where]
        asked += [name.removeprefix("-") for name in self.order]
        return tuple(dict.fromkeys(asked))
