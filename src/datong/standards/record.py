"""What a kind of standard record is: its own fields, and the envelope of all kinds.

The notation of a field is `name letter`, a star before it where it is part of the key:
t text, w whole, n decimal, d date, m time, f flag, p partial date (ISO text: `1985`,
`1985-03` or `1985-03-02`), r reference (the number that the source gives the other
record), c code (`_system`, `_code`, `_text`), v value (`_text`, `_operator`, `_number`,
`_number2`), i identifies (text that only the vault holds).
Source: spec of intake, section 3.
"""

from dataclasses import dataclass
from functools import cached_property

from datong.core.shape import Column, Kind, Shape

PLAIN = {
    "t": Kind.TEXT,
    "w": Kind.WHOLE,
    "n": Kind.DECIMAL,
    "d": Kind.DATE,
    "m": Kind.TIME,
    "f": Kind.FLAG,
    "p": Kind.TEXT,
    "r": Kind.TEXT,
    "i": Kind.TEXT,
}
PARTS = {
    "c": {"system": Kind.TEXT, "code": Kind.TEXT, "text": Kind.TEXT},
    "v": {
        "text": Kind.TEXT,
        "operator": Kind.TEXT,
        "number": Kind.DECIMAL,
        "number2": Kind.DECIMAL,
    },
}
# What the run writes into every record; a mapping cannot set these.
GIVEN = (
    Column("record", Kind.WHOLE, required=True),
    Column("organization", required=True),
    Column("source", required=True),
    Column("person", Kind.WHOLE),
    Column("encounter", Kind.WHOLE),
    Column("version", Kind.WHOLE),
    Column("known", Kind.TIME),  # since when the source has had this version
    Column("_row", Kind.WHOLE, required=True),
    Column("_rule", Kind.WHOLE, required=True),
)
# What a mapping may say of any record.
ENVELOPE = (
    "time m, time_end m, time_precision t, time_basis t, available m,"
    " available_basis t, recorded m, status c, deleted f"
)


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a kind, as the notation writes it."""

    name: str
    letter: str
    key: bool = False

    def columns(self) -> tuple[Column, ...]:
        """Return the flat columns that hold it."""
        identifies = self.letter == "i"
        if self.letter in PLAIN:
            kind = PLAIN[self.letter]
            return (Column(self.name, kind, identifies=identifies),)
        parts = PARTS[self.letter]
        return tuple(Column(f"{self.name}_{part}", k) for part, k in parts.items())


@dataclass(frozen=True)
class RecordKind:
    """A kind of standard record."""

    name: str
    zh: str
    edition: str
    own: str  # its own fields, in the notation
    vault: bool = False  # the whole record lies in the vault

    @cached_property
    def fields(self) -> dict[str, Field]:
        """Return every field that a mapping may set, own ones first."""
        return {field.name: field for field in read_fields(f"{self.own}, {ENVELOPE}")}

    @cached_property
    def shape(self) -> Shape:
        """Return the flat table of this kind."""
        flat = [column for field in self.fields.values() for column in field.columns()]
        key = tuple(field.name for field in self.fields.values() if field.key)
        return Shape(self.name, (*GIVEN, *flat), ("organization", "source", *key))


def read_fields(notation: str) -> list[Field]:
    """Read the notation."""
    found = []
    for word in notation.split(","):
        name, letter = word.split()
        found.append(Field(name.removeprefix("*"), letter, name.startswith("*")))
    return found
