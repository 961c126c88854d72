"""Any table of the release, as the gate lets it be seen."""

from typing import Any

from datong.core.reason import Trouble
from datong.guard.access import Query
from datong.guard.catalogue import Table
from datong.guard.reasons import ABSENT
from datong.serve.reading.desk import Look

SCHEMAS = ("omop.", "records.", "ledger.", "timeline")


def columns(look: Look, name: str) -> tuple[str, ...]:
    """Name the columns of a table that are graded, identifiers left out."""
    table = look.desk.gate.tables.get(name)
    if table is None or not name.startswith(SCHEMAS):
        return ()
    if name not in look.desk.published.reader().tables():
        return ()
    place = Table(name, {}).place
    stored = look.desk.published.duck().fetch(f"select * from {place} limit 0")
    graded = [n for n in stored.column_names if n in table.grades]
    return tuple(n for n in graded if table.grade(n).kind != "direct")


def readable(look: Look) -> dict[str, list[str]]:
    """List the tables of which a row could be seen."""
    found = {}
    for name in look.desk.gate.tables:
        shown = columns(look, name)
        if shown and look.may(Query("list", name, shown)):
            found[name] = list(shown)
    return found


def rows(
    look: Look, name: str, person: int | None, page: tuple[int, int]
) -> list[dict[str, Any]]:
    """Read rows of a table, of one person if one is named; `page`: offset, limit."""
    shown = columns(look, name)
    if not shown:
        raise Trouble(ABSENT, name)
    action = "list" if person is None else "read"
    query = Query(action, name, shown, person=person, offset=page[0], limit=page[1])
    found: list[dict[str, Any]] = look.ask(query).to_pylist()
    return found
