"""A store with an account or two."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from datong.guard import signin
from datong.guard.signin import NewUser
from datong.store.whole import open_whole
from tests.hashing import quick_hashing

__all__ = ["quick_hashing"]

PASSWORD = "four words put together"  # noqa: S105 - of an invented user


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Engine]:
    engine = open_whole(tmp_path / "store.db")
    hats = [("specialist", "H1", "chest"), ("nurse", "H2", None)]
    signin.make_user(engine, NewUser("wang", "Dr Wang", PASSWORD, hats))
    yield engine
    engine.dispose()
