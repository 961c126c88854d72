"""Steps that rest: work whose inputs and rules did not change is not done again.

A step's fingerprint is the SHA-256 of everything its result depends on. Its files are
named after it, so that a killed run is resumed by running again: what was finished is
found, what was half done is written over.
"""

import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, select

from datong.core.ledger import Entry
from datong.lake.releases import TableFile
from datong.lake.releases import sha256 as file_sha256
from datong.store.manifest import STEP, now

Draft = tuple[str, str, str, Path, int]  # layer, table, shard, path, rows


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a step left: files, ledger entries, and facts for later steps."""

    files: tuple[TableFile, ...] = ()
    entries: tuple[Entry, ...] = ()
    facts: dict[str, Any] = field(default_factory=dict)


class Steps:
    """The finished steps of a project."""

    def __init__(
        self,
        store: Engine,
        root: Path,
        *,
        fresh: bool = False,
        decided: Engine | None = None,
    ) -> None:
        """Take the store, and the folder below which all files lie.

        `decided` is where people decide, if that is not in the store.
        """
        self.store, self.root, self.fresh = store, root, fresh
        self.decided = decided or store
        self.rested = self.worked = 0
        self._lock = threading.Lock()

    def do(
        self, name: str, parts: Iterable[object], work: Callable[[str], Outcome]
    ) -> Outcome:
        """Return a step's outcome: from memory if nothing changed, else by work.

        `work` takes the fingerprint, with which it names its files.
        """
        fingerprint = fingerprint_of(name, *parts)
        found = self.recall(fingerprint)
        with self._lock:
            self.rested += found is not None
            self.worked += found is None
        if found is not None:
            return found
        outcome = work(fingerprint)
        self.remember(fingerprint, name, outcome)
        return outcome

    def recall(self, fingerprint: str) -> Outcome | None:
        """Return what a fingerprint stands for; a fresh start knows nothing."""
        return None if self.fresh else self._recall(fingerprint)

    def is_done(self, name: str, parts: Iterable[object]) -> bool:
        """Say whether a step would rest."""
        return self._recall(fingerprint_of(name, *parts)) is not None

    def file(self, draft: Draft) -> TableFile:
        """Describe a file that was written."""
        layer, table, shard, path, rows = draft
        return TableFile(layer, table, shard, path, rows, file_sha256(path))

    def _recall(self, fingerprint: str) -> Outcome | None:
        """Look a step up; one whose files are gone has to be done again."""
        asked = select(STEP.c.outcome).where(STEP.c.fingerprint == fingerprint)
        with self.store.connect() as db:
            found = db.execute(asked).scalar()
        if found is None:
            return None
        outcome = self._read(found)
        is_there = all(
            file.path.exists() and file.path.stat().st_size == size
            for file, size in zip(outcome.files, found["sizes"], strict=True)
        )
        return outcome if is_there else None

    def _read(self, found: dict[str, Any]) -> Outcome:
        """Read an outcome from the store."""
        files = tuple(
            TableFile(**{**line, "path": self.root / line["path"]})
            for line in found["files"]
        )
        entries = tuple(Entry(**line) for line in found["entries"])
        return Outcome(files, entries, found["facts"])

    def remember(self, fingerprint: str, name: str, outcome: Outcome) -> None:
        """Write an outcome to the store, in place of what was under its fingerprint."""
        written = {
            "files": [_line(file, self.root) for file in outcome.files],
            "sizes": [file.path.stat().st_size for file in outcome.files],
            "entries": [entry_line(entry) for entry in outcome.entries],
            "facts": outcome.facts,
        }
        values = {"name": name, "outcome": written, "ended_at": now()}
        with self._lock, self.store.begin() as db:
            db.execute(STEP.delete().where(STEP.c.fingerprint == fingerprint))
            db.execute(STEP.insert().values(fingerprint=fingerprint, **values))


def fingerprint_of(*parts: object) -> str:
    """Return the SHA-256 of some parts, each kept apart from its neighbours."""
    digest = sha256()
    for part in parts:
        written = str(part).encode()
        digest.update(f"{len(written)}:".encode() + written)
    return digest.hexdigest()


def entry_line(entry: Entry) -> dict[str, Any]:
    """Write a ledger entry as plain fields."""
    names = ("step", "read", "kept", "rejected", "merged", "silent", "framing")
    return {name: getattr(entry, name) for name in names}


def shas(files: Sequence[TableFile]) -> list[str]:
    """Return what identifies the contents of some files."""
    return [file.sha256 for file in files]


def _line(file: TableFile, root: Path) -> dict[str, Any]:
    """Write a file's description as plain fields."""
    return {
        "layer": file.layer,
        "table": file.table,
        "shard": file.shard,
        "path": file.path.relative_to(root).as_posix(),
        "rows": file.rows,
        "sha256": file.sha256,
    }
