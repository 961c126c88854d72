"""An older project is upgraded; a store opens twice; the migrations make the tables."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, create_engine, inspect, text

from datong.store.manifest import METADATA, open_store
from datong.store.whole import open_whole


def test_every_table_is_there(store: Engine) -> None:
    assert set(METADATA.tables) <= set(inspect(store).get_table_names())


def test_a_store_from_before_the_server_is_upgraded(tmp_path: Path) -> None:
    place = tmp_path / "store.db"
    engine = create_engine(f"sqlite:///{place}")
    METADATA.tables["run"].create(engine)
    with engine.begin() as db:
        db.execute(
            text("insert into run (started_at, state) values ('2026-01-01', 'x')")
        )
    engine.dispose()
    for _ in range(2):
        upgraded = open_whole(place)
        with upgraded.connect() as db:
            assert db.execute(text("select state from run")).scalar() == "x"
            assert db.execute(text("select version_num from alembic_version")).scalar()
        assert inspect(upgraded).has_table("decision")
        upgraded.dispose()
    open_store(place).dispose()


# SQLAlchemy cannot read back an index over rows times doubt; a test of its own looks.
pytestmark = [
    pytest.mark.filterwarnings("ignore:Skipped unsupported reflection"),
    pytest.mark.filterwarnings("ignore:autogenerate skipping metadata-specified"),
]
FIRST = Path(__file__).with_name("edition_0001.sql")


def test_a_store_of_the_first_edition_becomes_today_s(tmp_path: Path) -> None:
    """Whoever changes a table writes a migration, or this fails."""
    place = tmp_path / "store.db"
    with closing(sqlite3.connect(place)) as old:
        old.executescript(FIRST.read_text("utf-8"))
        old.execute("insert into run (started_at, state) values ('2026-01-01', 'x')")
        old.commit()
    engine = open_whole(place)
    assert differences(engine) == []
    with engine.connect() as db:
        assert db.execute(text("select count(*) from run")).scalar() == 1
    engine.dispose()


def test_a_new_store_has_what_the_code_says(store: Engine) -> None:
    assert differences(store) == []


def differences(engine: Engine) -> list[object]:
    """Compare the tables that there are with those that the code describes."""
    with engine.connect() as db:
        found = compare_metadata(MigrationContext.configure(db), METADATA)
        own = ("alembic_version", "decision_doubt")
        return [one for one in found if not any(name in str(one) for name in own)]


def test_an_older_queue_gets_its_new_index(tmp_path: Path) -> None:
    place = tmp_path / "store.sqlite"
    store = open_whole(place)
    with store.begin() as db:
        db.execute(text("drop index decision_doubt"))
        db.execute(text("update alembic_version set version_num = '0001'"))
    store.dispose()
    again = open_whole(place)
    with again.connect() as db:
        names = set(db.execute(text("select name from sqlite_master")).scalars())
    again.dispose()
    assert "decision_doubt" in names
