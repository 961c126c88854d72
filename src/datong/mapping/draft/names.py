"""How near a column's name is to the words for a field: three ways of writing.

In:  the name of a column (and its owner's comment on it).
Out: a likeness from 0 to 1 to each entry of words/fields.csv, and the word it is like.

Chinese names are compared by characters, pinyin by initials and by whole syllables,
English by tokens, abbreviations written out (words/short.csv). A name that is none of
our words is read for its meaning, short word by short word (`meaning`).
"""

import re
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import product

from datong.mapping.draft.meaning import reading
from datong.mapping.draft.sounds import CHINESE, sounds
from datong.mapping.draft.tokens import overlap, tokens

MIXED = re.compile(r"[\u3400-\u9fffa-z0-9]+")


@dataclass(frozen=True, slots=True)
class Likeness:
    """How like a word is, and which word."""

    score: float = 0.0
    word: str = ""
    way: str = ""  # name, characters, initials, pinyin, tokens, comment


class Words:
    """The words for one thing, made ready for comparing."""

    def __init__(self, chinese: str, english: str) -> None:
        """Take words separated by `|`."""
        self.chinese = [word for word in chinese.split("|") if word]
        self.english = [word for word in english.split("|") if word]

    @cached_property
    def initials(self) -> dict[str, str]:
        """Return the initials of the Chinese words, in every reading."""
        found: dict[str, str] = {}
        for word in self.chinese:
            letters = [sorted({s[0] for s in sounds(c)}) for c in word.lower()]
            for made in product(*letters):
                found.setdefault("".join(made), word)
        return found

    @cached_property
    def spelled(self) -> dict[str, str]:
        """Return the Chinese words spelled in pinyin."""
        found: dict[str, str] = {}
        for word in self.chinese:
            for made in product(*(sorted(sounds(c)) for c in word.lower())):
                found.setdefault("".join(made), word)
        return found

    @cached_property
    def tokens(self) -> list[tuple[frozenset[str], str]]:
        """Return the English words as sets of tokens."""
        return [(frozenset(tokens(word)), word) for word in self.english]


@cache
def likeness(name: str, words: Words, *, label: str = "") -> Likeness:
    """Return how like a name (or its owner's comment) is to some words."""
    found = _one(name, words)
    if label:
        told = _one(label, words)
        if told.score > found.score:
            return Likeness(told.score, told.word, "comment")
    return found


@cache
def _parts(name: str) -> tuple[str, ...]:
    """Return a name, and its parts where a header had several rows."""
    parts = [part for part in re.split(r"[_\s/（(）):：.]+", name) if part]
    return (name, *parts) if len(parts) > 1 else (name,)


def _one(name: str, words: Words) -> Likeness:
    """Compare one text with some words, in each way of writing."""
    best = Likeness()
    if CHINESE.search(name):
        for number, part in enumerate(_parts(name)):
            weight = 1.0 if number in {0, len(_parts(name)) - 1} else 0.8
            best = max(best, _chinese(part, words, weight), key=_score)
        bare = "".join(CHINESE.findall(name))
        best = max(best, _meant(bare, "characters", words), key=_score)
        name = CHINESE.sub("", name)
    letters = re.sub(r"[^a-z0-9]", "", name.lower())
    if len(letters) < 2:
        return best
    ways = [_initials(letters, words), _spelled(letters, words), _english(name, words)]
    part = _longest(name)
    if part != letters and len(part) > 1:
        ways += [
            Likeness(one.score * 0.95, one.word, one.way)
            for one in (_initials(part, words), _spelled(part, words))
        ]
    if max(one.score for one in ways) < 0.9:
        bare = re.sub(r"\d+$", "", part)
        ways += [_meant(bare, way, words) for way in ("initials", "pinyin")]
    return max((best, *ways), key=_score)


@cache
def _longest(name: str) -> str:
    """Return the longest part of a name, without prefixes as in F_XM and GL.XM."""
    parts = [re.sub(r"[^a-z0-9]", "", one) for one in re.split(r"[_.\s]", name.lower())]
    return max(parts, key=len)


def _score(like: Likeness) -> float:
    """Order likenesses."""
    return like.score


def _meant(name: str, way: str, words: Words) -> Likeness:
    """Compare by meaning, short word by short word."""
    worth = {"characters": 0.9, "pinyin": 0.88, "initials": 0.8}[way]
    if way == "initials":
        worth -= 0.08 * max(0, 5 - len(name))
    best = Likeness()
    if way == "initials" and len(name) < 3:
        return best
    for theirs, word in words.tokens:
        score = worth * reading(name, way, theirs) if name and theirs else 0.0
        if score > best.score:
            best = Likeness(score, word, f"meaning {way}")
    return best


def _chinese(name: str, words: Words, weight: float) -> Likeness:
    """Compare by characters: whole, one inside the other, or in part."""
    name = "".join(MIXED.findall(name.lower()))
    best = Likeness()
    for word in words.chinese:
        score = _alike(name, word.lower()) * weight
        if score > best.score:
            best = Likeness(score, word, "name" if score == 1 else "characters")
    return best


@cache
def _alike(one: str, other: str) -> float:
    """Compare two Chinese words: the order of characters counts, and the end most."""
    if one == other:
        return 1.0
    if not one or not other:
        return 0.0
    common = _common(one, other)
    score = 2 * common / (len(one) + len(other))
    if one.endswith(other) or other.endswith(one):
        score += 0.1
    elif one[-1] != other[-1]:
        score -= 0.12
    return max(0.0, min(0.93, score))


def _common(one: str, other: str) -> int:
    """Return the length of the longest common subsequence."""
    row = [0] * (len(other) + 1)
    for sign in one:
        last = 0
        for place, mate in enumerate(other, start=1):
            last, row[place] = (
                row[place],
                last + 1 if sign == mate else max(row[place], row[place - 1]),
            )
    return row[-1]


def _initials(letters: str, words: Words) -> Likeness:
    """Compare by pinyin initials; short ones say little."""
    worth = {2: 0.72, 3: 0.86}.get(len(letters), 0.95)
    if letters in words.initials:
        return Likeness(worth, words.initials[letters], "initials")
    bare = re.sub(r"\d+$", "", letters)
    best = Likeness()
    for made, word in words.initials.items():
        if len(made) >= 3 and (bare.endswith(made) or made.endswith(bare)):
            share = min(len(made), len(bare)) / max(len(made), len(bare))
            if share * 0.85 > best.score and min(len(made), len(bare)) > 2:
                best = Likeness(share * 0.85, word, "initials")
    return best


def _spelled(letters: str, words: Words) -> Likeness:
    """Compare by whole pinyin."""
    if letters in words.spelled:
        return Likeness(0.98, words.spelled[letters], "pinyin")
    best = Likeness()
    for made, word in words.spelled.items():
        if len(made) > 4 and (letters.endswith(made) or made.endswith(letters)):
            share = min(len(made), len(letters)) / max(len(made), len(letters))
            if share > best.score and share > 0.5:
                best = Likeness(share * 0.93, word, "pinyin")
    return best


def _english(name: str, words: Words) -> Likeness:
    """Compare by English tokens, each as telling as it is rare."""
    mine = frozenset(tokens(name))
    best = Likeness()
    for theirs, word in words.tokens:
        score = overlap(mine, theirs)
        if score > best.score:
            best = Likeness(score, word, "tokens")
    return best
