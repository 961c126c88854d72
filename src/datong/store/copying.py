"""A store copied whole into another: for a backup, and from SQLite to PostgreSQL."""

from collections.abc import Iterator, Mapping

from sqlalchemy import Connection, Engine, Table, func, select, text

from datong.core.reason import Trouble
from datong.store.reasons import NOT_EMPTY
from datong.store.whole import METADATA

CHUNK = 1_000  # rows that are carried at once


def copy_store(source: Engine, target: Engine) -> dict[str, int]:
    """Copy every table, as of one moment; return the rows of each.

    The target has the tables (`open_whole`) and nothing in them; else `STORE-FULL`.
    Nothing is there until all of it is.
    """
    is_team = source.dialect.name == "postgresql"
    level = "REPEATABLE READ" if is_team else "SERIALIZABLE"
    reading = source.connect().execution_options(isolation_level=level)
    with reading as old, old.begin(), target.begin() as new:
        filled = [t.name for t in METADATA.sorted_tables if _count(new, t)]
        if filled:
            raise Trouble(NOT_EMPTY, ", ".join(filled))
        return {one.name: _copied(one, old, new) for one in METADATA.sorted_tables}


def _count(db: Connection, table: Table) -> int:
    """Count the rows of a table."""
    return int(db.execute(select(func.count()).select_from(table)).scalar() or 0)


def _copied(table: Table, old: Connection, new: Connection) -> int:
    """Copy one table."""
    rows = 0
    for chunk in _chunks(table, old):
        new.execute(table.insert(), chunk)
        rows += len(chunk)
    if rows and new.dialect.name == "postgresql":
        _go_on(table, new)
    return rows


def _chunks(table: Table, old: Connection) -> Iterator[list[Mapping[str, object]]]:
    """Read a table in parts."""
    found = old.execute(select(table).order_by(*table.primary_key)).mappings()
    for part in found.partitions(CHUNK):
        yield [dict(row) for row in part]


def _go_on(table: Table, new: Connection) -> None:
    """Let PostgreSQL count on from the highest number."""
    for column in table.primary_key:
        named = {"table": table.name, "column": column.name}
        asked = text("select pg_get_serial_sequence(:table, :column)")
        counter = new.execute(asked, named).scalar()
        if counter:
            highest = select(func.setval(counter, func.max(column)))
            new.execute(highest)
