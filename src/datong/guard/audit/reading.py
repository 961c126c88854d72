"""Who looked: the audit, asked by person, by user or by request."""

from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa

from datong.engine.duckdb import Duck, literal
from datong.guard.audit import chain

_BODY = {
    "at": "varchar",
    "who": "varchar",
    "role": "varchar",
    "action": "varchar",
    "purpose": "varchar",
    "basis": "varchar",
    "scenario": "varchar",
    "outcome": "varchar",
    "asked": "varchar",
    "count": "bigint",
    "persons": "bigint[]",
    "rules": "varchar[]",
    "edition": "varchar",
    "request": "varchar",
}


def looks(
    root: Path, person: int | None = None, who: str | None = None, limit: int = 500
) -> pa.Table:
    """Return the events about a person or of a user, the newest first."""
    listed = [file for folder in chains(root) for file in chain.files(folder)]
    if not listed:
        return pa.table({name: pa.array([], pa.string()) for name in _BODY})
    body = ", ".join(f'"{name}" {kind}' for name, kind in _BODY.items())
    source = ", ".join(map(literal, listed))
    sql = (
        f"select b.body.{', b.body.'.join(_BODY)}"
        f" from read_json([{source}], format = 'newline_delimited',"
        f" columns = {{body: 'struct({body})'}}) b"
        " where (? is null or list_contains(b.body.persons, ?))"
        " and (? is null or b.body.who = ?) order by b.body.at desc limit ?"
    )
    with Duck() as duck:
        return duck.fetch(sql, None, person, person, who, who, limit)


def chains(root: Path) -> Iterable[Path]:
    """Name the chains of an audit."""
    return sorted(folder for folder in root.glob("chain-*") if folder.is_dir())
