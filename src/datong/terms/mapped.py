"""One mapping of a source text to a concept, with all that was said of it."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from pathlib import Path

from datong.core.reason import Trouble
from datong.terms.reasons import NO_LAYOUT
from datong.terms.written import read_text


class Relation(StrEnum):
    """What the target is to the source."""

    EQUAL = "equal"
    BROADER = "broader"
    NARROWER = "narrower"
    INEXACT = "inexact"
    NONE = "none"  # a person looked: no target exists


@dataclass(frozen=True, slots=True)
class Mapped:
    """A source text (with its code, if it has one) and its target."""

    text: str
    code: str = ""  # of the target
    name: str = ""
    system: str = ""
    edition: str = ""
    source_code: str = ""
    source_system: str = ""
    relation: Relation = Relation.EQUAL
    approved: bool = True
    confidence: float = 1.0
    rows: int = 0
    domain: str = ""
    kind: str = ""  # MAPS_TO, MAPS_TO_VALUE ...
    who: str = ""
    at: str = ""
    comment: str = ""

    @property
    def has_target(self) -> bool:
        """Say whether it names a concept."""
        return self.relation is not Relation.NONE and bool(self.code or self.name)

    @property
    def target(self) -> str:
        """Return the code of the target, or its name where it has none."""
        return self.code or self.name

    def plain(self) -> dict[str, object]:
        """Lay it out as plain values."""
        return asdict(self)

    @classmethod
    def of(cls, row: dict[str, object]) -> "Mapped":
        """Take it from plain values."""
        known = {field.name for field in fields(cls)}
        kept = {name: value for name, value in row.items() if name in known}
        kept["relation"] = Relation(str(kept.get("relation", Relation.EQUAL)))
        return cls(**kept)  # type: ignore[arg-type] # written by `plain`


def rows_of(
    path: Path, layout: str, needed: Sequence[str], mark: str = ","
) -> list[dict[str, str]]:
    """Read rows; raises Trouble TERMS-LAYOUT where a needed column is missing."""
    try:
        text = read_text(path)
    except (OSError, UnicodeDecodeError) as error:
        raise refused(path, layout, str(error)) from error
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    rows = csv.DictReader(lines, delimiter=mark)
    missing = [name for name in needed if name not in (rows.fieldnames or ())]
    if missing:
        raise refused(path, layout, lacking(missing, rows.fieldnames or ()))
    return [{k: v or "" for k, v in row.items() if isinstance(k, str)} for row in rows]


def lacking(missing: Sequence[str], found: Sequence[str]) -> str:
    """Say which columns are missing, and which are there."""
    there = ", ".join(str(name).strip() for name in found) or "–"
    return f"{', '.join(missing)}? ({there})"


def refused(path: Path, layout: str, said: str) -> Trouble:
    """Make the trouble of a file that has not the layout."""
    layouts = "excel, fhir, source_to_concept_map, sssom, usagi"
    return Trouble(NO_LAYOUT, path, layout=layout, said=said, layouts=layouts)


def write_rows(
    rows: Iterable[dict[str, object]],
    columns: Sequence[str],
    path: Path,
    mark: str = ",",
) -> None:
    """Write rows under their columns."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, delimiter=mark, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def number(text: str, otherwise: float = 0.0) -> float:
    """Read a number that may be missing."""
    try:
        return float(text)
    except ValueError:
        return otherwise
