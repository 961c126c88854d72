"""What a folder of models says of itself, without opening a model.

In:  a folder of `datong terms train`, or a code table.
Out: the number and the card of the model in use, its code table.
"""

import json
from pathlib import Path
from typing import Any

from datong.terms.codes import CodeTable, Concept, read_table


def current(folder: Path) -> int | None:
    """Return the number of the model in use."""
    place = folder / "current"
    return int(place.read_text("utf-8")) if place.is_file() else None


def place_of(folder: Path, number: int) -> Path:
    """Return the folder of a model."""
    return folder / "models" / f"{number:04d}"


def card_of(folder: Path) -> dict[str, Any]:
    """Read the card of the model in use; empty where there is none."""
    number = current(folder)
    place = place_of(folder, number or 0) / "card.json"
    if number is None or not place.is_file():
        return {}
    card: dict[str, Any] = json.loads(place.read_text("utf-8"))
    return card


def table_place(source: Path) -> Path | None:
    """Return the file of the code table that a source answers from."""
    number = current(source)
    place = place_of(source, number) / "table.jsonl" if number else source
    return place if place.is_file() else None


def table_at(place: Path) -> CodeTable:
    """Read a code table, as a person or as a model wrote it."""
    if place.name != "table.jsonl":
        return read_table(place)
    lines = place.read_text("utf-8").splitlines()
    head, *rows = [json.loads(line) for line in lines]
    return CodeTable([Concept(**row) for row in rows], head["system"], head["edition"])
