"""Texts as arrays: code points, letters and stable hashes, a column at a time.

Every hash here depends on the text alone, never on the order of rows or on a run: keys
may be kept in an index, and results do not change when rows are shuffled. A hash of 0
says that there is nothing.
"""

import re
from functools import cache
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

Hashes: TypeAlias = NDArray[np.uint64]
Codes: TypeAlias = NDArray[np.int32]
Flags: TypeAlias = NDArray[np.bool_]
Levels: TypeAlias = NDArray[np.uint8]

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)

# Up to so many texts Python is faster: Arrow prepares a pattern anew for each call.
_FEW = 16


def mix(values: Hashes) -> Hashes:
    """Scatter 64-bit values (the finalizer of SplitMix64); 0 stays 0."""
    h = values.copy()
    h ^= h >> np.uint64(30)
    h *= np.uint64(0xBF58476D1CE4E5B9)
    h ^= h >> np.uint64(27)
    h *= np.uint64(0x94D049BB133111EB)
    h ^= h >> np.uint64(31)
    return h


def weights(count: int) -> Hashes:
    """Return one odd multiplier for each position."""
    return mix(np.arange(1, count + 1, dtype=np.uint64) * _GOLDEN) | np.uint64(1)


def joined(*hashes: Hashes) -> Hashes:
    """Hash several columns into one; 0 where any of them is 0."""
    h = np.zeros(len(hashes[0]), np.uint64)
    known = np.ones(len(h), np.bool_)
    for column in hashes:
        h = mix((h ^ column) * _GOLDEN + np.uint64(1))
        known &= column != 0
    h[~known] = 0
    return h


