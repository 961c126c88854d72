"""From the bad rows of a check to the lines of the raw files that they came from.

In:  findings with the keys of bad rows; the release that was judged.
Out: the same findings with a few example lines: where, not what stands there.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from datong.core.reason import Trouble
from datong.engine.duckdb import quoted
from datong.engine.land import RECORD_BITS
from datong.quality.finding import Example, Finding, Verdict
from datong.run.places import Places
from datong.run.reader import Reader
from datong.run.settings import Settings

EXAMPLES = 3  # lines that one finding shows
Rows = dict[tuple[str, str, int], int | None]  # layer, table, key: source row


def with_examples(
    settings: Settings, reader: Reader, findings: list[Finding]
) -> list[Finding]:
    """Lead what fails to its source lines."""
    places = Places(settings, reader)
    failing = [one for one in findings if one.verdict is Verdict.FAIL]
    rows = rows_behind(failing, reader)
    places.find(row for one in failing for _, row in source_rows(one, rows))
    return [
        replace(one, examples=_examples(one, rows, places))
        if one.verdict is Verdict.FAIL
        else one
        for one in findings
    ]


def source_rows(
    one: Finding, rows: Rows, most: int = EXAMPLES
) -> list[tuple[int, int]]:
    """Lead the first bad rows of a finding to their source rows: key and row."""
    found = (
        (key, key if one.layer == "source" else rows.get((one.layer, one.table, key)))
        for key in _keys(one, most)
    )
    return [(key, row) for key, row in found if row is not None]


def rows_behind(
    findings: Sequence[Finding], reader: Reader, most: int = EXAMPLES
) -> Rows:
    """Find the source row of each key; one query for views, one a kind of record."""
    wanted: dict[tuple[str, str], set[int]] = defaultdict(set)
    for one in findings:
        wanted[one.layer, one.table].update(_keys(one, most))
    found: Rows = {}
    views: set[int] = set()
    for (layer, table), keys in wanted.items():
        if layer == "omop":
            views |= keys
        elif layer == "records" and keys:
            sql = f"select record as key, min(_row) as row from records.{quoted(table)}"
            for row in _asked(reader, f"{sql} where record in", keys):
                found["records", table, row["key"]] = row["row"]
    sql = "select target_table as view, target as key, min(source_row) as row"
    for row in _asked(reader, f"{sql} from ledger.lineage where target in", views):
        found["omop", row["view"], row["key"]] = row["row"]
    return found


def _keys(one: Finding, most: int) -> list[int]:
    """Choose the bad rows of a finding that are looked up."""
    return [int(key) for key in one.keys if key.isdecimal()][:most]


def _examples(one: Finding, rows: Rows, places: Places) -> tuple[Example, ...]:
    """Find the lines of the first bad rows of one finding."""
    made = []
    for key, row in source_rows(one, rows):
        if row >> RECORD_BITS in places.files:
            place = places.of(row)
            file = f"{place.organization}/{place.file}"
            made.append(Example(str(key), file, place.line, place.record))
    return tuple(made)


def _asked(reader: Reader, sql: str, keys: set[int]) -> list[dict[str, Any]]:
    """Ask for some keys; nothing where the table has no records of its own."""
    if not keys:
        return []
    listed = ", ".join(str(key) for key in sorted(keys))
    try:
        found = reader.query(f"{sql} ({listed}) group by all")
    except Trouble:
        return []
    return [dict(row) for row in found.to_pylist()]
