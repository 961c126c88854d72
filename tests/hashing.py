"""Quick hashing of passwords, for the tests of more than one room."""

from collections.abc import Iterator

import pytest
from argon2 import PasswordHasher

from datong.guard import passwords


@pytest.fixture(scope="session", autouse=True)
def quick_hashing() -> Iterator[None]:
    """Hash passwords with little memory: the tests sign in a hundred times."""
    kept = passwords.HASHER
    passwords.HASHER = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    yield
    passwords.HASHER = kept
