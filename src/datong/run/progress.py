"""What a long piece of work tells the person who waits for it."""

import json
import os
import threading
import time
from pathlib import Path
from typing import Any, Protocol

from datong.core.say import Say

OFTEN = 0.3  # seconds between two writings
WARNINGS = 50  # that are kept for the page


class Progress(Protocol):
    """Hears how far a run has come."""

    def stage(self, name: Say, total: int) -> None:
        """Begin a stage of so many units."""

    def step(self, units: int = 1, what: str = "") -> None:
        """Hear that some units are done."""

    def warn(self, what: Say) -> None:
        """Hear of something that a person should know, though the run goes on."""


class Silence:
    """A progress that tells nobody."""

    def stage(self, name: Say, total: int) -> None:
        """Ignore it."""

    def step(self, units: int = 1, what: str = "") -> None:
        """Ignore it."""

    def warn(self, what: Say) -> None:
        """Ignore it."""


class Kept:
    """A progress that others can read while the run goes on: a small JSON file."""

    def __init__(self, place: Path, other: Progress) -> None:
        """Keep it in a file, and tell another progress as well."""
        self.place, self.other = place, other
        self.lock, self.written = threading.Lock(), 0.0
        self.said: dict[str, Any] = {
            "pid": os.getpid(),
            "stages": [],
            "warnings": [],
            "started": time.time(),
        }

    def stage(self, name: Say, total: int) -> None:
        """Begin a stage."""
        self.other.stage(name, total)
        stage = {"en": name.en, "zh": name.zh, "total": total, "done": 0, "what": ""}
        with self.lock:
            self.said["stages"].append(stage)
            self._write(always=True)

    def step(self, units: int = 1, what: str = "") -> None:
        """Go on."""
        self.other.step(units, what)
        with self.lock:
            if self.said["stages"]:
                self.said["stages"][-1]["done"] += units
                self.said["stages"][-1]["what"] = what
            self._write()

    def warn(self, what: Say) -> None:
        """Keep a warning."""
        self.other.warn(what)
        with self.lock:
            warning = {"en": what.en, "zh": what.zh}
            self.said["warnings"] = [*self.said["warnings"], warning][:WARNINGS]

    def _write(self, *, always: bool = False) -> None:
        """Write the file whole, not too often."""
        at = time.monotonic()
        if always or at - self.written > OFTEN:
            self.written = at
            part = self.place.with_suffix(".part")
            part.write_text(json.dumps(self.said), encoding="utf-8")
            part.replace(self.place)
