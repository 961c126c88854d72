"""A datum and where it came from; or a refusal and why."""

from dataclasses import dataclass

from datong.core.reason import Reason
from datong.core.shape import Row, Shape


@dataclass(frozen=True, slots=True)
class Origin:
    """The place in a silo that a datum was read from."""

    source: str
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Record:
    """A row that was understood: for tests and the plain reference, never in bulk."""

    shape: Shape
    values: Row
    origin: Origin


@dataclass(frozen=True, slots=True)
class Reject:
    """Something that was not understood, kept whole so that it can be replayed."""

    row: int  # record number in its file, from 1
    reason: Reason
    raw: str  # as written; a byte that no encoding explains is written ﷐XX, in hex
    line: int = 0  # line of the file, from 1; 0 where a format has no lines
    byte: int = 0  # offset in the file, from 0
