"""Several words in any order: full names in alphabets, addresses, free words."""

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from datong.core.say import Say
from datong.link.arrays import Codes, Hashes, Levels, hash_texts, mix, numbers
from datong.link.columns.column import Arrays, Column
from datong.link.columns.word import folded, heard, similarity

WIDTH = 6  # words of a text that are looked at
_TITLES = r"\b(mr|mrs|ms|miss|dr|prof|sir|jr|sr|ii|iii|iv|md|phd|rn)\b"
_PARTLY = ((0.92, 0.9), (0.85, 0.7))  # similarity of two words, share of their weight


class Tokens(Column):
    """Words weighed by how rare they are, and shared exactly or nearly."""

    words = (
        Say("same words", "用词相同"),
        Say("nearly all of the rare words", "几乎全部（罕见）词相同"),
        Say("most words", "大部分词相同"),
        Say("half of the words", "半数词相同"),
        Say("a few words", "少数词相同"),
        Say("different", "不同"),
    )
    keys = ("value", "sound", "tokens")
    family_levels = (4, 5, 6)

    def describe(self, raw: pa.Array) -> tuple[pa.Array, Arrays]:
        """Split texts into words, number the words, and sort them by their text."""
        text = self._plain(raw)
        split = pc.split_pattern(text, " ")
        flat = split.flatten().dictionary_encode()
        words, of = flat.dictionary, numbers(flat.indices)
        sizes = numbers(pc.list_value_length(split))
        given = self._numbered(words)[of]
        row = np.repeat(np.arange(len(text)), sizes)
        place = np.arange(len(row)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        keep = place < WIDTH
        matrix = np.full((len(text), WIDTH), -1, np.int32)
        matrix[row[keep], place[keep]] = given[keep]
        hashes = np.where(matrix >= 0, self.settings["hash"][matrix], 0)
        by_sound = np.where(matrix >= 0, self.settings["sound"][matrix], 0)
        return text, {
            "value": _unordered(hashes),
            "sound": _unordered(by_sound),
            "tokens": hashes.astype(np.uint64),
            "matrix": matrix,
        }

    def _plain(self, raw: pa.Array) -> pa.Array:
        """Fold texts; titles are no part of a name."""
        text = pc.replace_substring_regex(folded(raw), _TITLES, "")
        text = pc.utf8_trim_whitespace(pc.replace_substring_regex(text, " +", " "))
        return pc.if_else(pc.equal(text, ""), None, text)

    def _numbered(self, words: pa.Array) -> NDArray[np.int32]:
        """Number words; new ones get the next numbers, with their hash and sound."""
        known: dict[str, int] = self.settings.setdefault("known", {})
        texts = words.to_pylist()
        fresh = [word for word in texts if word not in known]
        known.update({word: k for k, word in enumerate(fresh, len(known))})
        if fresh or "hash" not in self.settings:
            new = pa.array(fresh, pa.string())
            self._extend("hash", hash_texts(new))
            self._extend("sound", hash_texts(heard(new)))
            self._extend("words", np.array(fresh, object))
            self._extend("initial", np.array([ord(word[0]) for word in fresh]))
            self._extend("letter", np.array([len(word) == 1 for word in fresh]))
        return np.fromiter((known[word] for word in texts), np.int32, len(texts))

    def _extend(self, name: str, more: NDArray[Any]) -> None:
        """Append to a table of words."""
        held = self.settings.get(name)
        self.settings[name] = more if held is None else np.concatenate([held, more])

    def weigh(self) -> NDArray[np.float32]:
        """Return the bits of each word: log2(texts / texts with it), learned once."""
        if "bits" not in self.settings:
            matrix = self.arrays["matrix"]
            rows = np.bincount(self.codes[self.codes >= 0], minlength=len(matrix))
            held = matrix >= 0
            count = np.bincount(
                matrix[held], np.broadcast_to(rows[:, None], matrix.shape)[held]
            )
            bits = np.log2(rows.sum() / np.maximum(count, 1)) if len(count) else count
            self.settings["bits"] = bits.astype(np.float32)
        bits = self.settings["bits"]
        missing = len(self.settings["words"]) - len(bits)
        rare = np.full(missing, bits.max(initial=10.0), np.float32)
        every: NDArray[np.float32] = np.append(bits, rare)
        return every

    def compare(self, a: Codes, b: Codes) -> Levels:
        """Return the level of pairs of different texts."""
        share, bits = self._shared(a, b)
        out = np.full(len(a), 6, np.uint8)
        for level, least in ((5, 0.2), (4, 0.5), (3, 0.8)):
            out[share > least] = level
        out[(share > 0.95) & (bits >= 18)] = 2
        return out

    def _shared(self, a: Codes, b: Codes) -> tuple[NDArray[Any], NDArray[Any]]:
        """Return the shared part of the smaller text's weight, and that weight."""
        weight = self.weigh()
        x, y = self.arrays["matrix"][a], self.arrays["matrix"][b]
        weight_x, weight_y = (np.where(m >= 0, weight[m], 0) for m in (x, y))
        total_x, total_y = weight_x.sum(1), weight_y.sum(1)
        small = (total_x <= total_y)[:, None]
        x, y = np.where(small, x, y), np.where(small, y, x)
        weight_x = np.where(small, weight_x, weight_y)
        best = np.zeros(x.shape, np.float32)
        for k in range(WIDTH):
            best = np.maximum(best, self._matches(x, y[:, k]))
        total = np.minimum(total_x, total_y)
        shared = (best * weight_x).sum(1)
        return np.divide(
            shared, total, where=total > 0, out=np.zeros_like(total)
        ), shared

    def _matches(self, x: NDArray[np.int32], y: NDArray[np.int32]) -> NDArray[Any]:
        """Say how far each word of `x` [pairs, width] is the word `y` [pairs]."""
        other = np.broadcast_to(y[:, None], x.shape)
        out = np.zeros(x.shape, np.float32)
        out[x == other] = 1
        held = np.nonzero((x != other) & (x >= 0) & (other >= 0))
        one, two = x[held], other[held]
        tables = self.settings
        first = tables["initial"][one] == tables["initial"][two]
        short = tables["letter"][one] | tables["letter"][two]
        part = np.where(first & short, 0.5, 0.0).astype(np.float32)
        # Words that begin otherwise are rarely one: the costly comparison spares them.
        at = np.flatnonzero(first & ~short)
        alike = similarity(tables["words"], one[at], two[at])
        for least, worth in reversed(_PARTLY):
            part[at[alike >= least]] = worth
        out[held] = part
        return out


class Household(Tokens):
    """Words that people of one household share: an address."""

    personal = False

    def _plain(self, raw: pa.Array) -> pa.Array:
        """Fold texts; a number and its letter are one word."""
        return folded(raw)


def is_chinese(raw: pa.Array) -> bool:
    """Say whether most texts of a column are written in Chinese characters."""
    han = pc.sum(pc.match_substring_regex(raw, r"\p{Han}")).as_py() or 0
    return bool(han * 2 > len(raw) - raw.null_count)


def _unordered(hashes: NDArray[Any]) -> Hashes:
    """Hash the words of each text, whatever their order."""
    return mix(mix(hashes.astype(np.uint64)).sum(1, dtype=np.uint64))
