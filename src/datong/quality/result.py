"""All findings of one run with what they were found on."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from datetime import date

from datong.core.check import Severity
from datong.core.say import Say
from datong.quality.advice import Problem, problems
from datong.quality.finding import EFFECTIVE, FEWEST, Finding, Verdict, failing_groups

SCHEMA = "datong-quality/1"


@dataclass(frozen=True, slots=True)
class Fitness:
    """How fit the data are for one use, in words for people, and in numbers."""

    use: str
    title: Say
    answer: Say
    usable: int
    persons: int
    reasons: Sequence[Say] = ()
    is_fit: bool = False


@dataclass(frozen=True, slots=True)
class Trend:
    """What an earlier release was judged: defined, effective, failed, and which."""

    release: int
    today: str
    three: tuple[int, int, int]
    failing: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Result:
    """What was judged, when, by which editions, and every finding.

    `subject` names the data for people; `stamp` holds editions; `months` are rows by
    table and month of the event, where they were counted; `ledger` are the steps of the
    release with what became of their rows; `whys` what a project's own checks say.
    """

    subject: str
    today: date
    stamp: Mapping[str, str]
    findings: Sequence[Finding]
    months: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    uses: Sequence[Fitness] = ()
    score: tuple[int, int] | None = None  # faults caught of faults injected
    seconds: float = 0.0
    trend: Sequence[Trend] = ()  # earlier releases, the oldest first
    ledger: Sequence[Mapping[str, object]] = ()
    whys: Mapping[str, Say] = field(default_factory=dict)

    @property
    def defined(self) -> int:
        """Count the checks."""
        return len(self.findings)

    @property
    def effective(self) -> int:
        """Count the checks that had something to judge: pass, fail or waived."""
        return sum(one.verdict in EFFECTIVE for one in self.findings)

    @property
    def failed(self) -> list[Finding]:
        """Return the findings that fail: the gravest first, then the most rows."""
        order = list(Severity)
        found = [one for one in self.findings if one.verdict is Verdict.FAIL]
        return sorted(found, key=lambda one: (order.index(one.severity), -one.bad))

    @property
    def problems(self) -> list[Problem]:
        """Return what fails, the places of one check together."""
        return problems(self.failed, self.whys)

    def reaches(self, stop_at: str) -> bool:
        """Tell whether a failure is as grave as asked, or graver."""
        if stop_at == "never":
            return False
        order = [*Severity]
        grave = order[: order.index(Severity(stop_at)) + 1]
        return any(one.severity in grave for one in self.failed)

    def verdicts(self) -> dict[str, int]:
        """Count the findings by verdict."""
        counted = Counter(one.verdict for one in self.findings)
        return {verdict.value: counted[verdict] for verdict in Verdict}

    def summary(self) -> dict[str, object]:
        """Return the three numbers and what lies behind them."""
        failed = Counter(one.severity for one in self.failed)
        return {
            "defined": self.defined,
            "effective": self.effective,
            "failed": len(self.failed),
            "cannot_fail": sum(not one.can_fail for one in self.findings),
            "failed_by_severity": {s.value: failed[s] for s in Severity},
            "verdicts": self.verdicts(),
        }

    def as_json(self) -> dict[str, object]:
        """Return everything in the agreed fields, ready to be written as JSON."""
        return {
            "schema": SCHEMA,
            "subject": self.subject,
            "today": self.today.isoformat(),
            "stamp": dict(self.stamp),
            "seconds": round(self.seconds, 3),
            "fitness": [
                {
                    "use": u.use,
                    "fit": u.is_fit,
                    "usable": u.usable,
                    "persons": u.persons,
                }
                for u in self.uses
            ],
            "score": self.score and {"caught": self.score[0], "of": self.score[1]},
            "summary": self.summary(),
            "ledger": [dict(step) for step in self.ledger],
            "problems": [_problem(one) for one in self.problems],
            "checks": [_line(one) for one in self.findings],
        }

    def as_table(self) -> list[dict[str, object]]:
        """Return one line for each check, as a CSV has it."""
        return [
            {
                "layer": one.layer,
                "check": one.name,
                "severity": one.severity.value,
                "category": one.category,
                "verdict": one.verdict.value,
                "examined": one.examined,
                "bad": one.bad,
                "percent": round(one.percent, 4),
                "threshold": "" if one.threshold is None else one.threshold,
                "unit": one.unit,
                "blame": one.blame,
                "note": one.note,
            }
            for one in self.findings
        ]


def _problem(one: Problem) -> dict[str, object]:
    """Write what is wrong and what to do next, in both languages."""
    return {
        "type": one.type,
        "severity": one.severity,
        "blame": one.blame,
        "places": len(one.findings),
        "bad": one.bad,
        "persons": one.persons,
        "wrong": asdict(one.wrong),
        "next": asdict(one.next),
        "command": one.advice.command,
    }


def _line(one: Finding) -> dict[str, object]:
    """Write one finding; its groups where it fails, or where a group of it fails."""
    line = {name.name: getattr(one, name.name) for name in fields(one)}
    line |= {"check": one.name, "percent": round(one.percent, 4)}
    line |= {"keys": list(one.keys), "can_fail": one.can_fail}
    line["examples"] = [asdict(example) for example in one.examples]
    fails_at = {group: failing_groups(one, group) for group in one.groups}
    line["fails_at"] = {group: labels for group, labels in fails_at.items() if labels}
    if one.verdict is not Verdict.FAIL:
        del line["groups"]
        return line
    line["groups"] = {
        group: {label: n for label, n in held.items() if n[0] >= FEWEST}
        for group, held in one.groups.items()
    }
    return line