def strings(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    """Return one contiguous text array."""
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
    if isinstance(column, pa.ChunkedArray):
        column = pa.concat_arrays(column.chunks)
    return column if column.type == pa.string() else column.cast(pa.string())


def replaced(text: pa.Array, pattern: str, new: str) -> pa.Array:
    """Replace all that a pattern (RE2, ASCII classes) matches in each text."""
    if len(text) > _FEW:
        return pc.replace_substring_regex(text, pattern, new)
    form = _form(pattern)
    told = [None if one is None else form.sub(new, one) for one in text.to_pylist()]
    return pa.array(told, pa.string())


def matched(text: pa.Array, pattern: str) -> pa.Array:
    """Say which texts a pattern (RE2, ASCII classes) matches somewhere."""
    if len(text) > _FEW:
        return pc.match_substring_regex(text, pattern)
    form = _form(pattern)
    told = [
        None if one is None else form.search(one) is not None
        for one in text.to_pylist()
    ]
    return pa.array(told, pa.bool_())


@cache
def _form(pattern: str) -> re.Pattern[str]:
    """Compile a pattern of RE2 for Python: its code points, and the end of a text."""
    wide = re.sub(r"\\x\{(\w+)\}", lambda m: f"\\U{int(m[1], 16):08x}", pattern)
    return re.compile(re.sub(r"(?<!\\)\$", r"\\Z", wide), re.ASCII)


def _bytes(values: pa.Array) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Return the UTF-8 bytes of all texts and the offsets of each text."""
    _, offsets, content = values.buffers()
    ends = np.frombuffer(offsets, np.int32)[values.offset :][: len(values) + 1]
    held = np.frombuffer(content, np.uint8) if content else np.zeros(0, np.uint8)
    return held[ends[0] : ends[-1]], (ends - ends[0]).astype(np.int64)


def hash_texts(values: pa.Array) -> Hashes:
    """Hash each text; 0 for null and for the empty text."""
    values = strings(values)
    if not len(values):
        return np.zeros(0, np.uint64)
    letters, ends = _bytes(values)
    sizes = np.diff(ends)
    if values.null_count:
        sizes = np.where(values.is_null(), 0, sizes)
    if not len(letters):
        return np.zeros(len(values), np.uint64)
    place = np.arange(len(letters)) - np.repeat(ends[:-1], np.diff(ends))
    parts = (letters.astype(np.uint64) + np.uint64(1)) * weights(int(sizes.max()) + 1)[
        np.minimum(place, sizes.max())
    ]
    summed = np.concatenate([np.zeros(1, np.uint64), np.cumsum(parts, dtype=np.uint64)])
    h = mix(summed[ends[1:]] - summed[ends[:-1]])
    h[sizes == 0] = 0
    return h


def hash_rows(matrix: NDArray[np.unsignedinteger]) -> Hashes:
    """Hash each row of a matrix; zeros at the end of a row do not count."""
    summed = np.zeros(len(matrix), np.uint64)
    for column, weight in enumerate(weights(matrix.shape[1])):
        summed += matrix[:, column].astype(np.uint64) * weight
    return mix(summed)


def code_points(values: pa.Array, width: int) -> NDArray[np.uint32]:
    """Return a matrix [texts, width] of code points, 0 after the end of a text."""
    values = strings(values)
    out = np.zeros((len(values), width), np.uint32)
    if not len(values):
        return out
    content, ends = _bytes(values)
    heads = np.flatnonzero((content & 0xC0) != 0x80)
    points = _decode(content, heads)
    first = np.searchsorted(heads, ends)
    row = np.repeat(np.arange(len(values)), np.diff(first))
    place = np.arange(len(heads)) - first[:-1][row]
    within = place < width
    out[row[within], place[within]] = points[within]
    if values.null_count:
        out[values.is_null().to_numpy(zero_copy_only=False)] = 0
    return out


def _decode(content: NDArray[np.uint8], heads: NDArray[np.int64]) -> NDArray[np.uint32]:
    """Decode UTF-8 at the places where characters begin."""
    padded = np.concatenate([content, np.zeros(3, np.uint8)]).astype(np.uint32)
    b0, b1, b2 = padded[heads], padded[heads + 1] & 63, padded[heads + 2] & 63
    two, three = (b0 & 31) << 6 | b1, (b0 & 15) << 12 | b1 << 6 | b2
    four = (b0 & 7) << 18 | b1 << 12 | b2 << 6 | padded[heads + 3] & 63
    return np.select([b0 < 0x80, b0 < 0xE0, b0 < 0xF0], [b0, two, three], four)


def flags(values: pa.Array | pa.ChunkedArray) -> Flags:
    """Return truth values as an array; what is missing is not true."""
    known = pc.fill_null(values, pa.scalar(value=False))
    found: Flags = np.asarray(known)
    return found


def numbers(values: pa.Array) -> NDArray[Any]:
    """Return whole numbers as an array; what is missing is 0."""
    found: NDArray[Any] = pc.fill_null(values, 0).to_numpy(zero_copy_only=False)
    return found


def letters(values: pa.Array, width: int) -> NDArray[np.uint8]:
    """Return a matrix [texts, width] of ASCII letters; other characters become 1."""
    points = code_points(values, width)
    return np.where(points < 128, points, 1).astype(np.uint8)


def lengths(matrix: NDArray[np.unsignedinteger]) -> NDArray[np.int64]:
    """Count the characters of each row of a matrix of code points."""
    count: NDArray[np.int64] = (matrix != 0).sum(1)
    return count


class Growing:
    """Arrays that grow at their end without being copied each time."""

    def __init__(self) -> None:
        """Keep the room of each array by its name."""
        self._room: dict[str, NDArray[Any]] = {}

    def add(self, name: str, held: NDArray[Any], more: NDArray[Any]) -> NDArray[Any]:
        """Return `held` with `more` behind it; `held` is what was returned before."""
        size, need = len(held), len(held) + len(more)
        room = self._room.get(name)
        if room is None or len(room) < need:
            room = np.empty((need + need // 2 + 1024, *held.shape[1:]), held.dtype)
            room[:size] = held
            self._room[name] = room
        room[size:need] = more
        return room[:need]


def differing(x: NDArray[Any], y: NDArray[Any]) -> NDArray[np.int64]:
    """Count the places that differ; two neighbours swapped count as one."""
    wrong = np.asarray(x != y)
    count: NDArray[np.int64] = wrong.sum(1)
    two = np.flatnonzero(count == 2)
    first = wrong[two].argmax(1)
    after = np.minimum(first + 1, x.shape[1] - 1)
    crossed = (x[two, first] == y[two, after]) & (x[two, after] == y[two, first])
    count[two[crossed]] = 1
    return count
