"""How a Chinese text sounds: for names and for characters mistaken by their sound."""

from functools import cache


@cache
def _single() -> dict[int, str]:
    """Read the most frequent sound of each character once."""
    from pypinyin.pinyin_dict import pinyin_dict  # noqa: PLC0415 - an extra; 0.3 s

    return {
        code: _plain(sounds.split(",", 1)[0]) for code, sounds in pinyin_dict.items()
    }


def _plain(sound: str) -> str:
    """Take the tone marks off a syllable; ü becomes v."""
    from unicodedata import normalize  # noqa: PLC0415 - beside its only use

    marked = normalize("NFD", sound).replace("u\N{COMBINING DIAERESIS}", "v")
    return "".join(letter for letter in marked if letter.isascii())


def sounds(text: str) -> list[str]:
    """Return the syllable of each character without its tone; others as they are.

    A character with several readings has its most frequent one: good enough to compare
    two writings, not to read a text aloud.

    >>> sounds("溃疡")
    ['kui', 'yang']
    """
    table = _single()
    return [table.get(ord(character), character) for character in text]
