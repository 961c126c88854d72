"""A full disk, told in one way whoever noticed it: Python, Arrow or DuckDB."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from datong.core.reason import Trouble
from datong.engine.reasons import DISK_FULL

FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
WORDS = (
    "No space left",
    "max_temp_directory_size",
    "File too large",
    "disk is full",
    "disk quota exceeded",
    "disk I/O error",  # SQLite's word where a limit, not the disk, is reached
)


def is_disk_full(said: str) -> bool:
    """Say whether a message of Arrow or DuckDB is about a full disk."""
    return any(word.lower() in said.lower() for word in WORDS)


@contextmanager
def disk_full_told(where: object) -> Iterator[None]:
    """Turn the error of a full disk, whoever raised it, into a trouble."""
    try:
        yield
    except Trouble:
        raise
    except Exception as error:
        if getattr(error, "errno", None) in FULL or is_disk_full(str(error)):
            raise Trouble(DISK_FULL, where=where) from error
        raise
