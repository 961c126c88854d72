"""The texts of the catalogue, read: TOML, and CSV whose rows know their place."""

import csv
import tomllib
from collections.abc import Iterator, Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from datong.core.reason import Trouble
from datong.core.say import Say
from datong.standards.reasons import BROKEN_SOURCE

TEXT = files("datong.standards") / "text"


def listed(folder: Traversable, end: str) -> list[Traversable]:
    """List the files of a folder by name."""
    found = [place for place in folder.iterdir() if place.name.endswith(end)]
    return sorted(found, key=lambda place: place.name)


def toml(place: Traversable) -> dict[str, Any]:
    """Read a TOML text."""
    try:
        return tomllib.loads(place.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise Trouble(BROKEN_SOURCE, place.name, said=str(error)) from error


def rows_of(place: Traversable) -> Iterator[dict[str, str]]:
    """Read a CSV text; each row knows its `place`."""
    lines = place.read_text(encoding="utf-8").splitlines()
    for row in csv.DictReader(lines):
        if None in row or None in row.values():
            where = f"{place.name}: {row}"
            raise Trouble(BROKEN_SOURCE, where, said="a line has other columns")
        yield row | {"place": f"{place.name}: {row[next(iter(row))]}"}


def say_of(row: Mapping[str, Any]) -> Say:
    """Take the two languages of a row."""
    return Say(row["en"], row["zh"])
