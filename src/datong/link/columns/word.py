"""Words in any alphabet: given names, surnames, places, occupations, free words."""

from typing import Any, ClassVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import JaroWinkler

from datong.core.say import Say
from datong.link.arrays import (
    Codes,
    Levels,
    code_points,
    differing,
    hash_texts,
    numbers,
)
from datong.link.columns.column import Arrays, Column
from datong.standards.identifiers import nicknames

_NOTHING = r"^(null|none|nan|n/?a|unknown|unk|-+|\.+|不详|未知|无|未填)?$"
# Letters that a decomposition leaves alone, then sounds that are written in several
# ways in European languages; vowels after the first letter count little by ear.
_PLAIN = (("ß", "ss"), ("æ", "ae"), ("ø", "o"), ("ł", "l"), ("đ", "d"), ("ı", "i"))
_SOUNDS = (
    (r"[^\pL]", ""),
    (r"^(kn|gn|pn)", "n"),
    (r"^wr", "r"),
    (r"^x", "s"),
    (r"sch|sh", "x"),
    (r"ph|gh$", "f"),
    (r"th|dt", "t"),
    (r"dge|dg", "j"),
    (r"c([eiy])", r"s\1"),
    (r"ch|ck|[cq]", "k"),
    (r"gh|h", ""),
    (r"[zç]", "s"),
    (r"[vw]", "f"),
    (r"[aeiouy]+", "a"),
    (r"([^a])a", r"\1"),
)
_CROSSED = 0.85  # similarity of names that changed places
_DOUBLES = "bdfgjklmnprstx"


def folded(raw: pa.Array) -> pa.Array:
    """Fold case, width and accents; single spaces between words; nothing is null."""
    text = pc.utf8_lower(pc.utf8_normalize(raw, "NFKD"))
    text = pc.replace_substring_regex(text, r"\p{Mn}+", "")
    for letter, plain in _PLAIN:
        text = pc.replace_substring(text, letter, plain)
    text = pc.replace_substring_regex(text, r"['’`´]", "")
    text = pc.replace_substring_regex(text, r"[^\pL\pN]+", " ")
    text = pc.utf8_trim_whitespace(text)
    return pc.if_else(pc.match_substring_regex(text, _NOTHING), None, text)


def heard(text: pa.Array) -> pa.Array:
    """Write folded words by their sound, roughly as European languages have it."""
    for pattern, sound in _SOUNDS:
        text = pc.replace_substring_regex(text, pattern, sound)
    for letter in _DOUBLES:
        text = pc.replace_substring_regex(text, f"{letter}{{2,}}", letter)
    return text


def similarity(words: NDArray[Any], a: Codes, b: Codes) -> NDArray[np.float32]:
    """Return the Jaro-Winkler similarity (0 to 1) of pairs of words."""
    return _alike(words[a], words[b])


class Word(Column):
    """A word or a few, compared by Jaro-Winkler similarity."""

    words: ClassVar[tuple[Say, ...]] = (
        Say("equal", "相同"),
        Say("very similar", "非常相近"),
        Say("similar", "相近"),
        Say("a little similar", "略相近"),
        Say("different", "不同"),
    )
    keys = ("value", "sound", "head")

    def describe(self, raw: pa.Array) -> tuple[pa.Array, Arrays]:
        """Fold words and write down their sound."""
        text = folded(raw)
        letters = pc.replace_substring(text, " ", "")
        return letters, {
            "value": hash_texts(letters),
            "sound": hash_texts(heard(text)),
            "head": hash_texts(pc.utf8_slice_codeunits(letters, 0, 3)),
            "word": np.array(letters.fill_null("").to_pylist(), object),
            "size": numbers(pc.utf8_length(letters)),
            "initial": code_points(letters, 1)[:, 0],
        }

    def compare(self, a: Codes, b: Codes) -> Levels:
        """Return the level of pairs of different words."""
        alike = similarity(self.arrays["word"], a, b)
        out = 5 - np.digitize(alike, (0.70, 0.85, 0.92)).astype(np.uint8)
        return self._begun(out, a, b)

    def _begun(self, out: Levels, a: Codes, b: Codes) -> Levels:
        """Raise pairs of which one is the beginning of the other, as initials are."""
        at = np.flatnonzero(out > 3)
        held = self.arrays
        short = np.minimum(held["size"][a[at]], held["size"][b[at]])
        one = (short == 1) & (held["initial"][a[at]] == held["initial"][b[at]])
        begins = (short == 3) & (held["head"][a[at]] == held["head"][b[at]])
        out[at[one | begins]] = 3
        return out


