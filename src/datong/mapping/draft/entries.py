"""The fields that a column can be, and the kinds that a table can be: our dictionary.

In:  words/fields.csv and words/tables.csv.
Out: entries, each with its words in Chinese and English and the looks of its values.

Written from general knowledge of medical records in three ways of writing (Chinese,
pinyin initials, English); the fields are those of `standards.records`.
"""

import csv
from dataclasses import dataclass
from dataclasses import field as attribute
from functools import cache

from datong.mapping.draft.looks import WORDS
from datong.mapping.draft.names import Words

ANY = "*"  # the kind of entries that every kind has: whose, and of which visit
OF_DRUGS = ("order", "dispensing", "administration")
OWN = ("time", "time_end", "status", "order")  # said otherwise in each of them
NONE = "-"  # the kind of entries that are no clinical fact


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that a column can be."""

    kind: str
    field: str
    part: str
    looks: str
    words: Words = attribute(compare=False, hash=False)
    item: str = ""  # what is measured, where the column is a measurement itself
    unit: str = ""  # the usual one of that item

    @property
    def is_silent(self) -> bool:
        """Say whether such a column is no clinical fact."""
        return self.kind == NONE


@cache
def all_entries() -> tuple[Entry, ...]:
    """Read the entries."""
    wide = tuple(
        Entry(
            line["kind"],
            "value",
            "",
            "value",
            Words(line["zh"], line["en"]),
            line["item"],
            line["unit"],
        )
        for line in _lines("items.csv")
    )
    lines = _lines("fields.csv")
    return wide + tuple(
        Entry(
            line["kind"],
            line["field"],
            line["part"],
            line["looks"],
            _words(line, lines),
        )
        for line in lines
    )


def _words(line: dict[str, str], lines: list[dict[str, str]]) -> Words:
    """Return the words of a field; tables about drugs call one thing alike."""
    same = [line]
    if line["kind"] in OF_DRUGS and line["field"] not in OWN:
        wanted = (line["field"], line["part"])
        same += [
            other
            for other in lines
            if other["kind"] in OF_DRUGS and (other["field"], other["part"]) == wanted
        ]
    if line["kind"] in OF_DRUGS and line["field"] == "order":
        same += [other for other in lines if other["field"] == "order_number"]
    return Words(
        *(
            "|".join(dict.fromkeys("|".join(o[n] for o in same).split("|")))
            for n in ("zh", "en")
        )
    )


@cache
def all_tables() -> dict[str, Words]:
    """Read the words for tables, by kind."""
    return {
        line["kind"]: Words(line["zh"], line["en"]) for line in _lines("tables.csv")
    }


def _lines(name: str) -> list[dict[str, str]]:
    """Read a CSV of our words."""
    text = (WORDS / name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))
