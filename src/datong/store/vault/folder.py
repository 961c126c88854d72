"""The vault as a folder that only its owner may open.

Dictionaries (a natural key and the dense number it was given) are append-only: a
number, once given, is never given again.
"""

import os
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from datong.store.manifest import OWNER_ONLY


class Vault:
    """Named tables in a folder of their own."""

    def __init__(self, root: Path) -> None:
        """Make the folder on first use; nobody but its owner may enter (POSIX)."""
        self.root = root
        root.mkdir(parents=True, exist_ok=True)
        root.chmod(OWNER_ONLY)

    def read(self, name: str) -> pa.Table | None:
        """Return a table, or None where it has not been written."""
        place = self.root / f"{name}.parquet"
        return pq.read_table(place) if place.exists() else None

    def write(self, name: str, table: pa.Table) -> Path:
        """Write a table whole: a killed process leaves the old one or the new one."""
        place = self.root / f"{name}.parquet"
        part = place.with_name(f".{name}.{os.getpid()}.part")
        pq.write_table(table, part, compression="zstd")
        part.replace(place)
        return place

    def write_bytes(self, name: str, content: bytes) -> Path:
        """Write a file whole, as a table is written."""
        place = self.root / name
        part = place.with_name(f".{name}.{os.getpid()}.part")
        part.write_bytes(content)
        part.replace(place)
        return place
