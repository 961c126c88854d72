"""What a table looks like: declared once, read by every room."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

Value = str | int | float | Decimal | date | datetime | bool | None
Row = Mapping[str, Value]


class Kind(StrEnum):
    """The kinds of value that all engines agree on."""

    TEXT = "text"
    WHOLE = "whole"  # 64 bits
    DECIMAL = "decimal"  # 18 digits, 6 of them after the point
    DATE = "date"
    TIME = "time"  # local wall time, microseconds; its zone is the source's
    FLAG = "flag"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, its kind, and whether it may be empty."""

    name: str
    kind: Kind = Kind.TEXT
    required: bool = False
    identifies: bool = False  # a direct identifier: never leaves the vault


@dataclass(frozen=True, slots=True)
class Shape:
    """A table's name, columns and key."""

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]

    def __iter__(self) -> Iterator[Column]:
        """Walk the columns in order."""
        return iter(self.columns)
