"""The operational store's memory of files, finished steps, runs and releases.

SQLite in a project folder, PostgreSQL in a team. Every change is one transaction; the
only thing that makes a release current is one row of `pointer`.
"""

from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    DateTime,
    Engine,
    ForeignKey,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    create_engine,
    event,
)
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, OperationalError

from datong.core.reason import Trouble
from datong.store.reasons import NO_DATABASE

METADATA = MetaData()
OWNER_ONLY = 0o700  # of a folder that nobody else may enter (POSIX)

# A raw file that was landed; its number is the upper part of every `_row`.
FILE = Table(
    "file",
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("organization", Text, nullable=False),
    Column("path", Text, nullable=False),  # below the organization's folder
    Column("sha256", Text, nullable=False),
    Column("seen_at", DateTime, nullable=False),
    UniqueConstraint("organization", "path", "sha256"),
)

# A step that ended; the same fingerprint need not be worked again.
STEP = Table(
    "step",
    METADATA,
    Column("fingerprint", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("outcome", JSON, nullable=False),
    Column("ended_at", DateTime, nullable=False),
)

# One `[[record]]` of one mapping of one organization; its number is in every record.
RULE = Table(
    "rule",
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("organization", Text, nullable=False),
    Column("mapping", Text, nullable=False),  # path, for people
    Column("sha256", Text, nullable=False),
    Column("edition", Text, nullable=False),
    Column("place", Integer, nullable=False),  # of the [[record]] in the file, from 0
    Column("kind", Text, nullable=False),
    UniqueConstraint("organization", "mapping", "sha256", "place"),
)

RUN = Table(
    "run",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("started_at", DateTime, nullable=False),
    Column("ended_at", DateTime),
    Column("state", Text, nullable=False),  # running, done, failed, stopped
    Column("said", JSON),  # the ledger, or the trouble that ended it
)

RELEASE = Table(
    "release",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("run", Integer, ForeignKey("run.id"), nullable=False),
    Column("made_at", DateTime, nullable=False),
    Column("note", Text, nullable=False),
    Column("ledger", JSON, nullable=False),
    Column("stamp", JSON, nullable=False),  # editions: datong, CDM, vocabulary, inputs
    Column("removed_at", DateTime),
)

RELEASE_FILE = Table(
    "release_file",
    METADATA,
    Column("release", Integer, ForeignKey("release.id"), primary_key=True),
    Column("path", Text, primary_key=True),  # below the project's lake
    Column("layer", Text, nullable=False),
    Column("table_name", Text, nullable=False),
    Column("shard", Text, nullable=False),
    Column("rows", BigInteger, nullable=False),
    Column("sha256", Text, nullable=False),
)

POINTER = Table(
    "pointer",
    METADATA,
    Column("name", Text, primary_key=True),
    Column("release", Integer, ForeignKey("release.id"), nullable=False),
    Column("moved_at", DateTime, nullable=False),
)


def open_store(place: Path | str) -> Engine:
    """Open the store, made on first use: a file's path (SQLite) or a database URL."""
    if isinstance(place, str):
        return _open_database(place)
    place.parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(f"sqlite:///{place}", connect_args={"timeout": 30})
    event.listen(engine, "connect", _durable)
    METADATA.create_all(engine)
    return engine


def _open_database(address: str) -> Engine:
    """Open a database by its address; raises `STORE-DATABASE`, without a password."""
    try:
        engine = create_engine(address)
        METADATA.create_all(engine)
    except (ArgumentError, OperationalError, NoSuchModuleError, ImportError) as error:
        said = str(getattr(error, "orig", None) or error).splitlines()[0]
        raise Trouble(NO_DATABASE, said=said) from error
    return engine


def settle(engine: Engine) -> None:
    """Wait until everything committed is on the disk, power cuts included."""
    if engine.dialect.name == "sqlite":
        with engine.connect() as db:
            db.exec_driver_sql("pragma wal_checkpoint(full)")


def now() -> datetime:
    """Return the time, in UTC and without a zone, as the store keeps it."""
    return datetime.now(UTC).replace(tzinfo=None, microsecond=0)


def _durable(connection: object, _: object) -> None:
    """Let readers read while a run writes, and survive a killed process.

    A power cut may lose what was committed in the last moments, whole transactions
    only; publishing is followed by `settle`, which does not return before the disk
    has it.
    """
    cursor = connection.cursor()  # type: ignore[attr-defined]  # a DBAPI connection
    cursor.execute("pragma journal_mode = wal")
    cursor.execute("pragma synchronous = normal")
    cursor.execute("pragma foreign_keys = on")
    cursor.close()
