"""Lineage behind the gate: of a source row, each part that its reader may see."""

import re
from dataclasses import dataclass
from typing import Any

from datong.core.reason import Trouble
from datong.guard.access import Condition, Query
from datong.guard.catalogue import Table
from datong.guard.reasons import ABSENT
from datong.run.reasons import TRACE
from datong.run.trace import Trace, Tracer
from datong.serve.reading.desk import Look

RAW = Query("read", "landed", ("raw",))
REJECT = ("code", "scope", "field", "value")
MOST = 20  # source rows of one value that are shown
ENVELOPE = re.compile(r"_?(record|row|rule|person|encounter|version|source|deleted)")


@dataclass(frozen=True, slots=True)
class Seen:
    """What somebody may see of a source row."""

    trace: Trace  # place and rules; its values are not shown from here
    cells: dict[str, Any] | None  # None: not for this reader
    records: list[dict[str, Any]]
    rows: dict[str, list[dict[str, Any]]]
    rejects: list[dict[str, Any]]


def value(look: Look, table: str, number: int) -> list[Seen]:
    """Trace a record or a row of the view (`lab_result`, 123)."""
    tracer = _tracer(look)
    try:
        found = tracer.value(table, number)[:MOST]
    except Trouble as trouble:
        raise _absent(trouble) from trouble
    return _seen(look, found)


def line(look: Look, file: str, number: int) -> list[Seen]:
    """Trace a line of a raw file forward."""
    try:
        found = _tracer(look).line(file, number)
    except Trouble as trouble:
        raise _absent(trouble) from trouble
    return _seen(look, [found])


def row(look: Look, number: int) -> Seen:
    """Trace a source row by its number."""
    try:
        return _seen(look, [_tracer(look).row(number)])[0]
    except KeyError as error:  # no file has that number
        raise Trouble(ABSENT, "row") from error


def _tracer(look: Look) -> Tracer:
    """Open the lineage of the current release in a reader of its own thread."""
    published = look.desk.published
    return Tracer(published.project.settings, published.apart())


def _absent(trouble: Trouble) -> Trouble:
    """Answer alike what is not there and what is not the reader's."""
    return Trouble(ABSENT, "row") if trouble.reason is TRACE else trouble


def _seen(look: Look, found: list[Trace]) -> list[Seen]:
    """Leave what the gate lets through; nothing left is nothing there."""
    seen = [_one(look, trace) for trace in found]
    seen = [one for one in seen if one.records or one.rows or one.rejects]
    if not seen:
        raise Trouble(ABSENT, "row")
    return seen


def _one(look: Look, trace: Trace) -> Seen:
    """Ask the gate for each part."""
    records = []
    for told in trace.records:
        name = f"records.{told['kind']}"
        mine = _asked(look, name, ("record", told["record"]), told.get("person"))
        records += [{"kind": told["kind"], **row} for row in mine]
    rows: dict[str, list[dict[str, Any]]] = {}
    for table, told_rows in trace.rows.items():
        for told in told_rows:
            key = next(iter(told.items()))
            found = _asked(look, f"omop.{table}", key, told.get("person_id"))
            rows.setdefault(table, []).extend(found)
    rejects = []
    if trace.rejects and look.may(Query("read", "ledger.rejects", REJECT)):
        number = trace.rejects[0]["_row"]
        where = (Condition("_row", "=", number),)
        asked = Query("read", "ledger.rejects", (*REJECT, "_row"), where)
        rejects = look.ask(asked).to_pylist()
    is_whole = len(records) == len(trace.records)  # a raw row tells all of them
    cells = trace.cells if is_whole and look.may(RAW) else None
    if cells is not None:
        look.tables.append("landed")
    kept = {name: told for name, told in rows.items() if told}
    return Seen(trace, cells, records, kept, rejects)


def _asked(
    look: Look, name: str, key: tuple[str, Any], person: int | None
) -> list[dict[str, Any]]:
    """Ask for one row of a table, every column that anybody graded."""
    table = look.desk.gate.tables.get(name)
    if table is None:
        return []
    columns = tuple(n for n in _columns(table) if n in _stored(look, name))
    where = (Condition(key[0], "=", key[1]),)
    query = Query("read", name, columns, where, person=person, limit=1)
    if key[0] not in columns or not look.may(query):
        return []
    found: list[dict[str, Any]] = look.ask(query).to_pylist()
    return [{k: v for k, v in row.items() if v is not None} for row in found]


def _columns(table: Table) -> list[str]:
    """Name the columns that are graded, the direct identifiers left out."""
    return [n for n, one in table.grades.items() if n != "*" and one.kind != "direct"]


def _stored(look: Look, name: str) -> set[str]:
    """Name the columns that the release has."""
    place = Table(name, {}).place
    duck = look.desk.published.duck()
    return set(duck.fetch(f"select * from {place} limit 0").column_names)


def shown(record: dict[str, Any]) -> dict[str, Any]:
    """Leave out of a record what only machines read."""
    return {k: v for k, v in record.items() if not ENVELOPE.fullmatch(k)}
