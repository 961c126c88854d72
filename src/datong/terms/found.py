"""Which table or model answers for a code system, where nobody named a file.

In:  a code system and an edition; `datong.toml` of this folder, `DATONG_TERMS`.
Out: the place of a code table or of a folder of models.
"""

import os
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from datong.core.reason import Trouble
from datong.terms.kept import card_of
from datong.terms.reasons import NO_SYSTEM

SETTINGS = Path("datong.toml")
TABLES = (".csv", ".tsv", ".jsonl")


@dataclass(frozen=True, slots=True)
class Known:
    """A place that answers for a code system."""

    system: str
    edition: str
    place: Path


def find(system: str, edition: str = "") -> Known:
    """Find who answers for a system, of an edition if one is asked for.

    Raises Trouble TERMS-SYSTEM where nobody does.
    """
    known = [*_of_project(), *_of_folder()]
    for one in known:
        if one.system.lower() == system.lower() and edition in ("", one.edition):
            return one
    listed = ", ".join(f"{one.system}@{one.edition}" for one in known) or "–"
    asked = f"{system}@{edition}" if edition else system
    raise Trouble(NO_SYSTEM, Path.cwd().name, system=asked, known=listed)


def _of_project() -> Iterator[Known]:
    """Read the `[[terms]]` of the project in this folder."""
    if not SETTINGS.is_file():
        return
    content = tomllib.loads(SETTINGS.read_text(encoding="utf-8-sig"))
    for one in content.get("terms", []):
        place = Path(one["table"])
        edition = one.get("edition") or card_of(place).get("edition", "")
        yield Known(str(one["system"]), str(edition), place)


def _of_folder() -> Iterator[Known]:
    """Look through the folder that `DATONG_TERMS` names."""
    folder = Path(os.environ.get("DATONG_TERMS") or "terms")
    for place in sorted(folder.glob("*")):
        card = card_of(place)
        if card:
            yield Known(
                str(card.get("system", "")), str(card.get("edition", "")), place
            )
        elif place.suffix in TABLES:
            system, _, edition = place.stem.partition("@")
            yield Known(system, edition, place)
