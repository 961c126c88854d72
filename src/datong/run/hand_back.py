"""A page for one organization: its rows only, for those who can mend them.

In:  what was judged of a release, and the release.
Out: what is wrong in the organization's own rows, line by line, and what it cost.

What the mapping or the vocabulary made wrong is not the organization's and is left out.
"""

import re
from collections.abc import Sequence
from typing import Any

from datong.core.reason import Trouble
from datong.engine.land import RECORD_BITS
from datong.quality.advice import Problem
from datong.quality.finding import Finding
from datong.quality.handed import Handed, Item, Line, Refused
from datong.quality.reasons import NO_SITE
from datong.quality.result import Result
from datong.run.drill import Rows, rows_behind, source_rows
from datong.run.explain import all_reasons
from datong.run.places import Places
from datong.run.project import Project
from datong.run.reader import Reader

LINES = 200  # lines of one problem that are named
KEYS = 1_000  # bad rows of one finding that are looked at
OTHERS = {"etl", "vocabulary"}  # not the organization's to mend


def hand_back(project: Project, release: int, result: Result, site: str) -> Handed:
    """Choose what one organization is to mend; raises Trouble where there is none."""
    names = {one.id: one.name for one in project.settings.organizations}
    if site not in names:
        raise Trouble(NO_SITE, site=site, known=", ".join(names))
    with project.read(release) as reader:
        places = Places(project.settings, reader)
        failing = [one for one in result.failed if one.blame not in OTHERS]
        rows = rows_behind(failing, reader, KEYS)
        items = [
            item
            for one in result.problems
            if (item := _item(one, site, rows, (reader, places)))
        ]
        refused = _refused(reader, places, site)
    ledger = [step for step in result.ledger if _is_of(site, str(step["step"]))]
    today = result.today.isoformat()
    return Handed(site, names[site], result.stamp, today, items, refused, ledger)


def _is_of(site: str, step: str) -> bool:
    """Tell whether a step worked on the files of an organization."""
    return bool(re.match(rf"\w+:{re.escape(site)}/", step))


def _item(
    one: Problem, site: str, rows: Rows, held: tuple[Reader, Places]
) -> Item | None:
    """Write one problem as far as it is the organization's."""
    reader, places = held
    mine = [f for f in one.findings if f.blame not in OTHERS]
    found: dict[int, Finding] = {}
    # The landed column is the one that the organization knows.
    for finding in sorted(mine, key=lambda f: f.layer != "source"):
        for _, row in source_rows(finding, rows, KEYS):
            if _site(places, row) == site:
                found.setdefault(row, finding)
    counted = [bad for f in mine if (bad := _bad(f, site))]
    if not found and not counted:
        return None
    records, views = _cost(reader, list(found))
    return Item(
        type=one.type,
        severity=one.severity,
        wrong=one.wrong,
        next=one.next,
        tables=sorted({f.table for f in mine if _bad(f, site)}),
        bad=max([len(found), *counted]),
        lines=[_line(places, row, found[row]) for row in sorted(found)[:LINES]],
        records=records,
        views=views,
    )


def _bad(one: Finding, site: str) -> int:
    """Count the bad rows of an organization in one finding."""
    if one.unit == "sites":
        return int(site in one.keys)
    if one.layer == "source":
        return one.bad if one.table.startswith(f"{site} ") else 0
    return one.groups.get("site", {}).get(site, (0, 0))[1]


def _site(places: Places, row: int) -> str:
    """Name the organization that a source row came from."""
    return str(places.files.get(row >> RECORD_BITS, {}).get("organization", ""))


def _line(places: Places, row: int, one: Finding) -> Line:
    """Find the line of a source row."""
    place = places.of(row)
    return Line(place.file, place.line, place.record, one.column)


def _cost(reader: Reader, rows: Sequence[int]) -> tuple[int, int]:
    """Count the records and rows of views that were made of source rows."""
    if not rows:
        return 0, 0
    listed = ", ".join(map(str, rows))
    found = reader.query(
        "select count(distinct record) as records,"
        " count(distinct (target_table, target)) as views"
        f" from ledger.lineage where source_row in ({listed})"
    ).to_pylist()[0]
    return int(found["records"]), int(found["views"])


def _refused(reader: Reader, places: Places, site: str) -> list[Refused]:
    """Count what was refused of an organization, by reason."""
    sql = "select code, _row, file, line from ledger.rejects order by _row"
    held: dict[str, list[dict[str, Any]]] = {}
    for row in reader.query(sql).to_pylist():
        if _site(places, row["_row"]) == site:
            held.setdefault(row["code"], []).append(row)
    reasons = all_reasons() if held else {}
    return [
        Refused(
            code=code,
            what=reasons[code].what,
            next=reasons[code].next,
            rows=len({row["_row"] for row in some}),
            first=f"{some[0]['file']}:{some[0]['line']}",
        )
        for code, some in held.items()
        if code in reasons
    ]
