"""The checks that are written by hand, carried out on any tables that are there."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from datong.core.check import Check
from datong.core.reason import Trouble
from datong.engine.duckdb import Duck, Input, quoted
from datong.quality.finding import Finding, Verdict, judge
from datong.quality.groups import GroupedBy
from datong.quality.own import OwnCheck, TextCheck, Together
from datong.quality.scan import (
    BROKEN,
    WHOLE,
    Count,
    Scan,
    Taken,
    by_group,
    rows_of,
    take,
)

# Text columns that are numbers given by a system, not words that somebody wrote.
UNREAD = {"organization", "source", "_rule", "_row", "document", "batch"}
UNREAD |= {"resource"}  # a whole document, no text that somebody wrote
SHOWN = 1_000  # keys of bad rows that a finding keeps


@dataclass(frozen=True, slots=True)
class Planned:
    """A check on one place: a finding without its counts, and what is counted."""

    finding: Finding
    examined: Count
    bad: Count
    keys: str  # a query for the keys of bad rows
    split: Count | None = None  # the bad rows as rows of the table, to count by group


def judge_own(
    duck: Duck,
    inputs: Mapping[str, Input],
    layer: str,
    checks: Sequence[OwnCheck],
    by: GroupedBy | None = None,
) -> list[Finding]:
    """Carry out every check whose tables and columns are there.

    A text check is carried out on each text column that holds something. Keys, and the
    groups of rows that only show together, are asked for in a second pass, of what
    fails.
    """
    columns = {name: _columns(duck, name, source) for name, source in inputs.items()}
    planned = list(_planned(layer, columns, checks))
    counts = {count for plan in planned for count in (plan.examined, plan.bad)}
    splitting = by.over(duck, columns) if by else WHOLE
    taken = take(duck, counts, splitting)
    again = [plan.split for plan in planned if plan.split and taken[plan.bad] > 0]
    apart = take(duck, again, splitting) if by else Taken()
    taken.totals |= apart.totals
    taken.parts |= apart.parts
    found = [_judged(duck, plan, taken) for plan in planned]
    return [one for one in found if one.examined or one.verdict is Verdict.BROKEN]


def _columns(duck: Duck, name: str, source: Input) -> dict[str, str]:
    """Make a table readable and list its columns with their types."""
    duck.see(name, source)
    described = duck.fetch(f"describe select * from {quoted(name)}").to_pydict()
    return dict(zip(described["column_name"], described["column_type"], strict=True))


def _planned(
    layer: str, columns: Mapping[str, Mapping[str, str]], checks: Sequence[OwnCheck]
) -> Iterator[Planned]:
    """Plan each check for each place that it speaks of."""
    for check in checks:
        if isinstance(check, TextCheck):
            for table, held in columns.items():
                yield from _texts(layer, check, table, held)
        elif isinstance(check, Together):
            if all(shape.name in columns for shape in check.reads):
                yield _together(layer, check, columns[check.table])
        elif check.reads.name in columns:
            yield _rows(layer, check, columns[check.reads.name])


def _rows(layer: str, check: Check, held: Mapping[str, str]) -> Planned:
    """Plan a check on the rows of one table."""
    table = check.reads.name
    scan = rows_of(table)
    every = Count(scan)
    key = _key(held)
    keys = f"select {key} from {scan.source} where {check.where}"
    found = _finding(layer, check, table, "")
    return Planned(found, every, Count(scan, check.where, every), keys)


def _together(layer: str, check: Together, held: Mapping[str, str]) -> Planned:
    """Plan a check on rows that are looked at together."""
    scan = rows_of(check.table)
    examined = Count(scan, "" if check.examined == "true" else check.examined)
    distinct = f"(select distinct * from ({check.bad})) b"
    keys = f"select * from {distinct}"
    key = quoted("record" if "record" in held else check.reads[0].key[0])
    source = f"{scan.source} semi join {distinct}(key) on b.key = t.{key}"
    split = Count(Scan(source, table=check.table))
    found = _finding(layer, check, check.table, "")
    bad = Count(Scan(distinct), needs=examined)
    return Planned(found, examined, bad, keys, split)


def _texts(
    layer: str, check: TextCheck, table: str, held: Mapping[str, str]
) -> Iterator[Planned]:
    """Plan a check on the distinct texts of each text column of a table."""
    for column in (c for c, kind in held.items() if kind == "VARCHAR"):
        if column in UNREAD or column.endswith("_system"):
            continue
        name = f"t.{quoted(column)}"
        plain = rows_of(table)
        scan = replace(plain, by=f"{name} as value")
        some = Count(plain, f"{name} is not null", sql=f"count({name})")
        rows = f"(select *, {quoted(column)} as value from {quoted(table)}) t"
        keys = f"select {_key(held)} from {rows} where {check.where}"
        found = _finding(layer, check, table, column)
        yield Planned(found, some, Count(scan, check.where, some), keys)


def _key(held: Mapping[str, str]) -> str:
    """Choose what names a row: its record, its source row, else its first column."""
    named = next((n for n in ("record", "_row") if n in held), next(iter(held)))
    return f"t.{quoted(named)}"


def _finding(layer: str, check: OwnCheck, table: str, column: str) -> Finding:
    """Begin a finding."""
    return Finding(
        layer=layer,
        type=check.name,
        table=table,
        column=column,
        concept="",
        argument="",
        examined=0,
        bad=0,
        unit="rows",
        threshold=None,
        verdict=Verdict.SKIPPED,
        severity=check.severity,
        category="plausibility" if not isinstance(check, TextCheck) else "conformance",
        subcategory="",
        blame=check.blame if isinstance(check, Together) else "undecided",
    )


def _judged(duck: Duck, plan: Planned, taken: Taken) -> Finding:
    """Judge one plan by its counts and fetch the keys of what is bad."""
    examined, bad = taken[plan.examined], taken[plan.bad]
    if BROKEN in (examined, bad):
        return replace(plan.finding, verdict=Verdict.BROKEN)
    verdict = judge(examined, bad, plan.finding.threshold)
    keys = _keys(duck, plan.keys) if verdict is Verdict.FAIL else ()
    wrong = plan.split if plan.split in taken.parts else plan.bad
    groups = by_group(taken, plan.examined, wrong or plan.bad)
    counted = replace(plan.finding, examined=examined, bad=bad, verdict=verdict)
    return replace(counted, keys=keys, groups=groups)


def _keys(duck: Duck, sql: str) -> tuple[str, ...]:
    """Fetch the first keys of bad rows; only failing checks come here."""
    try:
        found = duck.fetch(f"select * from ({sql}) order by 1 limit {SHOWN}")
    except Trouble:
        return ()
    return tuple(str(key) for key in found.column(0).to_pylist())
