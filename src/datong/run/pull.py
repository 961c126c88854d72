"""A delivery taken from a SQL database: one file a table, all of one moment.

In:  a URL, a folder.
Out: CSV files in UTF-8, and `delivery.json`: when, from where, rows and SHA-256.

What was pulled is then a delivery like any other: it stays as it is, it can be hashed,
and a run can be repeated without the database.
"""

import json
from collections.abc import Callable, Sequence
from pathlib import Path

from pyarrow import csv

from datong.core.reason import Trouble
from datong.run.reasons import EXISTS
from datong.sources.raw import digest_of
from datong.sources.reasons import NO_TABLE
from datong.sources.sqldb import Relation, Snapshot, shown, snapshot
from datong.store.manifest import now


def pull(
    url: str,
    out: Path,
    tables: Sequence[str] = (),
    told: Callable[[str], None] = lambda _name: None,
) -> dict[str, int]:
    """Copy tables into an empty folder; return the rows of each."""
    if out.exists() and any(out.iterdir()):
        raise Trouble(EXISTS, where=out, folder=out)
    with snapshot(url) as found:
        wanted = _wanted(found.relations(), tables, url)
        out.mkdir(parents=True, exist_ok=True)
        rows = {}
        for one in wanted:
            told(one.full)
            rows[one.full] = _copy(found, one, out / f"{one.full}.csv")
    files = {name: digest_of(out / f"{name}.csv") for name in rows}
    lines = [{"table": n, "rows": rows[n], "sha256": files[n]} for n in rows]
    said = {"at": now().isoformat(), "from": shown(url), "tables": lines}
    text = json.dumps(said, ensure_ascii=False, indent=1)
    (out / ".delivery.json").write_text(text, encoding="utf-8")
    return rows


def _wanted(
    relations: Sequence[Relation], tables: Sequence[str], url: str
) -> list[Relation]:
    """Pick the tables that were asked for."""
    known = {name: one for one in relations for name in (one.name, one.full)}
    for name in tables:
        if name not in known:
            has = ", ".join(one.full for one in relations)
            raise Trouble(NO_TABLE, where=shown(url), table=name, has=has)
    return [known[name] for name in tables] if tables else list(relations)


def _copy(found: Snapshot, one: Relation, file: Path) -> int:
    """Write one table."""
    rows = 0
    schema = found.schema(one)
    with csv.CSVWriter(file, schema) as writer:
        for table in found.batches(one):
            writer.write_table(table)
            rows += table.num_rows
    return rows
