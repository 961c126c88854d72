"""What a Chinese name means, word by word, whole or only in pinyin.

In:  a name in characters, in pinyin or in pinyin initials; the tokens of a field.
Out: how well the name can be read as these tokens.

A name that our dictionary lacks (结果回报时间) is read as a chain of short words of
words/morphemes.csv (结果 result, 回报 report, 时间 time), which mean the same tokens as
English names do. Initials can be read in many ways: the way is taken that fits best.
"""

import csv
from collections import defaultdict
from functools import cache
from itertools import product

from datong.mapping.draft.looks import WORDS
from datong.mapping.draft.sounds import sounds
from datong.mapping.draft.tokens import plain_tokens, worth

Span = tuple[int, frozenset[str]]  # end, tokens


@cache
def _morphemes(way: str) -> dict[str, list[frozenset[str]]]:
    """Read the short words as they are written in a way: what each may mean."""
    text = (WORDS / "morphemes.csv").read_text(encoding="utf-8")
    found: dict[str, list[frozenset[str]]] = defaultdict(list)
    for line in csv.DictReader(text.splitlines()):
        word, means = line["chinese"], frozenset(plain_tokens(line["means"]))
        for made in _written(word, way):
            if means not in found[made]:
                found[made].append(means)
    return dict(found)


def _written(word: str, way: str) -> set[str]:
    """Write a word in characters, in pinyin, or in initials."""
    if way == "characters":
        return {word}
    readings = [sorted(sounds(sign)) for sign in word]
    if way == "initials":
        readings = [sorted({one[0] for one in some}) for some in readings]
    return {"".join(made) for made in product(*readings)}


@cache
def spans(name: str, way: str) -> tuple[tuple[Span, ...], ...]:
    """Return the short words that begin at each place of a name."""
    known = _morphemes(way)
    longest = max(map(len, known))
    found: list[tuple[Span, ...]] = []
    for start in range(len(name)):
        here = []
        for end in range(start + 1, min(len(name), start + longest) + 1):
            here += [(end, means) for means in known.get(name[start:end], ())]
        found.append(tuple(here))
    return tuple(found)


def reading(name: str, way: str, wanted: frozenset[str]) -> float:
    """Return how well a name can be read as the wanted tokens, from 0 to 1.

    Both shares count: of the name's letters that are read, of the tokens that are found
    (the telling ones more).
    """
    best: list[tuple[float, frozenset[str]]] = [(0.0, frozenset())] * (len(name) + 1)
    lattice = spans(name, way)
    for start in range(len(name)):
        score, seen = best[start]
        if score > best[start + 1][0] or start + 1 > len(best) - 1:
            best[start + 1] = (score, seen)
        for end, means in lattice[start]:
            hit = means & wanted
            if not hit:
                continue
            length = (end - start) * (len(hit) / len(means))
            fresh = length if hit - seen else 0.3 * length
            if score + fresh > best[end][0]:
                best[end] = (score + fresh, seen | hit)
    covered, tokens = best[len(name)]
    if not tokens:
        return 0.0
    precision = covered / len(name)
    recall = worth(tokens) / worth(wanted)
    return float((precision * recall) ** 0.5)
