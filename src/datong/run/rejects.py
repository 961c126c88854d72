"""The quarantine: what was refused, why, and how it is mended.

In:  a release; later a file of mended rows.
Out: counts, lines with their place, an export to mend, mends that the next run reads.

A mend is a row of `mends/<organization>/<table>.csv`: the number of the source row and
all its cells, as they should be. It stands for the landed row in every later run, and
`datong trace` says so. Delete the line to take it back.
"""

import csv
import getpass
import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from datong.core.reason import Trouble
from datong.engine.land import RECORD_BITS
from datong.run.mends import mends_file
from datong.run.places import Places
from datong.run.reader import Reader
from datong.run.reasons import MEND
from datong.run.settings import Settings
from datong.sources.fhir import TYPE
from datong.store.manifest import now

FIXED = ["_row", "_organization", "_table", "_code", "_field", "_file", "_line"]
COUNTS = """
select code, scope, count(*) as rejects, count(distinct _row) as rows
from ledger.rejects group by all order by rejects desc, code
"""
LISTED = """
select * from ledger.rejects where code = ? or ? = '' order by _row, code limit ?
"""


def count_rejects(reader: Reader) -> list[dict[str, Any]]:
    """Count the rejects of a release by code and scope, the most frequent first."""
    found: list[dict[str, Any]] = reader.query(COUNTS).to_pylist()
    return found


def list_rejects(
    settings: Settings, reader: Reader, code: str = "", most: int = 1_000_000
) -> Iterator[dict[str, Any]]:
    """Yield rejects with the file and the line of each."""
    places = Places(settings, reader)
    for row in reader.query(LISTED, code, code, most).to_pylist():
        place = places.of(row["_row"])
        row |= {"organization": place.organization, "file": place.file}
        row["line"] = row["line"] or place.line
        row["byte"] = row["byte"] or place.byte
        yield row


def export_rejects(
    settings: Settings, reader: Reader, folder: Path, code: str = ""
) -> list[Path]:
    """Write rejects as CSV to be mended, a file for each table; return the files."""
    tables: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    name_of = table_of(reader)
    for reject in list_rejects(settings, reader, code):
        tables[reject["organization"], name_of(reject)].append(reject)
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for (organization, table), rejects in sorted(tables.items()):
        path = folder / f"{organization}-{table}.csv"
        _write(path, organization, table, rejects)
        written.append(path)
    return written


def table_of(reader: Reader) -> Callable[[dict[str, Any]], str]:
    """Return what names the source table of a reject."""
    asked = reader.query("select file, reads from ledger.files").to_pylist()
    reads = {row["file"]: row["reads"] for row in asked}

    def table(reject: dict[str, Any]) -> str:
        kind = cells_of(reject["raw"]).get("resource", "")
        if kind and (found := re.search(TYPE, kind)):
            return f"fhir.{found['type']}"
        return str(reads.get(reject["_row"] >> RECORD_BITS, "")).partition(" ")[0]

    return table


def _write(
    path: Path, organization: str, table: str, rejects: list[dict[str, Any]]
) -> None:
    """Write the rejects of one table."""
    rows: dict[int, dict[str, Any]] = {}
    for reject in rejects:
        given = {
            "_row": reject["_row"],
            "_organization": organization,
            "_table": table,
            "_file": reject["file"],
            "_line": reject["line"],
        }
        row = rows.setdefault(reject["_row"], {**given, **cells_of(reject["raw"])})
        for name, word in (("_code", "code"), ("_field", "field")):
            told = [row.get(name, ""), reject[word] or ""]
            row[name] = " ".join(part for part in told if part)
    columns = dict.fromkeys(FIXED) | {
        name: None for row in rows.values() for name in row
    }
    with path.open("w", encoding="utf-8-sig", newline="") as opened:
        writer = csv.DictWriter(opened, list(columns), restval="")
        writer.writeheader()
        writer.writerows(rows.values())


def cells_of(raw: str) -> dict[str, str]:
    """Return the cells of a reject; a line that was never split stands as `_raw`."""
    try:
        cells = json.loads(raw)
    except ValueError:
        return {"_raw": raw}
    is_row = isinstance(cells, dict) and "resourceType" not in cells
    return cells if is_row else {"resource": raw}


def mend(root: Path, file: Path) -> int:
    """Take mended rows into the project; return how many. The next run reads them."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as opened:
            rows = list(csv.DictReader(opened))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise Trouble(MEND, where=file, said=str(error)) from error
    if not rows or not set(FIXED) <= set(rows[0]):
        raise Trouble(MEND, where=file, said=", ".join(FIXED[:3]))
    by_table: dict[tuple[str, str], list[dict[str, str]]] = defaultdict(list)
    for number, row in enumerate(rows, start=2):
        if not row["_row"].isdigit():
            raise Trouble(MEND, where=f"{file}:{number}", said="_row")
        by_table[row["_organization"], row["_table"]].append(row)
    for (organization, table), mended in by_table.items():
        keep(mends_file(root, organization, table), mended, getpass.getuser())
    return len(rows)


def keep(place: Path, rows: Sequence[Mapping[str, str]], by: str) -> None:
    """Add rows to a mends file; a row mended again replaces its older mend.

    Rows have `_row` and the cells of the table; `by` signs them.
    """
    kept: dict[str, dict[str, str]] = {}
    if place.exists():
        with place.open(encoding="utf-8-sig", newline="") as opened:
            kept = {row["_row"]: row for row in csv.DictReader(opened)}
    signed = {"_by": by, "_at": now().isoformat()}
    for row in rows:
        cells = {k: v for k, v in row.items() if k not in {*FIXED[1:], "_raw"}}
        kept[row["_row"]] = cells | signed
    columns = {name: None for row in kept.values() for name in row}
    place.parent.mkdir(parents=True, exist_ok=True)
    part = place.with_suffix(".part")
    with part.open("w", encoding="utf-8-sig", newline="") as opened:
        writer = csv.DictWriter(opened, list(columns), restval="")
        writer.writeheader()
        writer.writerows(kept.values())
    part.replace(place)