class Given(Word):
    """A given name: as a word, and by its familiar forms."""

    words = (
        Say("equal", "相同"),
        Say("very similar", "非常相近"),
        Say("a familiar form", "昵称"),
        Say("similar", "相近"),
        Say("a little similar", "略相近"),
        Say("different", "不同"),
        Say("given name and surname changed places", "姓与名互换"),
    )

    def describe(self, raw: pa.Array) -> tuple[pa.Array, Arrays]:
        """Fold names and look up what they are short for."""
        letters, arrays = Word.describe(self, raw)
        forms = nicknames.stands_for(arrays["word"].tolist())
        return letters, arrays | {"forms": forms}

    def compare(self, a: Codes, b: Codes) -> Levels:
        """Return the level of pairs of different names."""
        plain = Word.compare(self, a, b)
        out = plain + (plain > 2)
        at = np.flatnonzero(out > 3)
        x, y = self.arrays["forms"][a[at]], self.arrays["forms"][b[at]]
        same = (x[:, :, None] == y[:, None, :]) & (x > 0)[:, :, None]
        out[at[same.any((1, 2))]] = 3
        return out


class Shared(Word):
    """A word that people of one household share: a place."""

    personal = False


class Surname(Shared):
    """A surname; it may have changed places with the given name."""


def changed_places(
    given: Given, surname: Surname, i: Codes, j: Codes
) -> NDArray[np.intp]:
    """Return which pairs of rows have each other's given name as a surname."""
    sides = ((given.codes[i], surname.codes[j]), (given.codes[j], surname.codes[i]))
    at = np.flatnonzero(np.logical_and.reduce([(a >= 0) & (b >= 0) for a, b in sides]))
    tables = given.arrays, surname.arrays
    for a, b in sides:
        # Words that begin otherwise are rarely one: the costly comparison spares them.
        first = [t["initial"][c[at]] for t, c in zip(tables, (a, b), strict=True)]
        at = at[first[0] == first[1]]
    for a, b in sides:
        first = [t["word"][c[at]] for t, c in zip(tables, (a, b), strict=True)]
        at = at[_alike(*first) >= _CROSSED]
    return at


def _alike(x: NDArray[Any], y: NDArray[Any]) -> NDArray[np.float32]:
    """Return the Jaro-Winkler similarity of two arrays of words."""
    found: NDArray[np.float32] = process.cpdist(
        x, y, scorer=JaroWinkler.similarity, dtype=np.float32
    )
    return found


class Postcode(Column):
    """A postal code: equal, one slip, the same area, or different."""

    words = (
        Say("equal", "相同"),
        Say("one digit or neighbours swapped", "相差一位或相邻两位颠倒"),
        Say("same area", "同一区域"),
        Say("different", "不同"),
    )
    keys = ("value", "area")
    personal = False

    def describe(self, raw: pa.Array) -> tuple[pa.Array, Arrays]:
        """Write codes without spaces; a code of zeros only says nothing."""
        text = pc.utf8_upper(pc.utf8_normalize(raw, "NFKC"))
        text = pc.replace_substring_regex(text, r"\.0$|[\s-]+", "")
        text = pc.if_else(
            pc.match_substring_regex(text, r"^(0*|NAN|NONE|NULL)$"), None, text
        )
        area = hash_texts(pc.utf8_slice_codeunits(text, 0, 3))
        words = np.array(text.fill_null("").to_pylist(), "U10")
        points = words.view(np.uint32).reshape(len(words), 10)
        return text, {"value": hash_texts(text), "area": area, "points": points}

    def compare(self, a: Codes, b: Codes) -> Levels:
        """Return the level of pairs of different codes."""
        held = self.arrays
        out = np.where(held["area"][a] == held["area"][b], 3, 4).astype(np.uint8)
        out[differing(held["points"][a], held["points"][b]) == 1] = 2
        return out
