"""What two words share and in what they differ: evidence that needs no model."""

from collections.abc import Sequence
from difflib import SequenceMatcher

from datong.core.say import Say
from datong.terms.fold import fold, plain

_EXACT = Say("the name itself", "名称完全一致")
_SYNONYM = Say("a synonym in the table: {name}", "编码表中的同义词：{name}")
_WORDS = Say("read as: {words}", "读作：{words}")
_SHARED = Say("shared: {words}", "相同：{words}")
_LOST = Say("only in the text: {words}", "仅文本中有：{words}")
_NEW = Say("only in the name: {words}", "仅名称中有：{words}")


def speaks(text: str, name: str, synonyms: Sequence[str] = ()) -> tuple[Say, ...]:
    """Say what speaks for and against a name as meaning of a text."""
    folded = fold(text)
    said = [_WORDS.with_(words=", ".join(folded.because))] if folded.because else []
    if plain(name) == plain(text):
        return (*said, _EXACT)
    said += _synonym(text, synonyms)
    return (*said, *compare(folded.text, fold(name).text))


def _synonym(text: str, synonyms: Sequence[str]) -> list[Say]:
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
