"""OMOP source_to_concept_map.csv: source codes and the concepts they mean."""

import csv
from pathlib import Path

from datong.core.say import Say
from datong.standards.importers.reading import Reading, pairs, text_lines

NAME = "source_to_concept"
SAYS = Say("OMOP source_to_concept_map (.csv)", "OMOP source_to_concept_map")


def fits(path: Path) -> bool:
    """Take CSVs whose heading has the map's columns."""
    if path.suffix.lower() != ".csv":
        return False
    head = (text_lines(path) or [""])[0].lower()
    return "source_code" in head and "target_concept_id" in head


def read(path: Path) -> Reading:
    """Read the pairs."""
    rows = csv.DictReader(
        line.lower() if i == 0 else line for i, line in enumerate(text_lines(path))
    )
    listed = [[row["source_code"], row["target_concept_id"]] for row in rows]
    return pairs(path.name, listed, framing=1)
