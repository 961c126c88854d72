"""The checks that are written by hand, carried out on any tables that are there."""

import re
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
    constant,
    rows_of,
    take,
)
from datong.quality.written import Suspects, column_of, suspected

# Text columns that are numbers given by a system, not words that somebody wrote.
UNREAD = {"organization", "source", "_rule", "_row", "document", "batch"}
UNREAD |= {"resource"}  # a whole document, no text that somebody wrote
SHOWN = 1_000  # keys of bad rows that a finding keeps
NOTHING = constant(0)


@dataclass(frozen=True, slots=True)
class Planned:
    """A check on one place: a finding without its counts, and what is counted."""

    finding: Finding
    examined: Count
    bad: Count
    keys: str  # a query for the keys of bad rows
    split: Count | None = None  # the bad rows as rows of the table, to count by group
    rows: str = ""  # makes the table of bad rows that only show together


def judge_own(
    duck: Duck,
    inputs: Mapping[str, Input],
    layer: str,
    checks: Sequence[OwnCheck],
    by: GroupedBy | None = None,
) -> list[Finding]:
    """Carry out every check whose tables and columns are there.

    A text check is carried out on each text column that holds something: on its words
    first, and on its rows where a word is bad. Keys, and the groups of rows that only
    show together, are asked for in a second pass, of what fails.
    """
    columns = duck.see_all(inputs)
    planned = list(_planned(layer, columns, checks))
    texts = [check for check in checks if isinstance(check, TextCheck)]
    if texts:
        places = {table: _written(held) for table, held in columns.items()}
        suspects = suspected(duck, inputs, places, texts)
        planned += _texts(layer, texts, columns, suspects)
    splitting = by.over(duck, columns) if by else WHOLE
    together = [plan for plan in planned if plan.rows]
    counts = {plan.examined for plan in planned}
    counts |= {plan.bad for plan in planned if not plan.rows}
    taken = take(duck, counts, splitting)
    for plan in together:
        taken.totals[plan.bad] = _kept(duck, plan) if taken[plan.examined] else 0
    again = [plan.split for plan in together if plan.split and taken[plan.bad] > 0]
    apart = take(duck, again, splitting) if by else Taken()
    taken.totals |= apart.totals
    taken.parts |= apart.parts
    found = [_judged(duck, plan, taken) for plan in planned]
    return [one for one in found if one.examined or one.verdict is Verdict.BROKEN]


def _planned(
    layer: str, columns: Mapping[str, Mapping[str, str]], checks: Sequence[OwnCheck]
) -> Iterator[Planned]:
    """Plan each check for each place that it speaks of."""
    for check in checks:
        if isinstance(check, TextCheck):
            continue
        if isinstance(check, Together):
            if _is_there(check, columns):
                yield _together(layer, check, columns[check.table])
        elif check.reads.name in columns:
            yield _rows(layer, check, columns[check.reads.name])


def _is_there(check: Together, columns: Mapping[str, Mapping[str, str]]) -> bool:
    """Tell whether the tables are there, and of a single one the columns asked for."""
    if len(check.reads) > 1 or check.table not in columns:
        return all(shape.name in columns for shape in check.reads)
    asked = set(re.findall(r"\w+", check.bad))
    return {c.name for c in check.reads[0]} & asked <= columns[check.table].keys()


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
    made = quoted(f"bad {check.name} {check.table} {check.column}")
    key = quoted("record" if "record" in held else check.reads[0].key[0])
    source = f"{scan.source} semi join {made} b(key) on b.key = t.{key}"
    split = Count(Scan(source, table=check.table))
    found = _finding(layer, check, check.table, check.column)
    rows = f"create or replace temp table {made} as select distinct * from"
    rows += f" ({check.bad})"
    return Planned(
        found, examined, Count(Scan(made)), f"select * from {made}", split, rows
    )


def _kept(duck: Duck, plan: Planned) -> int:
    """Keep the bad rows that only show together, and count them."""
    try:
        duck.do(plan.rows)
        return int(str(duck.one(f"select count(*) from ({plan.keys})")[0]))
    except Trouble:
        return BROKEN


def _texts(
    layer: str,
    checks: Sequence[TextCheck],
    tables: Mapping[str, Mapping[str, str]],
    suspects: Suspects,
) -> Iterator[Planned]:
    """Plan the checks on text columns; only where one is suspected, rows are read."""
    for table, held in tables.items():
        key = _key(held)
        for column in _written(held):
            place = table, column
            some = Count(rows_of(table), f"t.{quoted(column)} is not null")
            rows = Scan(column_of(place), table=table)
            for check in checks:
                bad, keys = NOTHING, ""
                if (place, check.name) in suspects:
                    bad = Count(rows, check.condition)
                    keys = f"select {key} from {rows.source} where {check.condition}"
                found = _finding(layer, check, table, column)
                yield Planned(found, some, bad, keys)


def _written(held: Mapping[str, str]) -> list[str]:
    """Choose the columns of a table that hold what people wrote."""
    return [
        column
        for column, kind in held.items()
        if kind == "VARCHAR" and column not in UNREAD and not column.endswith("_system")
    ]


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
    return replace(
        plan.finding,
        examined=examined,
        bad=bad,
        verdict=verdict,
        keys=keys,
        groups=groups,
    )


def _keys(duck: Duck, sql: str) -> tuple[str, ...]:
    """Fetch the first keys of bad rows; only failing checks come here."""
    try:
        found = duck.fetch(f"select * from ({sql}) order by 1 limit {SHOWN}")
    except Trouble:
        return ()
    return tuple(str(key) for key in found.column(0).to_pylist())
