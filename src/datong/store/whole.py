"""The whole store, at its newest edition: all tables, older projects upgraded."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine

from datong.store import decisions, manifest, people, relations  # noqa: F401 - each brings its tables into METADATA

MIGRATIONS = Path(__file__).with_name("migrations")
METADATA = manifest.METADATA


def open_whole(place: Path | str) -> Engine:
    """Open the store with every table; an older one is brought to this edition."""
    engine = manifest.open_store(place)
    upgrade(engine)
    return engine


def upgrade(engine: Engine, edition: str = "head") -> None:
    """Run the migrations that an older store has not seen."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, edition)
