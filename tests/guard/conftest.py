"""A store with an account or two."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from sqlalchemy import Engine

from datong.guard import passwords, signin
from datong.guard.signin import NewUser
from datong.store.whole import open_whole

PASSWORD = "four words put together"  # noqa: S105 - of an invented user


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Engine]:
    engine = open_whole(tmp_path / "store.db")
    hats = [("specialist", "H1", "chest"), ("nurse", "H2", None)]
    signin.make_user(engine, NewUser("wang", "Dr Wang", PASSWORD, hats))
    yield engine
    engine.dispose()


@pytest.fixture(scope="session", autouse=True)
def quick_hashing() -> Iterator[None]:
    """Hash passwords with little memory: the tests sign in a hundred times."""
    kept = passwords.HASHER
    passwords.HASHER = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    yield
    passwords.HASHER = kept
