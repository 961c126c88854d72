"""Athena: CONCEPT.csv and CONCEPT_RELATIONSHIP.csv of the OMOP vocabularies."""

import csv
from collections.abc import Iterator
from pathlib import Path

from datong.core.reason import Trouble
from datong.core.say import Say
from datong.standards.importers.reading import Reading, codes, pairs
from datong.standards.reasons import UNREADABLE

NAME = "athena"
SAYS = Say(
    "Athena CONCEPT.csv (or its folder), CONCEPT_RELATIONSHIP.csv as a crosswalk",
    "Athena 的 CONCEPT.csv（或其文件夹）；CONCEPT_RELATIONSHIP.csv 作为对照表",
)
CONCEPT = ("concept_id", "concept_name", "vocabulary_id", "domain_id", "concept_code")
PAIR = ("concept_id_1", "concept_id_2", "relationship_id")
RELATED = "CONCEPT_RELATIONSHIP.CSV"


def fits(path: Path) -> bool:
    """Take the two files by their names, or a folder that holds CONCEPT.csv."""
    named = path.name.upper() in ("CONCEPT.CSV", RELATED)
    return named or (path / "CONCEPT.csv").exists()


def read(path: Path) -> Reading:
    """Read concepts: code is the concept number, trait vocabulary and domain.

    Of the relationships, "Maps to" that hold are pairs; the others are silent.
    """
    if path.name.upper() == RELATED:
        return pairs(path.name, _mapped(path), framing=1)
    place = path / "CONCEPT.csv" if path.is_dir() else path
    return codes(place.name, _rows(place), framing=1)


def _lines(place: Path, *needed: str) -> Iterator[dict[str, str]]:
    """Walk the lines of a file; raise Trouble where a column is not there."""
    with place.open(encoding="utf-8", newline="") as opened:
        rows = csv.DictReader(opened, delimiter="\t", quoting=csv.QUOTE_NONE)
        missing = [name for name in needed if name not in (rows.fieldnames or ())]
        if missing:
            said, known = f"no column {missing[0]}", "Athena, separated by tabs"
            raise Trouble(UNREADABLE, place, file=place.name, said=said, known=known)
        yield from rows


def _rows(place: Path) -> Iterator[list[str]]:
    """Walk the concepts."""
    for row in _lines(place, *CONCEPT):
        trait = f"{row['vocabulary_id']}|{row['domain_id']}|{row['concept_code']}"
        status = row.get("invalid_reason") or ""
        yield [row["concept_id"], row["concept_name"], "", trait, status]


def _mapped(place: Path) -> Iterator[list[str] | None]:
    """Walk the mappings; None for what is another relationship, or holds no more."""
    for row in _lines(place, *PAIR):
        holds = row["relationship_id"] == "Maps to" and not row.get("invalid_reason")
        yield [row["concept_id_1"], row["concept_id_2"]] if holds else None
