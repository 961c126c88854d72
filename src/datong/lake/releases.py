"""Releases: which immutable files make up the published tables, now and before.

A release is a list of files. Publishing it writes the list and moves the pointer, in
one transaction: readers see the old release whole or the new one whole.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import file_digest
from pathlib import Path

from sqlalchemy import Connection, Engine, Row, select

from datong.core.reason import Trouble
from datong.lake.reasons import DAMAGED, NO_RELEASE, NOTHING_PUBLISHED, TRIAL
from datong.store.manifest import POINTER, RELEASE, RELEASE_FILE, now, settle


@dataclass(frozen=True, slots=True)
class TableFile:
    """One file of one table: `shard` is an organization, or `all`."""

    layer: str  # landed, rejects, records, omop ...
    table: str
    shard: str
    path: Path
    rows: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Release:
    """What was published, when, from what, and the ledger of it."""

    id: int
    made_at: datetime
    note: str
    is_current: bool
    is_removed: bool
    ledger: list[dict[str, object]]
    stamp: dict[str, object]


class Releases:
    """The releases of one lake."""

    def __init__(self, store: Engine, root: Path) -> None:
        """Remember the store and the folder that the lake's files lie below."""
        self.store, self.root = store, root

    def publish(
        self,
        run: int,
        files: Iterable[TableFile],
        ledger: list[dict[str, object]],
        stamp: Mapping[str, object],
    ) -> int:
        """Write the manifest and make it current, in one transaction.

        What is stamped `trial` can be read by its number and is never current.
        """
        listed = [self._line(file) for file in files]
        values = {"run": run, "made_at": now(), "note": "", "ledger": ledger}
        with self.store.begin() as db:
            made = db.execute(RELEASE.insert().values(**values, stamp=dict(stamp)))
            release = int((made.inserted_primary_key or (0,))[0])
            lines = [{"release": release, **line} for line in listed]
            db.execute(RELEASE_FILE.insert(), lines)
            if "trial" not in stamp:
                _point(db, release)
        settle(self.store)
        return release

    def holds(self, files: Iterable[TableFile]) -> int | None:
        """Return the current release if it is made of just these files."""
        with self.store.connect() as db:
            pointed = db.execute(select(POINTER.c.release)).scalar()
            mine = RELEASE_FILE.c.release == pointed
            lines = (RELEASE_FILE.c.path, RELEASE_FILE.c.sha256)
            held = {tuple(row) for row in db.execute(select(*lines).where(mine))}
        asked = {(f.path.relative_to(self.root).as_posix(), f.sha256) for f in files}
        return pointed if held and held == asked else None

    def restore(self, release: int) -> None:
        """Make an earlier release the current one; nothing is copied."""
        if "trial" in self.get(release).stamp:
            raise Trouble(TRIAL, release=release)
        self.verify(release)
        with self.store.begin() as db:
            _point(db, release)

    def current(self) -> int:
        """Return the number of the current release."""
        with self.store.connect() as db:
            found = db.execute(select(POINTER.c.release)).scalar()
        if found is None:
            raise Trouble(NOTHING_PUBLISHED)
        return int(found)

    def all(self) -> list[Release]:
        """List the releases, the newest first."""
        with self.store.connect() as db:
            pointed = db.execute(select(POINTER.c.release)).scalar()
            rows = db.execute(select(RELEASE).order_by(RELEASE.c.id.desc())).all()
        return [_release(row, pointed) for row in rows]

    def get(self, release: int) -> Release:
        """Return one release that can still be read."""
        for one in self.all():
            if one.id == release and not one.is_removed:
                return one
        raise Trouble(NO_RELEASE, release=release)

    def files(self, release: int, layer: str) -> dict[str, list[TableFile]]:
        """Return the files of one layer of a release, by table."""
        self.get(release)
        wanted = (RELEASE_FILE.c.release == release) & (RELEASE_FILE.c.layer == layer)
        asked = select(RELEASE_FILE).where(wanted).order_by(RELEASE_FILE.c.path)
        with self.store.connect() as db:
            rows = db.execute(asked).all()
        tables: dict[str, list[TableFile]] = defaultdict(list)
        for row in rows:
            path = self.root / row.path
            file = TableFile(
                layer, row.table_name, row.shard, path, row.rows, row.sha256
            )
            tables[row.table_name].append(file)
        return dict(tables)

    def verify(self, release: int) -> None:
        """Read every file of a release once and compare it with the manifest."""
        self.get(release)
        asked = select(RELEASE_FILE).where(RELEASE_FILE.c.release == release)
        with self.store.connect() as db:
            rows = db.execute(asked).all()
        for row in rows:
            path = self.root / row.path
            if not path.exists() or sha256(path) != row.sha256:
                raise Trouble(DAMAGED, where=f"release {release}", file=row.path)

    def prune(self, keep: timedelta, folders: Iterable[Path]) -> list[Path]:
        """Remove old releases, then the files in `folders` that no release names.

        The current release and the one before it always stay. No run may be at work.
        """
        with self.store.begin() as db:
            rows = db.execute(select(RELEASE).order_by(RELEASE.c.id.desc())).all()
            pointed = db.execute(select(POINTER.c.release)).scalar()
            older = [r for r in rows if r.removed_at is None and r.id != pointed][1:]
            gone = [r.id for r in older if r.made_at < now() - keep]
            change = RELEASE.update().where(RELEASE.c.id.in_(gone))
            db.execute(change.values(removed_at=now()))
            db.execute(RELEASE_FILE.delete().where(RELEASE_FILE.c.release.in_(gone)))
            named = set(db.execute(select(RELEASE_FILE.c.path)).scalars())
        kept = {self.root / path for path in named}
        files = [f for folder in folders for f in folder.rglob("*") if f.is_file()]
        removed = [file for file in files if file not in kept]
        for file in removed:
            file.unlink(missing_ok=True)
        return removed

    def _line(self, file: TableFile) -> dict[str, object]:
        """Describe a file for the manifest."""
        return {
            "path": file.path.relative_to(self.root).as_posix(),
            "layer": file.layer,
            "table_name": file.table,
            "shard": file.shard,
            "rows": file.rows,
            "sha256": file.sha256,
        }


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as opened:
        return file_digest(opened, "sha256").hexdigest()


def _point(db: Connection, release: int) -> None:
    """Move the pointer."""
    db.execute(POINTER.delete())
    db.execute(POINTER.insert().values(name="current", release=release, moved_at=now()))


def _release(row: Row[tuple[object, ...]], pointed: int | None) -> Release:
    """Read a release from its row."""
    return Release(
        id=row.id,
        made_at=row.made_at,
        note=row.note,
        is_current=row.id == pointed,
        is_removed=row.removed_at is not None,
        ledger=row.ledger,
        stamp=row.stamp,
    )
