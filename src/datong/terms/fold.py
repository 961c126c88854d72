"""Fold a clinical phrase to one form, and say what was changed.

Width, script, numerals and marks are folded first (`core.text`); then words that
everybody takes for one another (`words.csv`: written form, standard form) are replaced
in one pass, the longest first. An abbreviation in Latin letters counts only among
Chinese characters or alone, since `tb` inside English words means nothing.
"""

import csv
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from datong.core.text.numerals import fold_numerals
from datong.core.text.script import fold_script
from datong.core.text.width import fold_width

CJK = re.compile(r"[\u3400-\u9fff]")
# A billing or table code that a form printed beside the text: ((01.5940)), [C34.900].
_INLINE_CODE = re.compile(
    r"[(\[]+[a-z]?\d{2}\.[\dx]{1,7}(\+?[a-z]\d\d[.\dx]*\*?)?[)\]]+"
)
_LIST_MARK = re.compile(r"^\s*[(\[]?\d{1,2}[.,:)\]]+(?!\d)\s*")
# What follows a drug's name: 0.5g×12片, 5%×250ml, 8mg:4ml.
_STRENGTH = re.compile(
    r"^(.*?[^\d\s.])[\s(]*\d[\d.,]*\s*"
    r"(?:%|[mknuμ]?g|mcg|m?l|i?u|m?mol|meq|万?单位|[克升毫微])(?![a-z]).*$"
)
_QUOTES = re.compile(r"[\"']")
_BETWEEN = re.compile(r"(?<=[\u3400-\u9fff])\s+|\s+(?=[\u3400-\u9fff])")
_ENDS = " .,;:-+&|"


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded phrase, and the words that were replaced on the way."""

    text: str
    because: tuple[str, ...] = ()


@cache
def known_words() -> dict[str, str]:
    """Read the words that stand for one another."""
    lines = files(__package__).joinpath("words.csv").read_text("utf-8").splitlines()
    listed = {row["written"]: row["standard"] for row in csv.DictReader(lines)}
    # A standard word stands for itself: 脑梗 in 脑梗死 must not become 脑梗死死.
    return {standard: standard for standard in listed.values()} | listed


@cache
def _known() -> re.Pattern[str]:
    """Find any known word, the longest first."""
    ordered = sorted(known_words(), key=lambda word: (-len(word), word))
    return re.compile(
        "|".join(
            rf"(?<![a-z0-9-]){re.escape(word)}(?![a-z0-9-])"
            if word.isascii()
            else re.escape(word)
            for word in ordered
        )
    )


def plain(phrase: str) -> str:
    """Fold how a phrase was typed, and no word of it.

    >>> plain("1、右肺癌ＩＩＩ期（Ｃ34.900）。")
    '右肺癌3期(c34.900)'
    """
    text = _LIST_MARK.sub("", fold_script(fold_width(phrase)))
    text = _QUOTES.sub("", _INLINE_CODE.sub("", text))
    return _BETWEEN.sub("", fold_numerals(text)).strip(_ENDS)


def fold(phrase: str) -> Folded:
    """Fold a phrase and its well-known words.

    >>> fold("右肺Ca,食道返流")
    Folded(text='右肺癌,食管反流', because=('ca→癌', '食道→食管', '返流→反流'))
    """
    text = plain(phrase)
    if not CJK.search(text) and text not in known_words():
        return Folded(text)
    words, because = known_words(), []

    def replace(found: re.Match[str]) -> str:
        standard = words[found[0]]
        if standard != found[0]:
            because.append(f"{found[0]}→{standard}")
        return standard

    return Folded(_known().sub(replace, text), tuple(because))


def without_strength(phrase: str) -> str:
    """Fold how a drug was typed, and leave out strength and pack.

    >>> without_strength("维生素B1片 10mg×100片"), without_strength("辅酶Q10胶囊")
    ('维生素b1片', '辅酶q10胶囊')
    """
    return bare(plain(phrase))


def bare(folded: str) -> str:
    """Leave out strength and pack of a folded drug."""
    return _STRENGTH.sub(r"\1", folded)
