"""How good the checks are: which faults they notice, where, and whom they blame.

A fault is put into one layer of clean ground, the layers after it are made anew, and
then runs what `datong check` runs, knowing no more than it does: landed rows, records,
views, and the ledger's account; an earlier release where the fault is a change since.
It is caught where a check that did not fail on the clean ground fails at the right
table and blames the right one.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from datong.quality.check_types import TYPES
from datong.quality.faults.fault import Fault, injected
from datong.quality.faults.ground import file_of, ground
from datong.quality.faults.landed import landed
from datong.quality.faults.views import views
from datong.quality.finding import Finding, Verdict
from datong.quality.judged import Asked, judge_layers
from datong.quality.lineage import Lineage
from datong.standards.records import all_kinds

TODAY = date(2026, 1, 1)
ABSENT = ("cdmTable", "cdmField")  # the ground has not every table of OMOP
Tables = Mapping[str, pa.Table]
Place = tuple[str, str, str, str, str]


@dataclass(frozen=True, slots=True)
class Trial:
    """What became of one fault: the new failures, as `layer.type.table blame`."""

    fault: Fault
    percent: float
    by: tuple[str, ...]  # at the right table, blaming rightly
    near: tuple[str, ...]  # at the right table, blaming another or nobody
    by_ohdsi: bool  # one of OHDSI's checks noticed it, anywhere, whomever it blames

    @property
    def is_caught(self) -> bool:
        """Tell whether it counts as caught."""
        return bool(self.by)

    @property
    def is_noticed(self) -> bool:
        """Tell whether a check failed at the right table, whomever it blames."""
        return bool(self.by or self.near)


@dataclass(frozen=True, slots=True)
class Ground:
    """The three layers of the clean ground, or of one with a fault in it."""

    source: Tables
    records: Tables
    views: Tables
    kept: Mapping[str, int]  # records of each kind that the ledger calls kept

    def judged(self, before: "Ground | None" = None) -> list[Finding]:
        """Judge all layers as `datong check` does."""
        asked = Asked(TODAY, lineage=_lineage(self.kept))
        if before is not None:
            earlier = {"records": before.records, "omop": before.views}
            asked = replace(asked, before=earlier)
        layers = {"source": self.source, "records": self.records, "omop": self.views}
        return list(judge_layers("ground", layers, asked).findings)


@dataclass(frozen=True, slots=True)
class Bench:
    """The clean ground, and what fails on it already."""

    clean: Ground
    known: frozenset[Place]


def bench(seed: int = 1) -> Bench:
    """Make the clean ground and learn what fails there already."""
    clean = _made(ground(seed))
    return Bench(clean, frozenset(map(_place, _failing(clean.judged(clean)))))


def clean_findings(held: Bench) -> list[Place]:
    """Name what fails on the clean ground, absent tables and columns left out."""
    return sorted(place for place in held.known if place[1] not in ABSENT)


def score(
    held: Bench, faults: Iterable[Fault], percent: float = 1, seed: int = 7
) -> Iterator[Trial]:
    """Put each fault into the clean ground and see who notices it."""
    for fault in faults:
        made = _with(held.clean, fault, percent, seed)
        found = made.judged(held.clean if fault.later else None)
        new = [one for one in _failing(found) if _place(one) not in held.known]
        here = [one for one in new if _is_right(fault, one, held.clean)]
        by = [_told(one) for one in here if one.blame == fault.blame]
        near = [_told(one) for one in here if one.blame != fault.blame]
        ohdsi = any(one.type in TYPES for one in new)
        yield Trial(fault, percent, tuple(by), tuple(near), ohdsi)


def _with(clean: Ground, fault: Fault, percent: float, seed: int) -> Ground:
    """Put a fault into one layer; the layers after it are made of what it left."""
    if fault.layer == "views":
        table = injected(clean.views[fault.table], fault, percent, seed)
        return replace(clean, views={**clean.views, fault.table: table})
    table = injected(clean.records[fault.table], fault, percent, seed)
    made = _made({**clean.records, fault.table: table})
    return made if fault.layer == "source" else replace(made, source=clean.source)


def _made(records: Tables) -> Ground:
    """Make source and views of records."""
    made = views(records)
    kept: dict[str, set[object]] = {}
    kinds = _lineage({}).kinds
    for table in made.values():
        if "_record" in table.column_names:
            for rule in pc.unique(table["_rule"]).to_pylist():
                mine = table.filter(pc.equal(table["_rule"], rule))["_record"]
                kept.setdefault(kinds[rule], set()).update(mine.to_pylist())
    counted = {kind: len(held) for kind, held in kept.items()}
    return Ground(landed(records), records, made, counted)


def _lineage(kept: Mapping[str, int]) -> Lineage:
    """Write the ledger of the ground."""
    sites = [(kind, of) for kind in all_kinds() for of in ("H001", "H002")]
    files = {file_of(*site): (site[1], f"{site[1]} {site[0]}") for site in sites}
    kinds = {file_of(*site): site[0] for site in sites}
    ledger = [{"step": f"omop:{kind}", "kept": many} for kind, many in kept.items()]
    return Lineage(files, kinds, ledger)


def _is_right(fault: Fault, one: Finding, made: Ground) -> bool:
    """Tell whether a finding is at the table of a fault, or at what a view is of."""
    if fault.at == "any":
        return True
    tables = {fault.table}
    if fault.layer == "views" and "_rule" in made.views[fault.table].column_names:
        rules = pc.unique(made.views[fault.table]["_rule"]).to_pylist()
        tables |= {_lineage({}).kinds.get(rule, "") for rule in rules}
    return one.table.split(" ")[-1] in tables


def _failing(findings: Sequence[Finding]) -> list[Finding]:
    """Choose what fails."""
    return [one for one in findings if one.verdict is Verdict.FAIL]


def _place(one: Finding) -> Place:
    """Name the place of a finding."""
    return one.layer, one.type, one.table, one.column, one.concept


def _told(one: Finding) -> str:
    """Tell a finding in a word."""
    return f"{one.layer}.{one.name} {one.blame}"
