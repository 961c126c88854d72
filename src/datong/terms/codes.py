"""A code table: concepts with their codes, names and synonyms, of one edition.

Several codes of one name are one concept here, because a text cannot tell them apart;
its codes are all kept. A name that was approved but is not in the table is a concept
without a code: it can be answered, never coded.
"""

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from datong.core.reason import Trouble
from datong.terms.fold import plain
from datong.terms.reasons import NO_TABLE
from datong.terms.units import is_odd
from datong.terms.written import read_text

# A name follows its code after a blank; +G01* may stand between.
_PAIR = re.compile(r"(?!#)(\S+(?: \+\S+\*)?)\s*(.*)$")


@dataclass(slots=True)
class Concept:
    """One meaning of a code table."""

    name: str
    codes: list[str] = field(default_factory=list)
    synonyms: list[str] = field(default_factory=list)
    units: dict[str, str] = field(default_factory=dict)  # of codes, | between several

    @property
    def code(self) -> str:
        """Return its first code, empty if it has none."""
        return self.codes[0] if self.codes else ""

    def code_in(self, units: Sequence[str]) -> str | None:
        """Return its first code that is measured in such units; None if all are odd.

        A code without a unit says nothing of units.
        """
        fit = (c for c in self.codes if not is_odd(units, self.units_of(c)))
        return next(fit, None if self.codes else "")

    def units_of(self, code: str) -> list[str]:
        """Return the units that the table states for a code."""
        return [unit for unit in self.units.get(code, "").split("|") if unit]


@dataclass(slots=True)
class CodeTable:
    """The concepts of one code system and edition."""

    concepts: list[Concept]
    system: str = ""
    edition: str = ""
    _places: dict[str, int] = field(default_factory=dict)
    _bearers: dict[str, list[int]] = field(default_factory=dict)  # codes with names

    def __post_init__(self) -> None:
        """Learn where each code and name stands; a code wins over a name."""
        for place, concept in enumerate(self.concepts):
            for code in concept.codes:
                self._bearers.setdefault(code, []).append(place)
        names = {plain(c.name): i for i, c in reversed(list(enumerate(self.concepts)))}
        exact = {c.name: i for i, c in enumerate(self.concepts)}
        codes = {code: places[0] for code, places in self._bearers.items()}
        self._places = names | exact | codes

    def place(self, code_or_name: str) -> int | None:
        """Find a concept by its code, its name, or its name typed otherwise."""
        at = self._places.get(code_or_name)
        if at is None:
            at = self._places.get(code_or_name.strip())
        return self._places.get(plain(code_or_name)) if at is None else at

    def places(self, code_or_name: str) -> list[int]:
        """Find every concept that a code or name can mean."""
        if code_or_name in self._bearers:
            return self._bearers[code_or_name]
        at = self.place(code_or_name)
        return [] if at is None else [at]

    def add(self, name: str) -> int:
        """Take in an approved name that the table lacks; return its place."""
        self.concepts.append(Concept(name))
        self._places[name] = len(self.concepts) - 1
        self._places.setdefault(plain(name), len(self.concepts) - 1)
        return len(self.concepts) - 1

    def rows(self) -> Iterator[dict[str, object]]:
        """Give the concepts as plain rows, for writing."""
        for c in self.concepts:
            row = {"name": c.name, "codes": c.codes, "synonyms": c.synonyms}
            yield row | ({"units": c.units} if c.units else {})

    def fingerprint(self) -> str:
        """Hash what the table says."""
        text = json.dumps(list(self.rows()), ensure_ascii=False)
        return sha256(text.encode()).hexdigest()


def table_of(
    rows: Iterable[Mapping[str, str]], system: str = "", edition: str = ""
) -> CodeTable:
    """Make a code table of rows: `code`, `name`, perhaps `synonyms` and `unit` (|)."""
    concepts: dict[str, Concept] = {}
    for row in rows:
        name = (row.get("name") or "").strip()
        code = (row.get("code") or "").strip()
        if not name:
            continue
        concept = concepts.setdefault(name, Concept(name))
        if code and code not in concept.codes:
            concept.codes.append(code)
        if code and (row.get("unit") or "").strip():
            concept.units[code] = row["unit"].strip()
        for synonym in (row.get("synonyms") or "").split("|"):
            if synonym.strip() and synonym.strip() != name:
                concept.synonyms.append(synonym.strip())
    return CodeTable(list(concepts.values()), system, edition)


def read_table(path: Path, system: str = "", edition: str = "") -> CodeTable:
    """Read a code table from CSV, TSV or JSON lines.

    Raises Trouble TERMS-TABLE where the file or its columns are missing.
    """
    try:
        rows = read_rows(path)
    except (OSError, UnicodeDecodeError, ValueError) as error:
        raise Trouble(NO_TABLE, path, said=str(error)) from error
    if not rows or not {"code", "name"} <= set(rows[0]):
        found = list(rows[0]) if rows else []
        raise Trouble(NO_TABLE, path, said=f"code, name? ({', '.join(found) or '–'})")
    table = table_of(rows, system, edition)
    if not table.concepts:
        raise Trouble(NO_TABLE, path, said="no names")
    return table


def read_rows(path: Path) -> list[dict[str, str]]:
    """Read rows of text from CSV, TSV or JSON lines, told apart by the first line.

    `.dat` (OpenDRG's tables) has `code name` or `source target` on each line.

    Names of columns are folded to small letters.
    """
    text = read_text(path)
    if path.suffix.lower() == ".dat":
        return _pairs(text)
    first = text.split("\n", 1)[0]
    if first.lstrip().startswith("{"):
        lines = [json.loads(line) for line in text.splitlines() if line.strip()]
        return [_texts(line) for line in lines]
    mark = "\t" if "\t" in first else ","
    return [
        {str(k).strip().lower(): v or "" for k, v in row.items() if isinstance(v, str)}
        for row in csv.DictReader(io.StringIO(text), delimiter=mark)
    ]


def _pairs(text: str) -> list[dict[str, str]]:
    """Read lines of two parts: a code (perhaps with its asterisk), and the rest."""
    rows = []
    for line in text.splitlines():
        found = _PAIR.match(line)
        if found:
            code, rest = found[1], found[2].strip()
            target = "" if rest == "-" else rest
            rows.append({"code": code, "name": rest, "source": code, "target": target})
    return rows


def _texts(line: object) -> dict[str, str]:
    """Take the fields of a JSON line as text; a list becomes a|b."""
    if not isinstance(line, dict):
        raise ValueError("a JSON line is not an object")  # noqa: TRY004 - a file's fault
    return {
        str(key).lower(): "|".join(map(str, value))
        if isinstance(value, list)
        else str(value)
        for key, value in line.items()
        if value is not None
    }


def surfaces(table: CodeTable) -> tuple[Sequence[str], Sequence[int]]:
    """List every name and synonym with the place of its concept, names first."""
    names = [c.name for c in table.concepts]
    owners = list(range(len(names)))
    for place, concept in enumerate(table.concepts):
        for synonym in dict.fromkeys(concept.synonyms):
            names.append(synonym)
            owners.append(place)
    return names, owners
