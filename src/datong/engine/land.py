"""Where a door puts what it read: rows as text, what cannot be read, and the places.

One raw file becomes one Parquet file. Every cell is text; `_row` is the number of the
file shifted by 40 bits, plus the record's number in it, from 1. The places (record,
line, byte of each block) lie in the file's metadata, so that any row leads back to its
line without being looked for.
"""

import json
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from datong.core.record import Reject

RECORD_BITS = 40  # of `_row`: the lower ones; the file's number is above them
GROUP = 122_880  # rows of a row group, as DuckDB likes them
PLACES = b"datong.places"

REJECTS = pa.schema(
    [
        ("_row", pa.int64()),
        ("file", pa.string()),
        ("line", pa.int64()),
        ("byte", pa.int64()),
        ("scope", pa.string()),  # row, cell
        ("code", pa.string()),
        ("field", pa.string()),
        ("value", pa.string()),
        ("raw", pa.string()),
    ]
)


class Landing:
    """The sink of one raw file; nothing is visible until it closes without error."""

    def __init__(self, output: Path, rejects: Path, number: int, file: str) -> None:
        """Take the two places to write, and the raw file's number and name."""
        self.output, self.refused = output, rejects
        self.number, self.file = number, file
        self._writer: pq.ParquetWriter | None = None
        self._waiting: list[pa.Table] = []
        self._places: list[tuple[int, int, int]] = []
        self._rejects: list[Reject] = []
        self.kept = 0

    @property
    def rejected(self) -> int:
        """Count the rejects so far."""
        return len(self._rejects)

    def rows(self, table: pa.Table, records: Sequence[int] | range) -> None:
        """Land rows of text; `records` numbers them within the file."""
        numbers = np.asarray(records, dtype=np.int64) + (self.number << RECORD_BITS)
        self._waiting.append(table.append_column("_row", pa.array(numbers)))
        self.kept += table.num_rows
        if sum(waiting.num_rows for waiting in self._waiting) >= GROUP:
            self._write()

    def reject(self, reject: Reject) -> None:
        """Keep what could not be read, whole."""
        self._rejects.append(reject)

    def place(self, record: int, line: int, byte: int) -> None:
        """Remember where a block begins: its first record, line and byte."""
        self._places.append((record, line, byte))

    def __enter__(self) -> Self:
        """Open it."""
        self.output.parent.mkdir(parents=True, exist_ok=True)
        self.refused.parent.mkdir(parents=True, exist_ok=True)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        """Close it: put both files in their places, or leave nothing."""
        if kind is None:
            self._write()
            self._finish()
        elif self._writer is not None:
            self._writer.close()
        for place in (self.output, self.refused):
            _part(place).unlink(missing_ok=True)

    def _write(self) -> None:
        """Write what waits as row groups."""
        if not self._waiting:
            return
        table = pa.concat_tables(self._waiting, promote_options="default")
        self._waiting = []
        if self._writer is None:
            self._writer = pq.ParquetWriter(
                _part(self.output),
                table.schema,
                compression="zstd",
                compression_level=1,
            )
        self._writer.write_table(table, row_group_size=GROUP)

    def _finish(self) -> None:
        """Close both files and rename them."""
        if self._writer is None:
            self._waiting = [pa.table({"_row": pa.array([], pa.int64())})]
            self._write()
        if self._writer is not None:
            places = json.dumps(self._places)
            self._writer.add_key_value_metadata({PLACES.decode(): places})
            self._writer.close()
        write_rejects(list(self._lines()), _part(self.refused))
        _part(self.refused).replace(self.refused)
        _part(self.output).replace(self.output)

    def _lines(self) -> Iterator[dict[str, object]]:
        """Write each reject as a row of the quarantine."""
        for one in self._rejects:
            yield {
                "_row": (self.number << RECORD_BITS) + one.row,
                "file": self.file,
                "line": one.line,
                "byte": one.byte,
                "scope": "row",
                "code": one.reason.code,
                "raw": one.raw,
            }


def write_rejects(lines: list[dict[str, object]], output: Path) -> None:
    """Write quarantine rows to a Parquet file."""
    pq.write_table(
        pa.Table.from_pylist(lines, schema=REJECTS), output, compression="zstd"
    )


def places(landed: Path) -> list[tuple[int, int, int]]:
    """Read where the blocks of a landed file begin: record, line, byte."""
    metadata = pq.read_metadata(landed).metadata or {}
    return [tuple(place) for place in json.loads(metadata.get(PLACES, b"[]"))]


def columns(landed: Path) -> list[str]:
    """Name the columns of a landed file, `_row` left out."""
    return [name for name in pq.read_schema(landed).names if name != "_row"]


def _part(place: Path) -> Path:
    """Name the file that is written aside."""
    return place.with_name(f".{place.name}.{os.getpid()}.part")
