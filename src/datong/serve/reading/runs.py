"""Runs as the pages see them: those that were, the one at work, a new one.

A run is a process of its own, so that it neither slows the pages nor ends with them.
"""

import contextlib
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
from sqlalchemy import select

from datong.run.project import DATABASE, PROGRESS, Project
from datong.store.manifest import RUN

SHOWN = 30
LOG = "run.log"  # what the last run said to the terminal it does not have


@dataclass(slots=True)
class Works:
    """The worker of one project."""

    project: Project
    child: subprocess.Popen[bytes] | None = None

    def start(self, *, fresh: bool = False) -> None:
        """Start a run, unless one is at work."""
        if self.now() is not None:
            return
        root = str(self.project.root.resolve())
        command = [sys.executable, "-m", "datong", "run", "-p", root, "--json"]
        with (self.project.made / LOG).open("wb") as log:
            self.child = subprocess.Popen(  # noqa: S603 - our own program, no shell
                [*command, *(["--fresh"] if fresh else [])],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=log,
                start_new_session=True,
                env=os.environ | {DATABASE: self.project.database},
            )

    def stop(self) -> None:
        """Stop the run that was started here; the last release stays."""
        if self.child is not None and self.child.poll() is None:
            self.child.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.child.wait(5)

    @property
    def is_ours(self) -> bool:
        """Was the run that is at work started here?"""
        return self.child is not None and self.child.poll() is None

    def now(self) -> dict[str, Any] | None:
        """Say how far the run at work is, also one that a terminal started."""
        file = self.project.made / PROGRESS
        try:
            said: dict[str, Any] = json.loads(file.read_text("utf-8"))
        except (OSError, ValueError):
            said = {"pid": 0}
        if self._works(said["pid"], said.get("started", 0)):
            return said
        return {"stages": [], "warnings": []} if self.is_ours else None

    def _works(self, pid: int, started: float) -> bool:
        """Is the process that wrote the progress still at work on it?"""
        rows = self.listed(1)
        if not pid or not rows or rows[0]["state"] != "running":
            return False
        try:
            process = psutil.Process(pid)
            is_alive = process.status() != psutil.STATUS_ZOMBIE
            return is_alive and process.create_time() <= started + 1
        except psutil.Error:
            return False

    def listed(self, most: int = SHOWN) -> list[dict[str, Any]]:
        """List the runs, the newest first."""
        asked = select(RUN).order_by(RUN.c.id.desc()).limit(most)
        with self.project.store.connect() as db:
            return [dict(row) for row in db.execute(asked).mappings()]


def warnings_of(place: Path) -> list[dict[str, str]]:
    """Return the warnings of the last run."""
    try:
        said = json.loads((place / PROGRESS).read_text("utf-8"))
    except (OSError, ValueError):
        return []
    found: list[dict[str, str]] = said.get("warnings", [])
    return found
