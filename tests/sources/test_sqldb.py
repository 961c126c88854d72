"""SQL databases: SQLite files, and a real PostgreSQL on the loopback."""

import os
import shutil
import socket
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

from datong.core.reason import Trouble
from datong.engine.land import Landing
from datong.run.pull import pull
from datong.sources.sniff import sniff
from datong.sources.sqldb import read_file, snapshot


def test_a_sqlite_file_is_a_source_of_several_tables(tmp_path: Path) -> None:
    file = tmp_path / "his.db"
    with sqlite3.connect(file) as db:
        db.execute("create table br (id integer, xm text)")
        db.execute("insert into br values (1, '张三'), (2, null)")
        db.execute("create table yz (id integer)")
    db.close()
    assert [(one.part, one.columns) for one in sniff(file)] == [
        ("br", ("id", "xm")),
        ("yz", ("id",)),
    ]
    rows = tmp_path / "rows"
    with Landing(rows, tmp_path / "no", 1, "his.db") as sink:
        entry, _ = read_file(file, sink, "br")
    assert entry.kept == 2
    assert pq.read_table(rows)["xm"].to_pylist() == ["张三", None]


def test_a_database_that_does_not_answer_is_named_without_its_password() -> None:
    url = "postgresql+psycopg://somebody:geheim@127.0.0.1:1/none"
    with pytest.raises(Trouble, match="SOURCE-DATABASE") as told, snapshot(url):
        pass
    assert "geheim" not in str(told.value)


def free_port() -> int:
    """Find a port that nobody uses."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def tool(name: str) -> str:
    """Find a program of PostgreSQL, or skip."""
    places = [shutil.which(name), *map(str, Path("/usr/lib/postgresql").rglob(name))]
    found = next((one for one in places if one), None)
    if found is None:
        pytest.skip(f"no {name} here: apt-get install postgresql")
    return found


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Start a PostgreSQL of our own on the loopback; return its URL."""
    pytest.importorskip("psycopg", reason="the driver psycopg is not installed")
    folder = tmp_path_factory.mktemp("pg")
    user = ["runuser", "-u", "nobody", "--"] if os.geteuid() == 0 else []
    if user:
        shutil.chown(folder, "nobody")
        for parent in list(folder.parents)[:3]:
            parent.chmod(parent.stat().st_mode | 0o011)
    made, port = folder / "data", free_port()
    start = [tool("initdb"), "-D", str(made), "-U", "owner", "-A", "trust", "-N"]
    subprocess.run([*user, *start], check=True, capture_output=True, cwd=folder)
    options = f"-p {port} -h 127.0.0.1 -k {folder} -F"
    control = [*user, tool("pg_ctl"), "-D", str(made), "-w"]
    log = ["-l", str(folder / "log")]
    subprocess.run([*control, "-o", options, *log, "start"], check=True, cwd=folder)
    yield f"postgresql+psycopg://owner@127.0.0.1:{port}/postgres"
    subprocess.run([*control, "-m", "immediate", "stop"], check=True, cwd=folder)


def test_postgresql_is_pulled_as_one_snapshot_and_never_written(
    server: str, tmp_path: Path
) -> None:
    engine = create_engine(server)
    with engine.begin() as db:
        db.execute(text('create table "检验结果" (id int, jg text, sj timestamp)'))
        db.execute(text("comment on column \"检验结果\".jg is '结果'"))
        db.execute(
            text(
                'insert into "检验结果"'
                " select n, case when n % 2 = 0 then '阳性' end,"
                " timestamp '2024-01-02 03:04:05' from generate_series(1, 50000) n"
            )
        )
    with snapshot(server) as found:
        (relation,) = found.relations()
        assert relation.labels["jg"] == "结果"
        with engine.begin() as db:
            db.execute(text('delete from "检验结果" where id > 10'))
        read = sum(table.num_rows for table in found.batches(relation))
        assert read == 50_000
        with pytest.raises(DBAPIError, match="read-only"):
            found.connection.execute(text('delete from "检验结果"'))
    rows = pull(server, tmp_path / "out")
    assert rows == {"public.检验结果": 10}
    lines = (tmp_path / "out" / "public.检验结果.csv").read_text("utf-8").splitlines()
    assert lines[1] == '"1",,"2024-01-02 03:04:05"'
    engine.dispose()
