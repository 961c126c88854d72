"""`python -m bench.differences FOLDER PAGE`: the catalogue beside a reference.

FOLDER holds `ws363_facts.csv`, `ws364_names.csv` and `ws500_documents.csv` (a damaged
transcription of WS 363, the names of WS 364, the titles of WS/T 500). Each difference
gets a verdict: what is right, and why.
"""

import csv
import re
import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from datong.standards.formats import read
from datong.standards.library import Library, load
from datong.standards.model import DataElement, Kind

HEAD = """# The catalogue beside the shared reference

Made by `python -m bench.differences`. Every element of the catalogue was compared with
the reference by identifier, name, type and format, every WS 364 set and every document
by name; a test makes this page again. What is not listed here agrees.

"""
UNKNOWN = "not known which is right"
UNIT = re.compile(r"\((?!含|自|地|区|镇|街|测|服|ASA|中)[^()]*\)$")


class Difference(NamedTuple):
    """One fact that is not the same on both sides."""

    id: str
    what: str
    ours: str
    verdict: str


def compare(folder: Path, library: Library) -> tuple[list[Difference], dict[str, int]]:
    """Return the differences, and how many things were compared and left out."""
    facts = _by_id(folder / "ws363_facts.csv", "id")
    names = _by_id(folder / "ws364_names.csv", "id")
    titles = _by_id(folder / "ws500_documents.csv", "doc")
    sets = {k: s for k, s in library.sets.items() if k.startswith("CV")}
    found = [
        one for e in library.elements.values() for one in _of_element(e, facts[e.id])
    ]
    for key, chosen in sets.items():
        theirs = names[key]["name"].strip().removesuffix("表")
        if theirs not in chosen.name.zh:
            found.append(Difference(key, "name", chosen.name.zh, UNKNOWN))
    for key, document in library.documents.items():
        if titles[key]["title"] != document.name.zh:
            found.append(Difference(key, "title", document.name.zh, UNKNOWN))
    counts = {
        "elements compared": len(library.elements),
        "elements of the reference not taken yet": len(facts) - len(library.elements),
        "value sets compared by name": len(sets),
        "value sets of the reference not taken yet": len(names.keys() - sets.keys()),
        "documents compared": len(library.documents),
        "differences": len(found),
    }
    return found, counts


def _by_id(place: Path, key: str) -> dict[str, dict[str, str]]:
    """Read a list by its identifiers."""
    with place.open(encoding="utf-8", newline="") as opened:
        return {row[key]: row for row in csv.DictReader(opened)}


def _of_element(ours: DataElement, theirs: dict[str, str]) -> Iterator[Difference]:
    """Compare one element."""
    domain, kind = ours.domain, Kind(theirs["type"])
    because = ours.note.removeprefix("mended: ")
    verdict = f"ours is right: {because}" if because else UNKNOWN
    if _bare(theirs["name"]) != _bare(ours.name.zh):
        yield Difference(ours.id, "name", ours.name.zh, verdict)
    if kind is not domain.kind:
        yield Difference(ours.id, "type", domain.kind.value, verdict)
    if str(read(theirs["format"], kind).format) != domain.format:
        yield Difference(ours.id, "format", domain.format, verdict)


def _bare(name: str) -> str:
    """Fold a name as the reference writes it: without the unit at the end."""
    return UNIT.sub("", unicodedata.normalize("NFKC", name).replace(" ", ""))


def page(folder: Path, library: Library) -> str:
    """Write the page."""
    found, counts = compare(folder, library)
    lines = [f"- {name}: {count:,}" for name, count in counts.items()]
    table = ["| id | what | ours | verdict |", "|---|---|---|---|"]
    table += [f"| {' | '.join(one)} |" for one in found]
    return HEAD + "\n".join([*lines, "", *table]) + "\n"


if __name__ == "__main__":
    Path(sys.argv[2]).write_text(page(Path(sys.argv[1]), load()), encoding="utf-8")
