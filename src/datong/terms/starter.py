"""A model for a code table that nobody has reviewed anything for.

It searches the table and ranks with trees that look at likeness only (`starter.json`,
shipped: grown on variations of the invented region's lexicon, see docs/why/terms.md).
It accepts a text only if it is a name or synonym of one concept, typed otherwise; all
else it asks about.
"""

import json
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

from datong.terms.codes import CodeTable
from datong.terms.confidence import Confidence
from datong.terms.edits import HASHED, Edits
from datong.terms.features import traits_of
from datong.terms.model import Model
from datong.terms.ranker import Trees
from datong.terms.shelf import Shelf, shelf_of
from datong.terms.training import grown
from datong.terms.variations import variations

PLACE = "starter.json"


def starter(table: CodeTable) -> Model:
    """Make a model of a code table alone."""
    written = _shipped()
    shelf = shelf_of(table, [], [])
    return Model(
        shelf=shelf,
        traits=traits_of(shelf),
        sieve=Trees.read(written["sieve"]),
        edits=no_edits(shelf),
        kinship=no_edits(shelf),
        ranker=Trees.read(written["ranker"]),
        confidence=Confidence(**written["confidence"]),
        card=dict(written["card"]) | {"kind": "starter"},
    )


def no_edits(shelf: Shelf) -> Edits:
    """Return edits that cost nothing."""
    size = 3 * len(shelf.vocabulary.place) + 2 * HASHED + shelf.concepts
    known = np.zeros(shelf.concepts, np.bool_)
    return Edits(np.zeros(size, np.float32), known)


@cache
def _shipped() -> dict[str, Any]:
    """Read the shipped trees."""
    text = files(__package__).joinpath(PLACE).read_text("utf-8")
    written: dict[str, Any] = json.loads(text)
    return written


def grow_starter(tables: Sequence[CodeTable], place: Path) -> dict[str, Any]:
    """Grow the trees on variations of these tables' names and write them; the card."""
    table = CodeTable([concept for one in tables for concept in one.concepts])
    model = grown(table, variations(table))
    model.card["table"] = table.fingerprint()
    written = {
        "sieve": model.sieve.written(),
        "ranker": model.ranker.written(),
        "confidence": model.confidence.written(),
        "card": model.card,
    }
    place.write_text(json.dumps(written, ensure_ascii=False) + "\n", encoding="utf-8")
    return model.card
