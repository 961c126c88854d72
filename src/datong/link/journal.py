"""The index that lives, kept: what was added is there again after a kill.

In:  the linkage of a run; new records, one by one or in batches.
Out: their persons, acknowledged when they lie on the disk.

The journal only grows. Each frame is the length and the SHA-256 of a batch of records
with the persons they were given, written in one piece and synchronized before `add`
returns. Opening it gives every record the person it was given; a torn last frame was
never acknowledged and is cut off. It holds identifiers and belongs into the vault.
"""

import os
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pyarrow as pa

from datong.core.reason import Trouble
from datong.link.linkage import Run
from datong.link.live import Added, Live
from datong.link.reasons import BROKEN_LOG

_HEAD = 8 + 32  # bytes of a frame before its content: length, SHA-256
PERSON = "_person"  # column of a frame


class LivingIndex:
    """A `Live` index whose additions outlive the process; one process writes."""

    def __init__(self, run: Run, place: Path) -> None:
        """Open the journal of a linkage; begin it where there is none.

        Raises Trouble where it is damaged, or belongs to another linkage.
        """
        self.live, self.place = Live(run), place
        mark = sha256(run.table.hashes.tobytes() + run.person.tobytes()).digest()
        content = place.read_bytes() if place.exists() else b""
        frames = list(_frames(content, place))
        if frames and frames[0] != mark:
            raise Trouble(BROKEN_LOG, place)
        for frame in frames[1:]:
            records = pa.ipc.open_stream(frame).read_all()
            person = records[PERSON].to_numpy()
            self.live.restore(records.drop_columns([PERSON]), person)
        place.touch(mode=0o600)
        self._file = place.open("ab")
        self._file.truncate(sum(map(len, frames)) + _HEAD * len(frames))
        if not frames:
            self._write(mark)

    def add(self, records: pa.Table) -> Added:
        """Take records in, with the columns of the run; return when they are kept."""
        names = [column.name for column in self.live.table.columns]
        told = records.select(names)
        added = self.live.add(told)
        sink = pa.BufferOutputStream()
        framed = told.append_column(PERSON, pa.array(added.person))
        with pa.ipc.new_stream(sink, framed.schema) as stream:
            stream.write_table(framed)
        self._write(sink.getvalue().to_pybytes())
        return added

    def close(self) -> None:
        """Let the journal go."""
        self._file.close()

    def _write(self, content: bytes) -> None:
        """Append a frame durably."""
        size = len(content).to_bytes(8, "little")
        self._file.write(size + sha256(content).digest() + content)
        self._file.flush()
        os.fsync(self._file.fileno())


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
