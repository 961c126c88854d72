"""Whose is a failure: the source's, or of what made records and views?

A bad row whose values stand in its source row as they are is wrong at the source
already. One whose values do not, in a field that the mapping otherwise moves as it is,
was made wrong on the way. What neither tells stays undecided and is counted as that.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from datong.core.check import Check
from datong.core.reason import Trouble
from datong.engine.duckdb import Duck, literal, quoted
from datong.quality.between import Tables, carried, moves, see_all, see_source, texts_of
from datong.quality.finding import Finding, Verdict
from datong.quality.own import OwnCheck, Together

OURS = {"source_row_lost", "record_without_source", "differs_from_source"}
OURS |= {"record_not_in_view", "view_without_record", "differs_from_record"}


@dataclass(frozen=True, slots=True)
class Suspect:
    """A failing check whose bad rows can be led back to the source."""

    finding: Finding
    table: str  # readable
    key: str
    fields: Mapping[str, str]  # what the check looks at, with types


def blame(
    duck: Duck,
    layers: Mapping[str, Tables],
    findings: Sequence[Finding],
    checks: Iterable[OwnCheck],
) -> list[Finding]:
    """Say of each failing check of records and views whose its bad rows are.

    Of the rows whose keys a finding has (the first thousand).
    """
    asked = {check.name: check for check in checks}
    suspects = list(_suspects(duck, layers, findings, asked))
    if not suspects or not layers.get("source"):
        return list(findings)
    texts = texts_of(see_source(duck, layers["source"]).values())
    rows = " union ".join(_rows(one) for one in suspects)
    duck.do(
        f"create temp table texts as select s.* from {texts} s"
        f" where s._row in (select _row from ({rows}))"
    )
    changed = {
        (one.layer, one.table, one.column)
        for one in findings
        if one.type.startswith("differs_from") and one.verdict is Verdict.FAIL
    }
    judged = {id(one.finding): _judged(duck, one, changed) for one in suspects}
    return [judged.get(id(one), one) for one in findings]


def _suspects(
    duck: Duck,
    layers: Mapping[str, Tables],
    findings: Sequence[Finding],
    asked: Mapping[str, OwnCheck],
) -> Iterator[Suspect]:
    """Choose the failing checks that name rows with a source."""
    seen = {
        layer: see_all(duck, layer, tables)
        for layer, tables in layers.items()
        if layer != "source"  # its failures are its own
    }
    for one in findings:
        columns = seen.get(one.layer, {}).get(one.table, {})
        is_meant = one.verdict is Verdict.FAIL and one.keys and columns
        if not is_meant or one.blame != "undecided" or one.type in OURS:
            continue
        name = f"{one.layer} {one.table}"
        fields = _fields(one, columns, asked.get(one.type))
        if "_row" in columns and fields:
            key = "record" if one.layer == "records" else next(iter(columns))
            yield Suspect(one, name, key, fields)


def _fields(
    one: Finding, columns: Mapping[str, str], check: OwnCheck | None
) -> dict[str, str]:
    """Name the columns that a check looks at and a source row can carry."""
    can = moves(columns)
    if one.column:
        return {one.column: can[one.column]} if one.column in can else {}
    text = check.where if isinstance(check, Check) else ""
    text = check.bad if isinstance(check, Together) else text
    words = set(re.findall(r"\w+", text))
    return {name: kind for name, kind in can.items() if name in words}


def _rows(one: Suspect) -> str:
    """Write the query for the source rows of what is bad."""
    keys = ", ".join(literal(key) for key in one.finding.keys)
    name = quoted(one.key)
    return (
        f"select _row from {quoted(one.table)}"
        f" where cast({name} as varchar) in ({keys}) and _row is not null"
    )


def _judged(duck: Duck, one: Suspect, changed: set[tuple[str, str, str]]) -> Finding:
    """Count the bad rows by whose they are."""
    keys = ", ".join(literal(key) for key in one.finding.keys)
    filled, odd = [], []
    for name, kind in one.fields.items():
        value = f"t.{quoted(name)}"
        filled.append(f"({value} is null or {carried(value, kind)})")
        if (one.finding.layer, one.finding.table, name) in changed:
            odd.append(f"({value} is not null and not {carried(value, kind)})")
    some = " or ".join(f"t.{quoted(name)} is not null" for name in one.fields)
    same = f"s._row is not null and ({some}) and {' and '.join(filled)}"
    other = f"s._row is not null and ({' or '.join(odd) or 'false'})"
    try:
        row = duck.one(
            f"select count(*), count(*) filter (where {same}),"
            f" count(*) filter (where {other}) from {quoted(one.table)} t"
            f" left join texts s on s._row = t._row"
            f" where cast(t.{quoted(one.key)} as varchar) in ({keys})"
        )
    except Trouble:
        return one.finding
    every, source, etl = (int(str(number)) for number in row)
    rest = every - source - etl
    counted = {"source": source, "etl": etl, "undecided": rest}
    most = max(counted, key=lambda whose: counted[whose])
    told = {whose: number for whose, number in counted.items() if number}
    return replace(one.finding, blame=most if every else "undecided", blames=told)
