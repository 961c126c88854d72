"""The rejects behind the gate: counts for everybody, rows for whoever mends them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from datong.core.reason import Trouble
from datong.guard.access import Condition, Query
from datong.guard.reasons import ABSENT
from datong.run.mends import mends_file
from datong.run.places import Places
from datong.run.rejects import cells_of, keep, table_of
from datong.serve.reading.desk import Look

FIGURE = ("figure", "organization", "kind", "rows")
REJECT = ("_row", "line", "scope", "code", "field", "value", "raw")
PAGE = 50


def counts(look: Look) -> list[dict[str, Any]]:
    """Count the rejects by code and organization: published, of grade 1."""
    where = (Condition("figure", "=", "reject"),)
    asked = Query("read", "ledger.figures", FIGURE, where, ("kind",), limit=10_000)
    found: list[dict[str, Any]] = look.ask(asked).to_pylist()
    return found


def listed(look: Look, code: str, offset: int = 0) -> dict[str, Any]:
    """List rejects of a code with their places; raw text stays where it is."""
    where = (Condition("code", "=", code),)
    asked = Query(
        "list",
        "ledger.rejects",
        REJECT,
        where,
        order=("_row",),
        limit=PAGE + 1,
        offset=offset,
    )
    rows = look.ask(asked).to_pylist()
    places = _places(look)
    for row in rows:
        place = places.of(row["_row"])
        row |= {"organization": place.organization, "file": place.file}
        row["line"] = row["line"] or place.line
        del row["raw"]
    return {"rows": rows[:PAGE], "next": offset + PAGE if len(rows) > PAGE else None}


def one(look: Look, number: int) -> dict[str, Any]:
    """Return a refused source row whole: its cells, why, and where it stands."""
    where = (Condition("_row", "=", number),)
    rows = look.ask(Query("read", "ledger.rejects", REJECT, where)).to_pylist()
    if not rows:
        raise Trouble(ABSENT, "reject")
    cells = cells_of(rows[0]["raw"])
    return {
        "number": number,
        "place": _places(look).of(number),
        "table": table_of(look.desk.published.apart())(rows[0]),
        "rejects": [
            {k: r[k] for k in ("code", "scope", "field", "value")} for r in rows
        ],
        "cells": cells,
        "can_mend": not {"_raw", "resource"} & set(cells),
    }


def mend(look: Look, number: int, cells: Mapping[str, str]) -> Path:
    """Keep a mended row for the next run; only cells that the row has are taken."""
    found = one(look, number)
    if not found["can_mend"]:
        raise Trouble(ABSENT, "reject")
    whole = {name: cells.get(name, was) for name, was in found["cells"].items()}
    root = look.desk.published.project.settings.root
    place = mends_file(root, found["place"].organization, found["table"])
    with look.desk.published.mending:
        keep(place, [{"_row": str(number), **whole}], look.person.name)
    return place


def _places(look: Look) -> Places:
    """Open the places of the current release."""
    published = look.desk.published
    return Places(published.project.settings, published.apart())
