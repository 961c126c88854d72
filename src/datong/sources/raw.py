"""A raw file: its content, its format by its name, its SHA-256 as it lies on the disk.

In:  a file, perhaps gzip.
Out: its bytes; a `Trouble` where it vanished or is no whole gzip.
"""

import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import file_digest
from pathlib import Path
from typing import BinaryIO

from datong.core.reason import Trouble
from datong.sources import blocks
from datong.sources.reasons import CHANGED, GZIP

PACKED = ".gz"


@contextmanager
def content(file: Path) -> Iterator[BinaryIO | gzip.GzipFile]:
    """Open a file's content; a `.gz` is unpacked."""
    try:
        with blocks.opened(file) as stream:
            yield stream
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise Trouble(GZIP, where=file, file=file.name) from error
    except OSError as error:
        raise Trouble(CHANGED, where=file, file=file.name) from error


def kind_of(file: Path) -> str:
    """Return the ending of a file that tells its format, in lower case: `.csv`."""
    suffixes = [suffix.lower() for suffix in file.suffixes]
    if suffixes and suffixes[-1] == PACKED:
        suffixes.pop()
    return suffixes[-1] if suffixes else ""


def digest_of(file: Path) -> str:
    """Return the SHA-256 of a file."""
    try:
        with file.open("rb") as raw:
            return file_digest(raw, "sha256").hexdigest()
    except OSError as error:
        raise Trouble(CHANGED, where=file, file=file.name) from error
