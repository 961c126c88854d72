"""Whose is a failure: the source's, or of what made records and views?

A bad row whose fields are all as its source row has them is wrong at the source
already. One of whose fields is not, where the mapping otherwise keeps to a habit, was
made wrong on the way. What neither tells stays undecided and is counted as that.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from datong.core.check import Check
from datong.engine.duckdb import Duck, quoted
from datong.quality.finding import Finding, Verdict
from datong.quality.from_source import Traced
from datong.quality.lineage import Columns
from datong.quality.own import OwnCheck, Together

OURS = {"source_row_lost", "record_without_source", "differs_from_source"}
OURS |= {"record_not_in_view", "view_without_record", "differs_from_record"}
OURS |= {"record_twice_in_view", "attached_elsewhere", "unexplained_difference"}
GIVEN_KEY = "isPrimaryKey"  # keys of views are the house's own, never a source's
SOURCE, ETL, UNDECIDED = range(3)
WHOSE = ("source", "etl", "undecided")
Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Suspect:
    """A failing check: its bad rows as records of a kind, and the fields it looks at.

    `made_wrong` are those that a view already made otherwise than its records say.
    """

    finding: Finding
    kind: str
    records: Numbers
    fields: frozenset[str]
    made_wrong: NDArray[np.bool_]


def blame(
    duck: Duck,
    findings: Sequence[Finding],
    checks: Iterable[OwnCheck],
    traced: Traced,
) -> list[Finding]:
    """Say of each failing check of records and views whose its bad rows are.

    Of the rows whose keys a finding has (the first thousand).
    """
    asked = {check.name: check for check in checks}
    of_kind: dict[str, list[Suspect]] = defaultdict(list)
    for one in _suspects(duck, findings, asked, traced):
        of_kind[one.kind].append(one)
    shares: dict[int, Numbers] = defaultdict(lambda: np.zeros(3, np.int64))
    for kind, suspects in of_kind.items():
        records = np.unique(np.concatenate([one.records for one in suspects]))
        states = _states(duck, kind, records, traced)
        for one in suspects:
            shares[id(one.finding)] += _shares(one, records, states)
    return [_told(one, shares.get(id(one))) for one in findings]


def _suspects(
    duck: Duck,
    findings: Sequence[Finding],
    asked: Mapping[str, OwnCheck],
    traced: Traced,
) -> Iterator[Suspect]:
    """Choose the failing checks whose bad rows can be led to records."""
    changed: dict[str, set[str]] = defaultdict(set)
    for one in findings:
        if one.type == "differs_from_record":
            changed[one.table] |= set(one.keys)
    for one in findings:
        is_open = one.verdict is Verdict.FAIL and one.keys and one.type not in OURS
        if not is_open or one.blame != "undecided":
            continue
        if one.layer == "records" and one.table in traced.records:
            keys = np.array([int(k) for k in one.keys if k.isdecimal()], np.int64)
            fields = _fields(one, traced.records[one.table], asked.get(one.type))
            yield Suspect(one, one.table, keys, fields, np.zeros(keys.size, bool))
        if one.layer == "omop" and "_record" in traced.views.get(one.table, {}):
            yield from _of_view(duck, one, traced, changed[one.table])


def _of_view(
    duck: Duck, one: Finding, traced: Traced, changed: set[str]
) -> Iterator[Suspect]:
    """Lead the bad rows of a view to their records, kind by kind."""
    key = quoted(next(iter(traced.views[one.table])))
    name = quoted(f"view {one.table}")
    listed = pa.table({"key": list(one.keys)})
    duck.see("bad keys", listed)
    sql = f"select b.key, v._record as record, v._rule as rule from {name} v"
    sql += f' join "bad keys" b on cast(v.{key} as varchar) = b.key'
    of_kind: dict[str, list[tuple[int, bool]]] = defaultdict(list)
    for row in duck.fetch(f"{sql} where v._record is not null").to_pylist():
        kind = traced.kinds.get(row["rule"], "")
        of_kind[kind].append((row["record"], row["key"] in changed))
    for kind, rows in of_kind.items():
        records = np.array([record for record, _ in rows], np.int64)
        wrong = np.array([is_wrong for _, is_wrong in rows], bool)
        yield Suspect(one, kind, records, frozenset(), wrong)


def _fields(one: Finding, columns: Columns, check: OwnCheck | None) -> frozenset[str]:
    """Name the columns that a check looks at."""
    if one.column:
        return frozenset({one.column})
    text = check.where if isinstance(check, Check) else ""
    text = check.bad if isinstance(check, Together) else text
    return frozenset(re.findall(r"\w+", text)) & columns.keys()


def _states(
    duck: Duck, kind: str, records: Numbers, traced: Traced
) -> dict[str, Numbers]:
    """Tell of each record and field: 1 as the source has it, 2 not so, 0 unknown."""
    states: dict[str, Numbers] = {}
    duck.see("bad records", pa.table({"record": records}))
    sql = f"select distinct _row >> 40 as file from {quoted(f'record {kind}')}"
    sql += ' where record in (from "bad records")'
    files = set(duck.fetch(sql).column(0).to_pylist())
    for way, habits in traced.ways.get(kind, ()):
        if not habits or not way.files & files:
            continue
        columns = [
            f"case when {one.should} is null then 0"
            f" when {one.made} is distinct from {one.should} then 2 else 1 end"
            f" as {quoted(name)}"
            for name, one in habits.items()
        ]
        sql = f"select {', '.join(['r.record as _of', *columns])} from {way.joined}"
        sql += ' where r.record in (from "bad records")'
        answer = duck.fetch(sql)
        places = np.searchsorted(records, answer["_of"].to_numpy())
        for name in habits:
            held = states.setdefault(name, np.zeros(records.size, np.int64))
            held[places] = answer[name].to_numpy()
    return states


def _shares(one: Suspect, records: Numbers, states: Mapping[str, Numbers]) -> Numbers:
    """Count the bad rows of a suspect by whose they are."""
    places = np.searchsorted(records, one.records)
    named = [states[name][places] for name in one.fields if name in states]
    if not any(held.any() for held in named):
        named = [held[places] for held in states.values()]
    worst = np.max(named, axis=0) if named else np.zeros(places.size, np.int64)
    whose = np.where(worst == 1, SOURCE, np.where(worst == 2, ETL, UNDECIDED))
    whose[one.made_wrong] = ETL
    return np.bincount(whose, minlength=3)


def _told(one: Finding, shares: Numbers | None) -> Finding:
    """Blame most of the bad rows on one, and count each."""
    if one.type == GIVEN_KEY and one.verdict is Verdict.FAIL:
        return replace(one, blame="etl")
    if shares is None or not shares.sum():
        return one
    counted = dict(zip(WHOSE, shares.tolist(), strict=True))
    most = max(counted, key=lambda whose: counted[whose])
    told = {whose: number for whose, number in counted.items() if number}
    return replace(one, blame=most, blames=told)
