"""Where a source row stands: file, line, byte; and which row stands on a line.

In:  a release, the silos.
Out: places.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from datong.engine.land import RECORD_BITS, columns, places
from datong.mapping.file import Mapping
from datong.run.deliveries import mappings_of, whole_file
from datong.run.landing import dialect_of
from datong.run.reader import Reader
from datong.run.settings import Settings
from datong.sources import dump, xlsx
from datong.sources.delimited import Dialect, Line, locate, locate_all
from datong.sources.fhir import LINES as FHIR_LINES
from datong.sources.sniff import door_of

RECORD_MASK = (1 << RECORD_BITS) - 1


@dataclass(frozen=True, slots=True)
class Place:
    """A row of a raw file."""

    organization: str
    file: str
    record: int  # from 1, the header not counted
    line: int  # from 1; 0 where it is not known any more
    byte: int
    text: str  # the line itself, where the file is still what it was


class Places:
    """Finds places in the silos of one release."""

    def __init__(self, settings: Settings, reader: Reader) -> None:
        """Read which files the release was made from."""
        self.settings = settings
        self._raw: dict[int, tuple[Path, str, Dialect | None]] = {}
        self._mappings: dict[str, list[Mapping]] = {}
        self._lines: dict[tuple[int, int], Line] = {}
        self.files = {
            row["file"]: row for row in reader.query("from ledger.files").to_pylist()
        }
        self.landed = {
            int(file.path.name.partition("-")[0]): file.path
            for files in reader.catalog.landed.values()
            for file in files
        }

    def of(self, row: int) -> Place:
        """Return the place of a source row."""
        number, record = row >> RECORD_BITS, row & RECORD_MASK
        told = self.files[number]
        line = self._lines.get((number, record)) or self._line(number, record)
        place = (line.line, line.byte, line.text.rstrip("\r\n")) if line else (0, 0, "")
        return Place(told["organization"], told["path"], record, *place)

    def find(self, rows: Iterable[int]) -> None:
        """Look many rows up at once: `of` has them then, each block was read once."""
        wanted: dict[tuple[int, tuple[int, int, int]], set[int]] = defaultdict(set)
        known = (row for row in rows if row >> RECORD_BITS in self.landed)
        for number, records in _by_file(known).items():
            blocks = places(self.landed[number])
            for record in records:
                before = [block for block in blocks if block[0] <= record]
                if before:
                    wanted[number, before[-1]].add(record)
        for (number, near), records in wanted.items():
            path, part, dialect = self._file(number)
            if not part and dialect is not None and path.exists():
                written = (dialect, len(columns(self.landed[number])))
                found = locate_all(path, written, near, records)
                self._lines |= {(number, n): line for n, line in found.items()}

    def row_at(self, name: str, line: int) -> int | None:
        """Return the source row that stands on a line of a file, if there is one."""
        for number, told in self.files.items():
            paths = (told["path"], Path(told["path"]).name)
            if name not in (*paths, *(f"{told['organization']}/{p}" for p in paths)):
                continue
            before = [p for p in places(self.landed[number]) if p[1] <= line]
            if not before:
                return None
            record = before[-1][0]
            while (found := self._line(number, record)) and found.line < line:
                record += max(1, (line - found.line) // 2)
            while found and found.line > line:
                record -= 1
                found = self._line(number, record)
            return (number << RECORD_BITS) + record if found else None
        return None

    def _line(self, number: int, record: int) -> Line | None:
        """Look a record up in its raw file."""
        blocks = [p for p in places(self.landed[number]) if p[0] <= record]
        path, part, dialect = self._file(number)
        if not blocks or dialect is None or not path.exists():
            return None
        try:
            if part and door_of(path) == "xlsx":
                return xlsx.locate(places(self.landed[number]), record)
            if part:
                return dump.locate(path, (dialect, part), blocks[-1], record)
            written = (dialect, len(columns(self.landed[number])))
            return locate(path, written, blocks[-1], record)
        except LookupError:
            return None

    def _file(self, number: int) -> tuple[Path, str, Dialect | None]:
        """Return a raw file, its part, how it is written; each is looked for once."""
        if number not in self._raw:
            self._raw[number] = self._find(number)
        return self._raw[number]

    def _find(self, number: int) -> tuple[Path, str, Dialect | None]:
        """Find a raw file, its part, how it is written; a bundle has no lines."""
        told = self.files[number]
        owner = {o.id: o for o in self.settings.organizations}.get(told["organization"])
        if owner is None:
            return Path(), "", None
        path, part = whole_file(owner.folder, told["path"])
        reads = told["reads"].split(" ")
        if owner.id not in self._mappings:
            self._mappings[owner.id] = mappings_of(owner, self.settings.root)
        found = [m for m in self._mappings[owner.id] if m.reads in reads]
        if not found or not path.exists():
            return path, part, None
        if found[0].json:
            return path, "", None if path.suffix == ".json" else FHIR_LINES
        if door_of(path) == "sqlite":
            return path, part, None
        return path, part, dialect_of(found[0], path)


def _by_file(rows: Iterable[int]) -> dict[int, set[int]]:
    """Gather the records of rows by the number of their file."""
    found: dict[int, set[int]] = defaultdict(set)
    for row in rows:
        found[row >> RECORD_BITS].add(row & RECORD_MASK)
    return found
