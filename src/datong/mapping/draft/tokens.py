"""English names as tokens: split, written out, made one where they mean the same.

In:  a name (`admittime`, `LAB_RSLT_DT`, `PatientNo`).
Out: tokens (admit time; lab result time; patient id), and how telling each is.
"""

import csv
import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache

from datong.mapping.draft.looks import WORDS

TOKEN = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
VOWELS = re.compile("[aeiouy]")
FILLER = {"of", "the", "a", "at", "on", "for", "tbl", "t", "f", "v", "c"}
SAME = {  # English words that mean the same here
    "gender": "sex", "datetime": "time", "medication": "drug", "medicine": "drug",
    "surgery": "operation", "identifier": "id", "identity": "id", "number": "id",
    "encounter": "visit", "person": "patient", "subject": "patient",
    "quantity": "quantity", "illness": "disease", "dosage": "dose",
    "anesthesia": "anaesthesia", "telephone": "phone", "mobile": "phone",
    "charges": "charge", "fees": "fee", "units": "unit", "category": "type",
    "class": "type", "label": "name", "title": "title", "sample": "specimen",
}  # fmt: skip


@cache
def _short() -> dict[str, str]:
    """Read the abbreviations."""
    text = (WORDS / "short.csv").read_text(encoding="utf-8")
    return {line["short"]: line["words"] for line in csv.DictReader(text.splitlines())}


@cache
def vocabulary() -> dict[str, float]:
    """Return the English tokens that we know, and how telling each is."""
    counts: Counter[str] = Counter()
    total = 0
    for name in ("fields.csv", "tables.csv", "items.csv"):
        text = (WORDS / name).read_text(encoding="utf-8")
        for line in csv.DictReader(text.splitlines()):
            total += 1
            counts.update({t for w in line["en"].split("|") for t in plain_tokens(w)})
    return {
        token: math.log(1 + total / count) / math.log(1 + total)
        for token, count in counts.items()
    }


def plain_tokens(text: str) -> Iterator[str]:
    """Split English words, each word for what it means here."""
    for token in re.findall(r"[a-z]+|\d+", text.lower()):
        if token not in FILLER:
            one = _singular(token)
            yield SAME.get(one, one)


def _singular(token: str) -> str:
    """Take the plural off a word."""
    if len(token) < 4 or not token.endswith("s") or token[-2:] in {"ss", "us", "is"}:
        return token
    if token.endswith("ies"):
        return f"{token[:-3]}y"
    return f"{token[:-2]}is" if token.endswith("oses") else token[:-1]


@cache
def tokens(name: str) -> tuple[str, ...]:
    """Split a name into English tokens, abbreviations written out."""
    found: list[str] = []
    for part in TOKEN.findall(name):
        for word in _written_out(part.lower()):
            found += plain_tokens(word)
    return tuple(dict.fromkeys(found))


def _written_out(part: str) -> list[str]:
    """Write a part of a name out: known, abbreviated, or several words in one."""
    known, short = vocabulary(), _short()
    if part in short:
        return [short[part]]
    if SAME.get(_singular(part), _singular(part)) in known or part.isdigit():
        return [part]
    split = _split(part) or _ended(part)
    if not split:
        word = _shortened(part) or part
        return [short.get(word, word)]
    return [short.get(one, one) for one in split]


@cache
def _shortened(part: str) -> str:
    """Return the known word that a part leaves letters out of (`brth`, `rslt`).

    It begins alike, and its consonants come in their order; of several words the one
    that keeps the most. Nothing, where two are as near.
    """
    if len(part) < 3:
        return ""
    near: list[tuple[float, str]] = []
    for word in vocabulary():
        if len(word) > len(part) and _leaves_out(part, word):
            bones = word[0] + VOWELS.sub("", word[1:])
            near.append((len(part) / max(len(bones), len(part)), word))
    near.sort(reverse=True)
    if not near or near[0][0] < 0.5 or any(n[0] == near[0][0] for n in near[1:]):
        return ""
    return near[0][1]


def _leaves_out(part: str, word: str) -> bool:
    """Say whether a part is a word without some letters, its first one kept."""
    rest = iter(word)
    return part[0] == word[0] and all(letter in rest for letter in part)


def _ended(part: str) -> tuple[str, ...]:
    """Part a word that ends with a long known one from what is before it."""
    for start in range(2, len(part) - 4):
        if _singular(part[start:]) in vocabulary():
            return part[:start], part[start:]
    return ()


@cache
def _split(part: str) -> tuple[str, ...]:
    """Split a word without gaps (`admittime`) into the fewest known words."""
    known, short = vocabulary(), _short()
    best: list[tuple[str, ...] | None] = [()] + [None] * len(part)
    for end in range(2, len(part) + 1):
        for start in range(max(0, end - 14), end - 1):
            before, word = best[start], part[start:end]
            usable = (
                _singular(word) in known
                or word in SAME
                or word in short
                or (word in FILLER and start > 0)
            )
            if before is None or not usable:
                continue
            made = (*before, word)
            held = best[end]
            if held is None or len(made) < len(held):
                best[end] = made
    return best[len(part)] or ()


@cache
def overlap(mine: frozenset[str], theirs: frozenset[str]) -> float:
    """Weigh what two sets of tokens share against what they do not."""
    if not mine or not theirs or not mine & theirs:
        return 0.0
    both = worth(mine & theirs)
    extra = worth(mine - theirs)
    lacking = worth(theirs - mine)
    return both / (both + 0.6 * extra + 0.8 * lacking)


def worth(some: Iterable[str]) -> float:
    """Say how telling some tokens are."""
    known = vocabulary()
    return sum(0.3 if token.isdigit() else known.get(token, 0.6) for token in some)
