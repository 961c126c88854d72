"""How the characters of our words sound, without tones.

In:  a Chinese character.
Out: its syllables; a character with several readings has them all.
"""

import csv
import re
from functools import cache

from datong.mapping.draft.looks import WORDS

CHINESE = re.compile(r"[\u3400-\u9fff]+")


@cache
def _readings() -> dict[str, tuple[str, ...]]:
    """Read how the characters of our words sound."""
    text = (WORDS / "sounds.csv").read_text(encoding="utf-8")
    return {
        line["character"]: tuple(line["sounds"].split("|"))
        for line in csv.DictReader(text.splitlines())
    }


def sounds(character: str) -> tuple[str, ...]:
    """Return the readings of a character; another sign sounds as it is written."""
    return _readings().get(character, (character,))
