"""What came of a check, and the verdict on it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from datong.core.check import Severity


class Verdict(StrEnum):
    """What a check says of the data. Skipped is not passed."""

    PASS = "pass"  # noqa: S105 - a verdict, not a password
    FAIL = "fail"
    SKIPPED = "skipped"  # nothing was there to examine
    NOT_APPLICABLE = "not-applicable"  # a table or a column that it needs is absent
    BROKEN = "broken"  # the check itself could not be carried out
    WAIVED = "waived"  # it fails, and a person said until when that is accepted


# Of each group (site, source, month, cohort), for each label: examined and bad.
Groups = Mapping[str, Mapping[str, tuple[int, int]]]
FEWEST = 10  # rows; of a smaller group a share says little
EFFECTIVE = frozenset({Verdict.PASS, Verdict.FAIL, Verdict.WAIVED})


@dataclass(frozen=True, slots=True)
class Example:
    """Where a bad row came from: a raw file, its line, its record (both from 1).

    `line` is 0 where the file has no lines, or is not what it was any more.
    """

    key: str
    file: str
    line: int
    record: int


Place = tuple[str, str, str, str]  # layer, check, table, column


@dataclass(frozen=True, slots=True)
class Finding:
    """One check with what it counted.

    `examined` and `bad` are in `unit`; `threshold` is in percent, None where nothing
    may be bad; `keys` are the first keys of bad rows, for a check that fails; `note`
    says why there is no verdict, or who waived it and why; `groups` are the same counts
    by group, where they were asked for; `blames` say of the rows in `keys` whose how
    many are; `examples` are the lines of raw files that some of them came from;
    `persons` are those whom the rows in `keys` belong to, 0 where that is not known.
    """

    layer: str
    type: str
    table: str
    column: str
    concept: str
    argument: str
    examined: int
    bad: int
    unit: str
    threshold: float | None
    verdict: Verdict
    severity: Severity
    category: str
    subcategory: str
    blame: str = "undecided"  # source, etl, vocabulary or undecided
    keys: tuple[str, ...] = ()
    note: str = ""
    groups: Groups = field(default_factory=dict)
    blames: Mapping[str, int] = field(default_factory=dict)
    examples: tuple[Example, ...] = ()
    persons: int = 0

    @property
    def name(self) -> str:
        """Name the check so that a waiver or a person can point at it."""
        parts = (self.type, self.table, self.column, self.concept)
        return ".".join(part for part in parts if part)

    @property
    def percent(self) -> float:
        """Return the share of bad in percent, 0 where nothing was examined."""
        return 100 * self.bad / self.examined if self.examined else 0.0

    @property
    def can_fail(self) -> bool:
        """Tell whether the threshold lets the check fail at all."""
        return self.threshold is None or self.threshold < 100


def failing_groups(one: Finding, group: str) -> dict[str, tuple[int, int]]:
    """Return the labels of a group at which a check fails by its own threshold."""
    return {
        label: (examined, bad)
        for label, (examined, bad) in one.groups.get(group, {}).items()
        if examined >= FEWEST and judge(examined, bad, one.threshold) is Verdict.FAIL
    }


def judge(examined: int, bad: int, threshold: float | None) -> Verdict:
    """Judge two counts: fail where the bad share is greater than the threshold."""
    if not examined and not bad:
        return Verdict.SKIPPED
    if not threshold:
        return Verdict.FAIL if bad else Verdict.PASS
    return Verdict.FAIL if bad * 100 > threshold * examined else Verdict.PASS


def differing(place: Place, examined: int, bad: int) -> Finding:
    """Put a finding together of what must be the same in two layers."""
    layer, name, table, column = place
    return Finding(
        layer=layer,
        type=name,
        table=table,
        column=column,
        concept="",
        argument="",
        examined=examined,
        bad=bad,
        unit="rows",
        threshold=None,
        verdict=judge(examined, bad, None),
        severity=Severity.ERROR,
        category="conformance",
        subcategory="computational",
        blame="etl",
    )
