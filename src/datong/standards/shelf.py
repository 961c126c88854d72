"""The shelf: code systems that the user has imported, one folder each.

    SHELF/icd10-cn-clinical@2.0/codes.parquet   code, label, parent, trait, status
    SHELF/icd10-cn-clinical@2.0/manifest.json   where it came from, counts, hash
    SHELF/A@1~B@2/codes.parquet                 a crosswalk: source, target

The shelf lies in `DATONG_STANDARDS`, else in the user's data folder.
"""

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from datong.core.reason import Trouble
from datong.standards.reasons import NO_TABLE, UNKNOWN_EDITION

SLASH = "%2F"  # as a name's `/` is written in the name of a folder
BETWEEN = "~"  # in the name of a crosswalk: FROM@EDITION~TO@EDITION
COLUMNS = ("code", "label", "parent", "trait", "status")


@dataclass(frozen=True, slots=True)
class Shelf:
    """A folder of imported code systems."""

    folder: Path

    def names(self) -> list[str]:
        """Name what is there: `icd10-cn-clinical@2.0`."""
        return sorted(
            place.parent.name.replace(SLASH, "/")
            for place in self.folder.glob("*@*/codes.parquet")
            if BETWEEN not in place.parent.name
        )

    def home(self, name: str) -> Path:
        """Return the folder of a code system: `GB/T 6565@2015` has a slash."""
        return self.folder / name.replace("/", SLASH)

    def crosswalks(self) -> list[str]:
        """Name the maps that are there: `icd10-beijing@7.0~icd10-cn-clinical@2.0`."""
        found = self.folder.glob(f"*@*{BETWEEN}*@*/codes.parquet")
        return sorted(place.parent.name.replace(SLASH, "/") for place in found)

    def crosswalk(self, a: str, b: str) -> pa.Table | None:
        """Return the pairs from one system to another, turned round where needed."""
        there, back = (
            self.home(f"{x}{BETWEEN}{y}") / "codes.parquet" for x, y in ((a, b), (b, a))
        )
        if there.exists():
            return pq.read_table(there)
        if not back.exists():
            return None
        turned = pq.read_table(back).rename_columns(["target", "source"])
        return turned.select(["source", "target"])

    def place(self, name: str) -> Path:
        """Return the file of a code system; raise Trouble where it is absent."""
        found = self.home(name) / "codes.parquet"
        if found.exists():
            return found
        system, _, edition = name.partition("@")
        have = [n.partition("@")[2] for n in self.names() if n.startswith(f"{system}@")]
        if have:
            listed = ", ".join(have)
            raise Trouble(UNKNOWN_EDITION, name=system, edition=edition, have=listed)
        raise Trouble(NO_TABLE, name=name, system=name)

    def table(self, name: str) -> pa.Table:
        """Read a code system."""
        return pq.read_table(self.place(name))

    def manifest(self, name: str) -> dict[str, object]:
        """Read where a code system came from."""
        text = (self.place(name).parent / "manifest.json").read_text(encoding="utf-8")
        content: dict[str, object] = json.loads(text)
        return content

    def put(self, name: str, table: pa.Table, manifest: Mapping[str, object]) -> Path:
        """Keep a code system; the folder appears whole or not at all."""
        home = self.home(name)
        part = home.with_name(f".{home.name}.{os.getpid()}.part")
        part.mkdir(parents=True, exist_ok=True)
        pq.write_table(table, part / "codes.parquet", compression="zstd")
        text = json.dumps(manifest, ensure_ascii=False, indent=1)
        (part / "manifest.json").write_text(text, encoding="utf-8")
        for old in home.glob("*"):
            old.unlink()
        if home.exists():
            home.rmdir()
        part.rename(home)
        return home

    def of(self, systems: Mapping[str, str]) -> Iterator[tuple[str, Path]]:
        """Walk the installed ones among a profile's code systems."""
        for alias, name in systems.items():
            place = self.home(name) / "codes.parquet"
            if place.exists():
                yield alias, place


def default_shelf() -> Shelf:
    """Return the shelf of this user."""
    stated = os.environ.get("DATONG_STANDARDS")
    base = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Shelf(Path(stated) if stated else Path(base) / "datong" / "standards")
