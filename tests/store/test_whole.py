"""An older project is upgraded; a store opens twice; the migrations make the tables."""

from pathlib import Path

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
