"""The score of the checks: which faults they catch, where, and whom they blame.

A fault counts as caught when a check that it names fails at its table (or, where it
shows elsewhere, at another), with the right blame, and did not fail on the clean
ground. The past is not asked: what compares with an earlier release is left out.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import pyarrow as pa

from datong.core.check import Check
from datong.engine.duckdb import Duck
from datong.quality.checks import all_checks
from datong.quality.faults.fault import Fault, injected
from datong.quality.faults.ground import ground
from datong.quality.faults.views import VIEWS, views
from datong.quality.finding import Finding, Verdict
from datong.quality.judged import is_omop
from datong.quality.layers import GIVEN, Twin, against, blamed
from datong.quality.omop.judged import judge_omop
from datong.quality.own import OwnCheck, TextCheck
from datong.quality.own_judged import judge_own
from datong.standards.omop import tables as omop_tables

TODAY = date(2026, 1, 1)
SOURCE = ("source_row_lost", "record_without_source", "differs_from_source")
RECORD = ("record_not_in_view", "view_without_record", "differs_from_record")
DERIVED = {"observation_period", "condition_era", "drug_era", "concept"}
Tables = Mapping[str, pa.Table]


@dataclass(frozen=True, slots=True)
class Trial:
    """What became of one fault: the checks that noticed it, as `type.table`."""

    fault: Fault
    percent: float
    by: tuple[str, ...]  # of those expected, at the right place, blaming rightly
    by_ohdsi: bool  # one of OHDSI's checks noticed it, anywhere, whomever it blames

    @property
    def is_caught(self) -> bool:
        """Tell whether it counts as caught."""
        return bool(self.by)


@dataclass(frozen=True, slots=True)
class Bench:
    """The clean ground, judged once."""

    records: Tables
    views: Tables
    known: frozenset[tuple[str, str, str, str]]  # failing on the clean ground


def bench(seed: int = 1) -> Bench:
    """Make the clean ground and learn what fails there already."""
    records = ground(seed)
    made = views(records)
    found = [*_of_records(records, None), *_of_views(made, records)]
    return Bench(records, made, frozenset(_places(found)))


def clean_findings(clean: Bench) -> list[tuple[str, str, str, str]]:
    """Name what fails on the clean ground, absent tables and columns left out."""
    absent = ("cdmTable", "cdmField")
    return sorted(place for place in clean.known if place[0] not in absent)


def score(
    clean: Bench, faults: Iterable[Fault], percent: float = 1, seed: int = 7
) -> Iterator[Trial]:
    """Put each fault into the clean ground and see who notices it."""
    for fault in faults:
        findings = _after(clean, fault, percent, seed)
        findings += _by_ohdsi(clean, fault, percent, seed)
        new = [f for f in findings if _place(f) not in clean.known]
        failing = [f for f in new if f.verdict is Verdict.FAIL]
        here = [f for f in failing if fault.at == "any" or f.table == fault.table]
        named = [f for f in here if f.type in fault.expects and f.blame == fault.blame]
        by = tuple(sorted({f"{f.type}.{f.table}" for f in named}))
        ohdsi = any(f.layer == "omop" for f in failing)
        yield Trial(fault, percent, by, ohdsi)


def _after(clean: Bench, fault: Fault, percent: float, seed: int) -> list[Finding]:
    """Judge all layers with the fault in one of them."""
    if fault.layer == "views":
        table = injected(clean.views[fault.table], fault, percent, seed)
        changed = {**clean.views, fault.table: table}
        found = _of_views(changed, clean.records)
        return [_made_by_view(one) for one in found]
    table = injected(clean.records[fault.table], fault, percent, seed)
    records = {**clean.records, fault.table: table}
    found = _of_records(records, fault.table)
    if fault.layer == "source":
        return blamed(found, found)
    source = _of_records(clean.records, fault.table)
    return [*blamed(found, source), *_against_source(records, clean, fault.table)]


def _by_ohdsi(clean: Bench, fault: Fault, percent: float, seed: int) -> list[Finding]:
    """Judge the views of faulty records by OHDSI's checks, to compare with ours."""
    if fault.layer == "views":
        return []  # done already
    table = injected(clean.records[fault.table], fault, percent, seed)
    made = views({**clean.records, fault.table: table})
    with Duck() as duck:
        return judge_omop(duck, made, "5.4", TODAY)


def _made_by_view(one: Finding) -> Finding:
    """Blame the view: the same check, were it asked of the records, finds nothing."""
    return blamed([one], [replace(one, bad=0, keys=(), verdict=Verdict.PASS)])[0]


def _of_records(records: Tables, table: str | None) -> list[Finding]:
    """Judge the records by our checks, or only by those that look at one table."""
    checks = [c for c in all_checks() if not is_omop(c)]
    tables = dict(records)
    if table:
        texts = [c for c in checks if isinstance(c, TextCheck)]
        rest = [c for c in checks if table in _reads(c)]
        wanted = {name for c in rest for name in _reads(c)} | {table}
        with Duck() as duck:
            found = judge_own(duck, {table: tables[table]}, "records", texts)
            tables = {name: tables[name] for name in wanted if name in tables}
            return [*found, *judge_own(duck, tables, "records", rest)]
    with Duck() as duck:
        return judge_own(duck, tables, "records", checks)


def _reads(check: OwnCheck) -> set[str]:
    """Name the tables that a check looks at."""
    if isinstance(check, TextCheck):
        return set()
    if isinstance(check, Check):
        return {check.reads.name}
    return {shape.name for shape in check.reads}


def _of_views(made: Tables, records: Tables) -> list[Finding]:
    """Judge the views by OHDSI's checks, by ours, and against the records."""
    own = [c for c in all_checks() if is_omop(c)]
    with Duck() as duck:
        found = judge_omop(duck, dict(made), "5.4", TODAY)
        found += judge_own(duck, dict(made), "views", own)
    should = views(records)
    with Duck() as duck:
        for name in set(VIEWS) - DERIVED:
            key = omop_tables()[name].key[0]
            direct = [
                c
                for c in made[name].column_names
                if not c.endswith("concept_id") and c != key
            ]
            twin = Twin(name, f"made {name}", f"should {name}", key, direct)
            duck.see(twin.made, made[name])
            duck.see(twin.should, should[name])
            found += against(duck, "views", RECORD, twin)
    return found


def _against_source(records: Tables, clean: Bench, table: str) -> list[Finding]:
    """Compare the records of one table with their source rows."""
    source = clean.records[table]
    filled = [n for n in source.column_names if source[n].null_count < source.num_rows]
    direct = [name for name in filled if name not in GIVEN]
    twin = Twin(table, f"made {table}", f"should {table}", "_row", direct)
    with Duck() as duck:
        duck.see(twin.made, records[table])
        duck.see(twin.should, source)
        return against(duck, "records", SOURCE, twin)


def _places(findings: Sequence[Finding]) -> Iterator[tuple[str, str, str, str]]:
    """Name the places that fail."""
    return (_place(one) for one in findings if one.verdict is Verdict.FAIL)


def _place(one: Finding) -> tuple[str, str, str, str]:
    """Name the place of a finding."""
    return one.type, one.table, one.column, one.concept
