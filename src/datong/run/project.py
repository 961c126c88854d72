"""A project: a folder with `datong.toml`, and all that can be asked of it.

In:  a folder.
Out: runs, releases, answers.

All that datong makes lies in the hidden folder `.datong`: `lake` (landed files,
records, views, rejects), `vault` (identifiers), `store.sqlite` (releases, steps).
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from functools import cached_property
from pathlib import Path

from filelock import FileLock, Timeout
from sqlalchemy import Engine

from datong.core.reason import Trouble
from datong.engine.disk import disk_full_told
from datong.guard import policy as policies
from datong.guard.owner import allow, owner_access
from datong.lake.reasons import NOTHING_PUBLISHED
from datong.lake.releases import Releases
from datong.run.progress import Kept, Progress, Silence
from datong.run.reader import Reader
from datong.run.reasons import BUSY
from datong.run.rejects import count_rejects
from datong.run.runner import Report, Runner
from datong.run.settings import Settings, read_settings
from datong.run.steps import Steps
from datong.store.manifest import OWNER_ONLY, open_store

MADE = ".datong"
DATABASE = "DATONG_DATABASE"  # names the database where a team decides
PROGRESS = "progress.json"  # how far the run is, for the pages
# What releases are made of; the register of local concepts is for ever.
LAKE = "landed rejects records codes facts omop work concepts serve"
PRUNED = tuple(LAKE.split())


class Project:
    """A project folder: `datong.Project("demo").run()`, then `.read()`."""

    def __init__(self, root: str | Path = ".", database: str = "") -> None:
        """Take the folder; nothing is read yet.

        `database` is where a team decides (a URL; else DATONG_DATABASE says it).
        """
        self.root = Path(root)
        self.made = self.root / MADE
        self.database = database or os.environ.get(DATABASE, "")

    @cached_property
    def settings(self) -> Settings:
        """Read `datong.toml`."""
        return read_settings(self.root)

    @cached_property
    def store(self) -> Engine:
        """Open the operational store, made on first use in a folder for its owner."""
        root = self.settings.root / MADE
        root.mkdir(exist_ok=True)
        root.chmod(OWNER_ONLY)
        with disk_full_told(root):
            return open_store(root / "store.sqlite")

    @cached_property
    def decided(self) -> Engine:
        """Open where people decide: the team's database, else this project's store.

        Releases and steps describe the files beside them and stay with those.
        """
        if not self.database:
            return self.store
        from datong.store.whole import open_whole  # noqa: PLC0415 - of the extra `serve`

        return open_whole(self.database)

    def admit_owner(self) -> None:
        """Let the owner of the folder through; raise Trouble for anybody else.

        Where there is no folder, the settings say so (RUN-PROJECT).
        """
        root = self.root if self.root.exists() else self.settings.root
        allow(owner_access(), root)

    @cached_property
    def policy(self) -> policies.Policy:
        """Read who may do what: `policy.toml` of the folder, or the one that ships."""
        place = self.root / "policy.toml"
        return policies.load(place) if place.exists() else policies.load()

    @property
    def releases(self) -> Releases:
        """Return the releases."""
        return Releases(self.store, self.made)

    def run(
        self,
        progress: Progress | None = None,
        *,
        fresh: bool = False,
        wait: bool = False,
        accept_vanished: bool = False,
        share: float = 1,
    ) -> Report:
        """Run the whole journey and publish a release.

        `fresh` works every step again; `accept_vanished` lets rows of files that are
        gone leave the release. A `share` below 1 tries it on so many of the persons:
        that release never becomes the current one. Raises `Trouble`; then nothing is
        published.
        """
        with self.locked(wait=wait):
            steps = Steps(self.store, self.made, fresh=fresh, decided=self.decided)
            told = Kept(self.made / PROGRESS, progress or Silence())
            runner = Runner(self.settings, steps, self.releases, told)
            return runner.run(accept_vanished=accept_vanished, share=share)

    @contextmanager
    def locked(self, *, wait: bool = False) -> Iterator[None]:
        """Hold the project for one writer; the system frees it if the process dies."""
        self.releases.store.connect().close()  # makes the folder
        lock = FileLock(self.made / "run.lock", timeout=-1 if wait else 0)
        try:
            lock.acquire()
        except Timeout as timeout:
            raise Trouble(BUSY, where=self.root.resolve()) from timeout
        try:
            yield
        finally:
            lock.release()

    def reject_counts(self) -> dict[str, int]:
        """Count the rejects of the current release by code; empty before the first."""
        try:
            with self.read() as reader:
                return {row["code"]: row["rejects"] for row in count_rejects(reader)}
        except Trouble as trouble:
            if trouble.reason is NOTHING_PUBLISHED:
                return {}
            raise

    def prune(self, keep: timedelta) -> list[Path]:
        """Remove old releases and every file that no release names."""
        self.admit_owner()
        folders = [self.made / "lake" / name for name in PRUNED]
        return self.releases.prune(keep, [*folders, self.made / "vault" / "records"])

    def purge(self) -> None:
        """Delete all that datong made in this project, vault and releases included.

        What hospitals handed over, the mappings and `datong.toml` stay.
        """
        self.admit_owner()
        with self.locked():
            self.store.dispose()
        shutil.rmtree(self.made)

    def read(
        self, release: int | None = None, *, as_known_on: date | None = None
    ) -> Reader:
        """Open a release for reading, the current one by default; the gate is here.

        `as_known_on`: standard records and the OMOP view as the sources knew them on a
        day (to its end) or at a moment; later corrections and deletions are not seen.
        """
        self.admit_owner()
        found = self.releases.current() if release is None else release
        moment = as_known_on
        if moment is not None and not isinstance(moment, datetime):
            moment = datetime.combine(moment, time.max)
        return Reader(self.releases, found, moment)
