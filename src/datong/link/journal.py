"""The journal of the index that lives: what was added is there again after a kill.

In:  tables of new records, as they come.
Out: the same tables when it is opened, those that were acknowledged.

The journal only grows. Each frame is the length and the SHA-256 of a batch of records,
written in one piece and synchronized before `append` returns; a torn last frame was
never acknowledged and is cut off. It holds identifiers and belongs into the vault.
"""

import os
from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from datong.core.reason import Trouble
from datong.link.reasons import BROKEN_LOG

_HEAD = 8 + 32  # bytes of a frame before its content: length, SHA-256
LIVING = "living.journal"  # of a vault: who arrived since its last run


class Journal:
    """A file of tables that only grows; `tables` are those it held when opened."""

    def __init__(self, place: Path, mark: bytes = b"registry") -> None:
        """Read a journal; its first frame must be the mark. Nothing is written.

        Raises Trouble where it is damaged, or bears another mark.
        """
        self.place, self.mark = place, mark
        content = place.read_bytes() if place.exists() else b""
        frames = list(_frames(content, place))
        if frames and frames[0] != mark:
            raise Trouble(BROKEN_LOG, place)
        self.tables = [pa.ipc.open_stream(frame).read_all() for frame in frames[1:]]
        self._size = sum(map(len, frames)) + _HEAD * len(frames)

    def append(self, table: pa.Table) -> None:
        """Append a table; return when it is on the disk.

        Raises Trouble where the file was made shorter since it was read.
        """
        framed = _framed(_stream(table))
        if not self._size:
            framed = _framed(self.mark) + framed
        self.place.touch(mode=0o600)
        with self.place.open("ab") as file:
            if file.tell() < self._size:
                raise Trouble(BROKEN_LOG, self.place)
            # What was not written whole was never acknowledged.
            file.truncate(self._size)
            file.write(framed)
            file.flush()
            os.fsync(file.fileno())
        self._size += len(framed)

    @classmethod
    def write(cls, place: Path, tables: Sequence[pa.Table]) -> None:
        """Put a journal of these tables in the place of what is there."""
        aside = place.with_suffix(".new")
        aside.unlink(missing_ok=True)
        whole = cls(aside)
        for table in tables:
            whole.append(table)
        aside.replace(place)


def forget(place: Path, members: pa.Array) -> None:
    """Take records, by their numbers in `key`, out of a journal."""
    if not place.exists():
        return
    kept = [
        held.filter(pc.invert(pc.is_in(held["key"], members)))
        for held in Journal(place).tables
    ]
    left = [one for one in kept if len(one)]
    if left:
        Journal.write(place, left)
    else:
        place.unlink()


def _stream(table: pa.Table) -> bytes:
    """Write a table as one Arrow stream."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as stream:
        stream.write_table(table)
    content: bytes = sink.getvalue().to_pybytes()
    return content


def _framed(content: bytes) -> bytes:
    """Put length and digest before a content."""
    return len(content).to_bytes(8, "little") + sha256(content).digest() + content


def _frames(content: bytes, place: Path) -> Iterator[bytes]:
    """Take a journal apart; what is not whole at its end is left out."""
    at = 0
    while at + _HEAD <= len(content):
        end = at + _HEAD + int.from_bytes(content[at : at + 8], "little")
        if end > len(content):
            return
        frame = content[at + _HEAD : end]
        if sha256(frame).digest() != content[at + 8 : at + _HEAD]:
            raise Trouble(BROKEN_LOG, place)
        yield frame
        at = end
