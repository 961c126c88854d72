"""A project's own rules: checks, waivers and thresholds, in `quality.toml`.

In:  a TOML file that people write.
Out: checks like our own; findings that a person has accepted until a day.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pyarrow as pa

from datong.core.check import Case, Check, Severity
from datong.core.reason import Trouble
from datong.core.say import Say
from datong.core.shape import Column, Row, Shape
from datong.engine.duckdb import ARROW, Duck
from datong.quality.finding import Finding, Verdict, judge
from datong.quality.reasons import BAD_RULES
from datong.standards.omop import tables
from datong.standards.records import all_kinds


@dataclass(frozen=True, slots=True)
class Waiver:
    """A failure that a person accepts until a day; `check` may have `*`."""

    check: str
    person: str
    reason: str
    until: date


@dataclass(frozen=True, slots=True)
class Rules:
    """What a project adds to the checks that ship."""

    checks: tuple[Check, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    thresholds: tuple[tuple[str, float], ...] = ()  # check, percent


def read_rules(place: Path) -> Rules:
    """Read a project's rules; each check is tried on its own cases.

    Raises Trouble where a field is missing, a condition is no SQL, or a case does not
    get its verdict.
    """
    try:
        read = tomllib.loads(place.read_text("utf-8"))
        limits = [(t["check"], float(t["percent"])) for t in read.get("threshold", [])]
        limits += [
            (c["name"], float(c["threshold_percent"]))
            for c in read.get("check", [])
            if "threshold_percent" in c
        ]
        waivers = tuple(Waiver(**line) for line in read.get("waiver", []))
        checks = tuple(_check(line) for line in read.get("check", []))
    except (KeyError, ValueError, TypeError, tomllib.TOMLDecodeError) as error:
        raise Trouble(BAD_RULES, place, said=_said(error)) from error
    for check in checks:
        _try(check, place)
    return Rules(checks, waivers, tuple(limits))


def _said(error: Exception) -> str:
    """Say what is wrong in the file."""
    return f"{error} is missing" if isinstance(error, KeyError) else str(error)


def _check(line: Mapping[str, Any]) -> Check:
    """Read one check; its plain twin looks its own cases up."""
    cases = [Case(row, passes=True) for row in line["pass"]]
    cases += [Case(row, passes=False) for row in line["fail"]]
    return Check(
        name=line["name"],
        reads=_shape(line["reads"], [case.row for case in cases]),
        severity=Severity(line["severity"]),
        why=Say(line["why"]["en"], line["why"]["zh"]),
        where=line["where"],
        is_bad=lambda row: not next(c.passes for c in cases if c.row == row),
        cases=tuple(cases),
    )


def _shape(table: str, rows: Sequence[Row]) -> Shape:
    """Find the shape of a table that has the columns of the cases.

    A standard record and an OMOP table may share a name; a table of the project's own
    has the columns of its cases.
    """
    kind, names = all_kinds().get(table), {name for row in rows for name in row}
    known = [
        shape for shape in (kind and kind.shape, tables("5.4").get(table)) if shape
    ]
    fitting = [shape for shape in known if names <= {column.name for column in shape}]
    own = Shape(table, tuple(Column(name) for name in sorted(names)), ())
    return (fitting or known or [own])[0]


def _try(check: Check, place: Path) -> None:
    """Carry a check out on its own cases."""
    schema = pa.schema([(c.name, ARROW[c.kind]) for c in check.reads])
    unknown = {n for case in check.cases for n in case.row} - set(schema.names)
    if unknown:
        said = f"{check.name}: {check.reads.name} has no {min(unknown)}"
        raise Trouble(BAD_RULES, place, said=said)
    rows = pa.Table.from_pylist([dict(case.row) for case in check.cases], schema)
    with Duck() as duck:
        sql = f"select coalesce({check.where}, false) as bad from cases t"
        try:
            found = duck.fetch(sql, {"cases": rows}).to_pydict()["bad"]
        except Trouble as trouble:
            said = f"{check.name}: {trouble.details.get('said', '')}"
            raise Trouble(BAD_RULES, place, said=said) from trouble
    for case, bad in zip(check.cases, found, strict=True):
        if bad is case.passes:
            said = f"{check.name}: a case in `{'fail' if bad is False else 'pass'}`"
            said += f" gets the other verdict: {dict(case.row)}"
            raise Trouble(BAD_RULES, place, said=said)


def applied(findings: Sequence[Finding], rules: Rules, today: date) -> list[Finding]:
    """Judge again by the project's thresholds, then apply its waivers."""
    limited = [_limited(one, rules) for one in findings]
    return [_waived(one, rules.waivers, today) for one in limited]


def _limited(one: Finding, rules: Rules) -> Finding:
    """Judge a finding by the project's own threshold, if there is one."""
    for check, percent in rules.thresholds:
        is_meant = fnmatchcase(one.name, check) or one.type == check
        if is_meant and one.verdict in (Verdict.PASS, Verdict.FAIL):
            verdict = judge(one.examined, one.bad, percent)
            return replace(one, threshold=percent, verdict=verdict)
    return one


def _waived(one: Finding, waivers: Sequence[Waiver], today: date) -> Finding:
    """Waive a failure that a person accepts; a waiver that ended is told."""
    for waiver in waivers:
        if one.verdict is Verdict.FAIL and fnmatchcase(one.name, waiver.check):
            note = f"{waiver.person}: {waiver.reason} ({waiver.until})"
            is_on = waiver.until >= today
            return replace(
                one,
                note=note if is_on else f"waiver ended 豁免已到期: {note}",
                verdict=Verdict.WAIVED if is_on else one.verdict,
            )
    return one
