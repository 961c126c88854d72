"""OMOP source_to_concept_map.csv: source codes and the concepts they mean."""

import csv
from dataclasses import replace
from pathlib import Path

from datong.core.say import Say
from datong.standards.importers.reading import Reading, loss, pairs, text_lines

NAME = "source_to_concept"
SAYS = Say("OMOP source_to_concept_map (.csv)", "OMOP source_to_concept_map")
MIXED = Say(
    "{n} source vocabularies are in one file, and their codes would be mixed",
    "一个文件中有 {n} 个来源词表，代码会相互混淆",
)


def fits(path: Path) -> bool:
    """Take CSVs whose heading has the map's columns."""
    if path.suffix.lower() != ".csv":
        return False
    head = (text_lines(path) or [""])[0].lower()
    return "source_code" in head and "target_concept_id" in head


def read(path: Path) -> Reading:
    """Read the pairs that hold; a target 0 says that there is none.

    Codes of two source vocabularies would be one code here: that is told as a loss.
    """
    lines = (
        line.lower() if i == 0 else line for i, line in enumerate(text_lines(path))
    )
    rows = list(csv.DictReader(lines))
    found = pairs(path.name, map(_pair, rows), framing=1)
    named = sorted({row.get("source_vocabulary_id") or "" for row in rows})
    mixed = loss(MIXED, named) if len(named) > 1 else ()
    return replace(found, losses=(*found.losses, *mixed))


def _pair(row: dict[str, str]) -> list[str] | None:
    """Return source and target; None for what is mapped to nothing, or no more."""
    target = row["target_concept_id"] or ""
    holds = target.strip() != "0" and not (row.get("invalid_reason") or "").strip()
    return [row["source_code"] or "", target] if holds else None
