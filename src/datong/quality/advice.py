"""What is wrong where a check fails, and what to do next, in words for people."""

import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from datong.core.check import Severity
from datong.core.say import Say
from datong.quality import between, discovered, earlier
from datong.quality.check_types import TYPES
from datong.quality.checks import all_checks
from datong.quality.finding import Finding, failing_groups
from datong.quality.from_shapes import SHAPES

NAMED = 3  # tables of a problem, in one line
BY_BLAME = {
    "source": Say(
        "Look at one line, then hand it back to who sent it", "查看一条源行，退回来源方"
    ),
    "etl": Say("Look at one line, then mend the mapping", "查看一条源行，修改映射"),
    "vocabulary": Say("Mend the mapping of codes", "修改编码映射"),
    "undecided": Say("Look at one row", "查看一条记录"),
}


@dataclass(frozen=True, slots=True)
class Advice:
    """What is wrong, what to do next, and a command of a project that helps."""

    wrong: Say
    next: Say | None = None
    command: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """All places at which one check fails: for people they are one thing to mend."""

    type: str
    findings: tuple[Finding, ...]
    advice: Advice

    @property
    def wrong(self) -> Say:
        """Say what is wrong."""
        return self.advice.wrong

    @property
    def severity(self) -> Severity:
        """Return the gravest of its findings."""
        order = list(Severity)
        return min((one.severity for one in self.findings), key=order.index)

    @property
    def bad(self) -> int:
        """Count bad rows at the place that has most: layers show the same rows."""
        return max(one.bad for one in self.findings)

    @property
    def persons(self) -> int:
        """Count persons touched at the place that has most, 0 where unknown."""
        return max(one.persons for one in self.findings)

    @property
    def is_least(self) -> bool:
        """Tell whether more may be touched: not all bad rows have their keys."""
        return any(one.bad > len(one.keys) for one in self.findings)

    @property
    def weight(self) -> float:
        """Weigh it by persons, by rows where they are unknown; a silent site by all."""
        is_site = any(one.unit == "sites" for one in self.findings)
        return float("inf") if is_site else self.persons or self.bad

    @property
    def blame(self) -> str:
        """Say whose most of its bad rows are."""
        whose: Counter[str] = Counter()
        for one in self.findings:
            whose[one.blame] += one.bad
        return whose.most_common(1)[0][0]

    @property
    def sites(self) -> list[str]:
        """Name the sites at which it fails."""
        named: dict[str, None] = {}
        for one in self.findings:
            named |= dict.fromkeys(failing_groups(one, "site"))
            if one.layer == "source":
                named[one.table.partition(" ")[0]] = None
            if one.unit == "sites":
                named |= dict.fromkeys(one.keys)
        return sorted(named)

    @property
    def where(self) -> str:
        """Name the first tables and sites."""
        tables = list(dict.fromkeys(one.table for one in self.findings))
        parts = (tables[:NAMED], self.sites[: 2 * NAMED])
        whole = (tables, self.sites)
        return " · ".join(
            ", ".join(named) + (" …" if len(named) < len(held) else "")
            for named, held in zip(parts, whole, strict=True)
            if named
        )

    @property
    def next(self) -> Say:
        """Say what to do next."""
        return self.advice.next or BY_BLAME[self.blame]


def problems(
    failed: Iterable[Finding], own: Mapping[str, Say] | None = None
) -> list[Problem]:
    """Put failures of one check together: the gravest first, then the widest.

    `own` is what the checks of a project say of themselves.
    """
    held: dict[str, list[Finding]] = {}
    for one in failed:
        held.setdefault(one.type, []).append(one)
    made = [
        Problem(
            name,
            tuple(sorted(some, key=lambda one: (-one.persons, -one.bad))),
            Advice(own[name]) if own and name in own else advice_for(name),
        )
        for name, some in held.items()
    ]
    order = list(Severity)
    return sorted(made, key=lambda p: (order.index(p.severity), -p.weight))


def advice_for(check: str) -> Advice:
    """Return what is told of a check; one without an entry is told by its question."""
    known = _advice().get(check)
    return known or Advice(wrong=asks(check))


def asks(check: str) -> Say:
    """Say what a check asks, or why it was written."""
    if check in TYPES:
        return TYPES[check].asks
    return _whys().get(check, Say(check, check))


@cache
def _whys() -> Mapping[str, Say]:
    """Collect what the checks that are not OHDSI's say of themselves."""
    own = {check.name: check.why for check in all_checks()}
    return {**own, **SHAPES, **between.WHY, **earlier.WHY, **discovered.WHY}


@cache
def _advice() -> Mapping[str, Advice]:
    """Read what is told of each type of check."""
    read = tomllib.loads((files(__package__) / "advice.toml").read_text("utf-8"))
    return {
        name: Advice(Say(**one["wrong"]), Say(**one["next"]), one.get("command", ""))
        for name, one in read.items()
    }
