"""Why a candidate was proposed, in words that a reviewer can check."""

from difflib import SequenceMatcher

import numpy as np

from datong.core.say import Say
from datong.terms.candidates import ask
from datong.terms.fold import fold, plain
from datong.terms.model import Model

_EXACT = Say("the name itself", "名称完全一致")
_SYNONYM = Say("a synonym in the table: {name}", "编码表中的同义词：{name}")
_WORDS = Say("read as: {words}", "读作：{words}")
_SHARED = Say("shared: {words}", "相同：{words}")
_LOST = Say("only in the text: {words}", "仅文本中有：{words}")
_NEW = Say("only in the name: {words}", "仅名称中有：{words}")
_PAST = Say(
    "approved before: {text} ({number} approvals of this concept)",
    "既往已审核：{text}（该概念共 {number} 次）",
)
_UNCODED = Say(
    "approved before, but not in this code table", "既往已审核，但不在本编码表中"
)


def evidence(model: Model, text: str, name: str) -> tuple[Say, ...]:
    """Say what speaks for and against a concept (by its name) as meaning of a text."""
    folded = fold(text)
    said = [_WORDS.with_(words=", ".join(folded.because))] if folded.because else []
    concept = model.shelf.table.concepts[model.shelf.table.places(name)[0]]
    if plain(concept.name) == plain(text):
        said.append(_EXACT)
    else:
        said += _synonym(text, concept.synonyms)
        said += compare(folded.text, fold(concept.name).text)
    said += _past(model, folded.text, name)
    if not concept.codes:
        said.append(_UNCODED)
    return tuple(said)


def _synonym(text: str, synonyms: list[str]) -> list[Say]:
    """Say which synonym is the text."""
    same = [synonym for synonym in synonyms if plain(synonym) == plain(text)]
    return [_SYNONYM.with_(name=same[0])] if same else []


def compare(text: str, name: str) -> list[Say]:
    """Say what a text and a name share and in what they differ, in reading order."""
    shared, lost, new = [], [], []
    matcher = SequenceMatcher(None, text, name, autojunk=False)
    for kind, start, end, begin, stop in matcher.get_opcodes():
        if kind == "equal":
            shared.append(text[start:end])
            continue
        lost.append(text[start:end])
        new.append(name[begin:stop])
    return [
        say.with_(words=" ".join(word for word in words if word))
        for say, words in ((_SHARED, shared), (_LOST, lost), (_NEW, new))
        if any(words)
    ]


def _past(model: Model, folded: str, name: str) -> list[Say]:
    """Say which approved text of this concept is the nearest."""
    past, place = model.shelf.past, model.shelf.table.places(name)[0]
    column = past.means[:, [place]].tocoo().row
    if not len(column):
        return []
    likeness = past.weighted[column] @ ask(model.shelf, [folded]).weighted.T
    best = int(np.argmax(likeness.toarray().ravel()))
    return [_PAST.with_(text=past.texts[column[best]], number=len(column))]
