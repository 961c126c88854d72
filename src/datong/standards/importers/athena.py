"""Athena: CONCEPT.csv of the OMOP vocabularies, tab-separated."""

import csv
from collections.abc import Iterator
from pathlib import Path

from datong.core.say import Say
from datong.standards.importers.reading import Reading, codes

NAME = "athena"
SAYS = Say("Athena CONCEPT.csv", "Athena 的 CONCEPT.csv")


def fits(path: Path) -> bool:
    """Take CONCEPT.csv, or a folder that holds it."""
    return path.name.upper() == "CONCEPT.CSV" or (path / "CONCEPT.csv").exists()


def read(path: Path) -> Reading:
    """Read concepts: code is the concept number, trait vocabulary and domain."""
    place = path / "CONCEPT.csv" if path.is_dir() else path
    return codes(place.name, _rows(place), framing=1)


def _rows(place: Path) -> Iterator[list[str]]:
    """Walk the concepts."""
    with place.open(encoding="utf-8", newline="") as opened:
        for row in csv.DictReader(opened, delimiter="\t", quoting=csv.QUOTE_NONE):
            trait = f"{row['vocabulary_id']}|{row['domain_id']}|{row['concept_code']}"
            status = row.get("invalid_reason") or ""
            yield [row["concept_id"], row["concept_name"], "", trait, status]
