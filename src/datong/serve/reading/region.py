"""The region at a glance: sources, freshness, ledger, rejects, linkage; all published.

Every figure here is of grade 1: counts in which small cells are left out.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from datong.guard.access import Query
from datong.run.settings import Settings
from datong.serve.reading.desk import Look

ENTRY = ("step", "read", "kept", "rejected", "merged", "silent", "framing")
FIGURE = ("figure", "organization", "kind", "month", "rows", "persons")
MOST = 10_000


def glance(look: Look, settings: Settings) -> dict[str, Any]:
    """Collect what the first page shows of the current release."""
    entries = look.ask(Query("read", "ledger.entries", ENTRY, limit=MOST)).to_pylist()
    figures = look.ask(Query("read", "ledger.figures", FIGURE, limit=MOST)).to_pylist()
    by_figure = defaultdict(list)
    for row in figures:
        by_figure[row["figure"]].append(row)
    reader = look.desk.published.reader()
    tables = reader.tables()
    return {
        "release": reader.release,
        "sources": _sources(settings, entries, by_figure),
        "months": by_figure["month"],
        "sites": by_figure["sites"],
        "rejects": _rejects(by_figure["reject"]),
        "persons": tables.get("omop.person", 0),
        "patients": tables.get("records.person", 0),
        "records": sum(n for t, n in tables.items() if t.startswith("records.")),
        "rows": sum(e["read"] for e in entries if e["step"].startswith("land:")),
        "omop": sum(n for t, n in tables.items() if t.startswith("omop.")),
    }


def _sources(
    settings: Settings,
    entries: Iterable[Mapping[str, Any]],
    figures: Mapping[str, list[Mapping[str, Any]]],
) -> list[dict[str, Any]]:
    """Say of each organization what it handed over and what came of it."""
    landed: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for entry in entries:
        stage, _, rest = entry["step"].partition(":")
        owner = landed[rest.partition("/")[0]]
        if stage == "land":
            owner["files"] += 1
            owner["rows"] += entry["read"] - entry["framing"]
            owner["rejected"] += entry["rejected"]
    latest = {row["organization"]: row for row in figures["latest"]}
    refused: dict[str, int] = defaultdict(int)
    for row in figures["reject"]:
        refused[row["organization"]] += row["rows"]
    return [
        {
            "id": one.id,
            "name": one.name,
            "tier": one.tier,
            "files": landed[one.id]["files"],
            "rows": landed[one.id]["rows"],
            "records": latest.get(one.id, {}).get("rows") or 0,
            "persons": latest.get(one.id, {}).get("persons"),
            "latest": latest.get(one.id, {}).get("month"),
            "rejects": refused[one.id] + landed[one.id]["rejected"],
        }
        for one in settings.organizations
    ]


def _rejects(rows: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """Sum the rejects by code, the most frequent first."""
    sums: dict[str, int] = defaultdict(int)
    for row in rows:
        sums[row["kind"]] += row["rows"]
    return dict(sorted(sums.items(), key=lambda pair: -pair[1]))
