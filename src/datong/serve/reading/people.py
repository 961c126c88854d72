"""A person's record, and the search over all records that somebody may see."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from datong.core.reason import Trouble
from datong.guard.access import Condition, Query
from datong.guard.reasons import ABSENT
from datong.serve.reading.desk import Look

NAMES = "day time kind organization text value unit reference code system"
SHOWN = (*NAMES.split(), "encounter", "record")
FOUND = ("person", *SHOWN)
VARIANT = ("gene_text", "hgvs", "genotype", "significance_text", "record", "time")
SAID = ("code", "text", "value")  # of a record of kind person: sex and birth
PAGE = 100


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is searched for; empty: anything."""

    words: str = ""
    kind: str = ""
    organization: str = ""
    since: str = ""  # ISO day, or the beginning of one
    until: str = ""

    def conditions(self) -> tuple[Condition, ...]:
        """Write the conditions of the search."""
        asked = (
            ("word", "names", self.words.strip()),
            ("kind", "=", self.kind),
            ("organization", "=", self.organization),
            ("day", ">=", self.since),
            ("day", "<=", f"{self.until}~" if self.until else ""),  # the day whole
        )
        return tuple(Condition(*one) for one in asked if one[2])


def record(look: Look, person: int, kind: str = "", offset: int = 0) -> dict[str, Any]:
    """Return a person's records, the newest first; raises where there is nothing."""
    where = (Condition("kind", "=", kind),) if kind else ()
    rows = look.ask(
        Query(
            "read",
            "timeline",
            SHOWN,
            where,
            order=("-time",),
            person=person,
            limit=PAGE + 1,
            offset=offset,
        )
    ).to_pylist()
    if not rows and not offset:
        raise Trouble(ABSENT, "person")
    return {
        "number": person,
        "said": {} if offset else _said(look, person, None if kind else rows),
        "rows": rows[:PAGE],
        "variants": variants(look, person) if not offset and not kind else [],
        "next": offset + PAGE if len(rows) > PAGE else None,
    }


def _said(
    look: Look, person: int, rows: list[dict[str, Any]] | None
) -> dict[str, list[Any]]:
    """Return what hospitals say of a person, out of the rows where all are there."""
    if rows is None or len(rows) > PAGE:
        where = (Condition("kind", "=", "person"),)
        asked = Query("read", "timeline", ("kind", *SAID), where, person=person)
        rows = look.ask(asked).to_pylist()
    about = [row for row in rows if row["kind"] == "person"]
    return _merged([{name: row[name] for name in SAID} for row in about])


def variants(look: Look, person: int) -> list[Mapping[str, Any]]:
    """Return what is known of the genes: a class of its own, with rules of its own."""
    asked = Query("read", "records.variant", VARIANT, person=person)
    held = look.desk.published.reader().tables().get("records.variant")
    if not held or not look.may(asked):
        return []
    found: list[Mapping[str, Any]] = look.ask(asked).to_pylist()
    return found


def search(
    look: Look, wanted: Wanted, offset: int = 0, limit: int = 50
) -> dict[str, Any]:
    """Return records that match, the newest first, among those that may be seen."""
    where = wanted.conditions()
    rows = look.ask(
        Query(
            "search" if wanted.words else "list",
            "by_word" if wanted.words else "timeline",
            FOUND,
            where,
            order=("-time",),
            limit=limit + 1,
            offset=offset,
        )
    ).to_pylist()
    return {
        "rows": rows[:limit],
        "next": offset + limit if len(rows) > limit else None,
    }


def _merged(rows: list[dict[str, Any]]) -> dict[str, list[Any]]:
    """Put what several hospitals say of a person side by side, each saying once."""
    names = rows[0] if rows else {}
    return {
        name: list(dict.fromkeys(row[name] for row in rows if row[name]))
        for name in names
    }
