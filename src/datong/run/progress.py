"""What a long piece of work tells the person who waits for it."""

from typing import Protocol

from datong.core.say import Say


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
