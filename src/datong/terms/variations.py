"""How people write a name otherwise: reviewed terms made from a code table alone.

Sides, stages and doubts are added, letters lost, swapped or mistaken by their sound,
known words (`words.csv`) written the other way round, synonyms used, two names written
in one text. From these a model learns what likeness is worth before anybody has
reviewed anything.
"""

from collections.abc import Callable, Iterator
from random import Random

from datong.core.text.pinyin import sounds
from datong.terms.codes import CodeTable, Concept
from datong.terms.fold import known_words
from datong.terms.training import Reviewed

_BEFORE = (
    "左",
    "右",
    "双侧",
    "左侧",
    "右侧",
    "急性",
    "慢性",
    "多发",
    "轻度",
    "重度",
    "1.",
)
_AFTER = (
    "?",
    "待查",
    "术后",
    "可能",
    "(左)",
    "(右侧)",
    "。",
    "治疗后",
    "复发",
    "伴感染",
)
_BETWEEN = ("+", "，", "、", "；", "伴", "合并", " ")
TOGETHER = 0.15  # share of texts that join two names


def variations(table: CodeTable, each: int = 6, seed: int = 11) -> list[Reviewed]:
    """Write every concept in `each` other ways; the same seed, the same texts."""
    chance = Random(seed)  # noqa: S311 - for learning, not for secrets
    sound_alike = _sound_alike(table)
    terms: dict[str, Reviewed] = {}
    for concept in table.concepts:
        for _ in range(each):
            text = _vary(concept, chance, sound_alike)
            gold: tuple[str, ...] = (concept.name,)
            if chance.random() < TOGETHER:
                other = chance.choice(table.concepts)
                text += chance.choice(_BETWEEN) + _vary(other, chance, sound_alike)
                gold = tuple(dict.fromkeys((concept.name, other.name)))
            terms.setdefault(text, Reviewed(text, gold))
    return list(terms.values())


def _sound_alike(table: CodeTable) -> dict[str, str]:
    """Group the characters of a table by their sound."""
    letters = sorted({letter for c in table.concepts for letter in c.name})
    groups: dict[str, str] = {}
    for letter, sound in zip(letters, sounds("".join(letters)), strict=True):
        groups[sound] = groups.get(sound, "") + letter
    return {letter: group for group in groups.values() for letter in group}


def _vary(concept: Concept, chance: Random, sound_alike: dict[str, str]) -> str:
    """Write one concept otherwise, by one or two changes."""
    text = chance.choice([concept.name, *concept.synonyms])
    for change in chance.sample(_changes(sound_alike), chance.choice((1, 1, 2))):
        text = change(text, chance)
    return text


def _changes(
    sound_alike: dict[str, str],
) -> list[Callable[[str, Random], str]]:
    """List what can happen to a text."""

    def mistake(text: str, chance: Random) -> str:
        at = chance.randrange(len(text))
        others = sound_alike.get(text[at], text[at])
        return text[:at] + chance.choice(others) + text[at + 1 :]

    return [_lead, _lead, _trail, _lose, _swap, _other_word, mistake]


def _lead(text: str, chance: Random) -> str:
    """Put a word before it."""
    return chance.choice(_BEFORE) + text


def _trail(text: str, chance: Random) -> str:
    """Put a word after it."""
    return text + chance.choice(_AFTER)


def _lose(text: str, chance: Random) -> str:
    """Lose one or two letters; a short text stays."""
    if len(text) < 4:
        return text
    at = chance.randrange(len(text) - 1)
    return text[:at] + text[at + chance.choice((1, 2)) :]


def _swap(text: str, chance: Random) -> str:
    """Swap two neighbours."""
    if len(text) < 4:
        return text
    at = chance.randrange(len(text) - 1)
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]


def _other_word(text: str, chance: Random) -> str:
    """Write a known word the other way round."""
    ways = [w for w in _written_ways(text) if w]
    return chance.choice(ways) if ways else text


def _written_ways(text: str) -> Iterator[str]:
    """Give the texts with one known word in its written form."""
    for written, standard in known_words().items():
        if written != standard and standard in text:
            yield text.replace(
                standard, written.upper() if written.isascii() else written
            )
