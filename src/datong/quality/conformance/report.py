"""What conformance found: components, findings, repairs; as data and as JSON."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from datong.core.check import Severity
from datong.core.say import Say
from datong.standards.checks import Component, Silent


@dataclass(frozen=True, slots=True)
class Tally:
    """Verdicts given and passed."""

    passed: int = 0
    total: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        """Join two tallies."""
        return Tally(self.passed + other.passed, self.total + other.total)

    @property
    def share(self) -> float:
        """Return the share that passed; 1 where nothing was asked."""
        return self.passed / self.total if self.total else 1.0


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as the standard says.

    `examples` are values with their counts; those of sensitive fields are masked.
    `lost` is what it costs of the score, in points.
    """

    check: str
    component: Component
    item: str
    severity: Severity
    say: Say
    records: int
    rows: tuple[int, ...] = ()
    examples: Mapping[str, int] = field(default_factory=dict)
    repair: Say | None = None
    lost: float = 0.0

    @property
    def told(self) -> Say:
        """Say what is wrong; a check says what must be."""
        if self.component in (
            Component.PRESENCE,
            Component.LABELS,
            Component.EDITION,
        ) or self.check.endswith("/type"):
            return self.say
        return Say(f"not so: {self.say.en}", f"不符合：{self.say.zh}")


@dataclass(frozen=True, slots=True)
class Repair:
    """One thing to do; `mends` are the units of trouble that it settles."""

    kind: str  # map | collect | recode | retype | correct | label
    item: str
    say: Say
    hours: float
    records: int
    mends: frozenset[str]
    gains: float = 0.0  # points of the score


@dataclass(frozen=True, slots=True)
class Report:
    """The result of one check of one table against one profile."""

    profile: str
    name: Say
    edition: str
    standards: str  # fingerprint of the catalogue
    data: str
    rows: int
    columns: int
    length_unit: str
    weights: Mapping[str, float]
    components: Mapping[Component, Tally]
    items: Mapping[str, Mapping[Component, Tally]]
    findings: tuple[Finding, ...]
    silent: tuple[Silent, ...]
    repairs: tuple[Repair, ...]
    exact: bool  # the list of repairs is the cheapest, not only a cheap one
    checks: int  # value verdicts given
    names: Mapping[str, Say] = field(default_factory=dict)
    note: Say | None = None  # what the data are, where they were joined

    @property
    def score(self) -> float:
        """Return the weighted share of what passed, 0 to 100."""
        asked = {c: t for c, t in self.components.items() if t.total}
        whole = sum(self.weights.get(c, 0) for c in asked)
        got = sum(self.weights.get(c, 0) * t.share for c, t in asked.items())
        return 100 * got / whole if whole else 100.0

    @property
    def hours(self) -> float:
        """Return the distance to the standard, in hours of work."""
        return sum(repair.hours for repair in self.repairs)

    @property
    def conforms(self) -> bool:
        """Ask whether nothing worse than a note was found."""
        return all(f.severity is Severity.NOTE for f in self.findings)

    def as_json(self) -> dict[str, Any]:
        """Return it as plain content."""
        plain = asdict(self)
        plain["components"] = {
            c.value: asdict(t) | {"share": round(t.share, 6)}
            for c, t in self.components.items()
        }
        plain["items"] = {
            item: {c.value: asdict(t) for c, t in parts.items()}
            for item, parts in self.items.items()
        }
        for repair in plain["repairs"]:
            repair["mends"] = sorted(repair["mends"])
        distance = {
            "hours": round(self.hours, 1),
            "records": sum(repair.records for repair in self.repairs),
            "exact": self.exact,
        }
        verdict = {"score": round(self.score, 2), "conforms": self.conforms}
        return plain | verdict | {"distance": distance}


def ordered(
    findings: list[Finding], points: Mapping[str, float], repairs: tuple[Repair, ...]
) -> tuple[Finding, ...]:
    """Order findings by severity and cost, each with the repair that settles it."""
    told = []
    for finding in findings:
        units = {
            u for u in points if u == finding.check or u.startswith(f"{finding.check}=")
        }
        repair = next((r.say for r in repairs if r.mends & units), None)
        lost = sum(points[u] for u in units)
        told.append(replace(finding, lost=lost, repair=repair))
    order = list(Severity)
    return tuple(
        sorted(told, key=lambda f: (order.index(f.severity), -f.lost, f.check))
    )
