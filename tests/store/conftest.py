"""Both stores for real: SQLite in a folder, PostgreSQL in a cluster of our own."""

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import Engine, create_engine, text

from datong.store.whole import open_whole


def program(name: str) -> str:
    """Find a program of PostgreSQL, also where Debian keeps it."""
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return str(found[-1]) if found else shutil.which(name) or ""


def as_postgres(*command: str) -> None:
    """Run a command as somebody whom PostgreSQL lets run it."""
    prefix = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    subprocess.run(
        [*prefix, *command], check=True, capture_output=True, cwd="/", timeout=120
    )


def free_port() -> int:
    """Ask the system for a port on loopback."""
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])


@pytest.fixture(scope="session")
def cluster() -> Iterator[str]:
    """A PostgreSQL server on loopback, gone after the tests."""
    if not program("initdb"):
        pytest.skip("no PostgreSQL on this machine: apt-get install postgresql")
    folder = Path("/tmp") / f"datong-postgres-{uuid4().hex[:8]}"  # noqa: S108 - must be open to user postgres; made with a random name
    folder.mkdir(mode=0o755)
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    port, data = free_port(), folder / "data"
    as_postgres(program("initdb"), "-D", str(data), "-A", "trust", "-U", "postgres")
    options = f"-c listen_addresses=127.0.0.1 -p {port} -k {folder} -c fsync=off"
    control = (program("pg_ctl"), "-D", str(data))
    as_postgres(*control, "-w", "-l", str(folder / "log"), "-o", options, "start")
    yield f"postgresql+psycopg://postgres@127.0.0.1:{port}"
    as_postgres(*control, "-m", "immediate", "stop")
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgres(cluster: str) -> str:
    """A new, empty database."""
    return new_database(cluster)


def new_database(cluster: str) -> str:
    """Make one."""
    name = f"t{uuid4().hex[:12]}"
    engine = create_engine(f"{cluster}/postgres", isolation_level="AUTOCOMMIT")
    with engine.connect() as db:
        db.execute(text(f"create database {name}"))
    engine.dispose()
    return f"{cluster}/{name}"


@pytest.fixture(params=["sqlite", "postgres"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """The store, in both kinds of database."""
    is_lite = request.param == "sqlite"
    place = tmp_path / "store.db" if is_lite else request.getfixturevalue("postgres")
    engine = open_whole(place)
    yield engine
    engine.dispose()
