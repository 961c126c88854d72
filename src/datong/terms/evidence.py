"""Why a candidate was proposed, in words that a reviewer can check."""

import numpy as np

from datong.core.say import Say
from datong.terms.candidates import ask
from datong.terms.fold import fold
from datong.terms.model import Model
from datong.terms.spoken import speaks

_PAST = Say(
    "approved before: {text} ({number} approvals of this concept)",
    "既往已审核：{text}（该概念共 {number} 次）",
)
_UNCODED = Say(
    "approved before, but not in this code table", "既往已审核，但不在本编码表中"
)


def evidence(model: Model, text: str, name: str) -> tuple[Say, ...]:
    """Say what speaks for and against a concept (by its name) as meaning of a text."""
    concept = model.shelf.table.concepts[model.shelf.table.places(name)[0]]
    said = [*speaks(text, concept.name, concept.synonyms)]
    said += _past(model, fold(text).text, name)
    if not concept.codes:
        said.append(_UNCODED)
    return tuple(said)


def _past(model: Model, folded: str, name: str) -> list[Say]:
    """Say which approved text of this concept is the nearest."""
    past, place = model.shelf.past, model.shelf.table.places(name)[0]
    column = past.means[:, [place]].tocoo().row
    if not len(column):
        return []
    likeness = past.weighted[column] @ ask(model.shelf, [folded]).weighted.T
    best = int(np.argmax(likeness.toarray().ravel()))
    return [_PAST.with_(text=past.texts[column[best]], number=len(column))]
