"""What one organization is handed back: its rows only, what to mend, what they cost."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from datong.core.check import Severity
from datong.core.say import Say


@dataclass(frozen=True, slots=True)
class Line:
    """Where a bad row stands: a raw file of the organization, its line, its column.

    `line` is 0 where the file has no lines; then `record` (from 1) names the row.
    """

    file: str
    line: int
    record: int
    column: str


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to mend: what is wrong, what next, the rows, what they cost.

    `bad` counts the organization's bad rows where most stand; `lines` are the first of
    them; `records` and `views` count what was made of those lines.
    """

    type: str
    severity: Severity
    wrong: Say
    next: Say
    tables: Sequence[str]
    bad: int
    lines: Sequence[Line] = ()
    records: int = 0
    views: int = 0


@dataclass(frozen=True, slots=True)
class Refused:
    """Rows or cells of one reason that could not be understood."""

    code: str
    what: Say
    next: Say
    rows: int
    first: str  # file and line


@dataclass(frozen=True, slots=True)
class Handed:
    """The page of one organization."""

    organization: str
    name: str
    stamp: Mapping[str, str]
    today: str
    items: Sequence[Item]
    refused: Sequence[Refused]
    ledger: Sequence[Mapping[str, object]]

    def as_json(self) -> dict[str, object]:
        """Return everything, ready to be written as JSON."""
        return {
            "schema": "datong-handed/1",
            "organization": self.organization,
            "name": self.name,
            "stamp": dict(self.stamp),
            "today": self.today,
            "items": [_plain(one) for one in self.items],
            "refused": [_plain(one) for one in self.refused],
            "ledger": [dict(one) for one in self.ledger],
        }

    def as_table(self) -> list[Mapping[str, object]]:
        """Return one line for each bad row that is named, as a CSV has it."""
        return [
            {
                "file": line.file,
                "line": line.line or "",
                "record": line.record,
                "column": line.column,
                "severity": item.severity.value,
                "check": item.type,
                "wrong": item.wrong.en,
                "问题": item.wrong.zh,
                "next": item.next.en,
                "下一步": item.next.zh,
            }
            for item in self.items
            for line in item.lines
        ]


def _plain(one: object) -> object:
    """Write nested facts as JSON knows them."""
    if isinstance(one, Item | Refused | Line | Say):
        return {name: _plain(getattr(one, name)) for name in one.__slots__}
    return [_plain(part) for part in one] if isinstance(one, list | tuple) else one
