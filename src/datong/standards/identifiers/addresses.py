"""The divisions at the head of written addresses, cut off.

In:  addresses, their width folded (NFKC), without blanks.
Out: the present code of the smallest division that is named, and what follows it.

An address names divisions from the largest to the smallest, and may leave some out. At
each of three levels the longest name that fits below what was found already is taken,
former names included. A name without its rank counts for provinces and prefectures
only, and not where something else bears it: 南京东路, 河北路12号, 朝阳区.
"""

import re
from collections import defaultdict
from functools import cache
from typing import NamedTuple, TypeAlias

import pyarrow as pa

from datong.standards.identifiers.divisions import Division, divisions, stem

LEVELS = ("province", "prefecture", "county")
_OTHER = re.compile(
    r"[东南西北中一二三四五六七八九十]{0,3}[大支]?[路街道巷弄里]|[省市县区州盟旗]|地区|自治"
)
_GROUPS = ("市辖区", "省直辖", "自治区直辖")
_COLLECTIVE = re.compile("市辖区|(省|自治区)直辖县级行政区划")


class Name(NamedTuple):
    """A way to write a division."""

    written: str
    code: str  # of today
    is_bare: bool  # without its rank


# What can be written below a code (its first two or four digits), by the first letters.
Names: TypeAlias = dict[tuple[str, str], list[Name]]


def cut(texts: pa.Array) -> tuple[pa.Array, pa.Array]:
    """Return the present codes (null where none is named) and the rest of each text.

    Each distinct address is looked at once.
    """
    coded = texts.cast(pa.string()).dictionary_encode()
    found = [cut_one(text) for text in coded.dictionary.to_pylist()]
    codes = pa.array([code for code, _ in found], pa.string())
    rests = pa.array([rest for _, rest in found], pa.string())
    return codes.take(coded.indices), rests.take(coded.indices)


def cut_one(text: str) -> tuple[str | None, str]:
    """Cut one address."""
    code, below, rest = None, "", text.removeprefix("中国")
    for names in _names():
        for written, present, is_bare in names.get((below, rest[:2]), ()):
            if not rest.startswith(written):
                continue
            tail = rest[len(written) :]
            if is_bare and _OTHER.match(tail):
                continue
            code, rest = present, tail
            below = code[:2] if code.endswith("0000") else code[:4]
            break
        if rest.startswith(_GROUPS) and (group := _COLLECTIVE.match(rest)):
            rest = rest[group.end() :] if code else rest
    return code, rest


def level(division: Division) -> str:
    """Say how large a division is."""
    if division.code.endswith("0000"):
        return "province"
    return "prefecture" if division.code.endswith("00") else "county"


@cache
def _names() -> tuple[Names, ...]:
    """Return the names of each level, the longest first."""
    return tuple(_of_level(one) for one in LEVELS)


def _of_level(wanted: str) -> Names:
    """Gather the names of a level that mean one division of today."""
    means: dict[tuple[str, str], dict[str, bool]] = defaultdict(dict)
    for row in divisions().rows:
        if level(row) == wanted and not row.is_collective and not _is_elsewhere(row):
            present = divisions().now(row.code, row.last)
            code = present[0].code if len(present) == 1 else row.code
            for place in _below(row.code) | _below(code):
                for written in _written(row, wanted):
                    held = means[place, written]
                    held[code] = held.get(code, False) or row.last is None
    found: Names = defaultdict(list)
    for (place, written), held in means.items():
        sure = [code for code, is_now in held.items() if is_now] or list(held)
        if len(sure) == 1:
            bare = wanted != "county" and not _is_ranked(written)
            found[place, written[:2]].append(Name(written, sure[0], bare))
    for names in found.values():
        names.sort(key=lambda name: -len(name.written))
    return found


def _is_elsewhere(row: Division) -> bool:
    """Ask whether a former name is borne by another division of the province today."""
    if row.last is None:
        return False
    same = divisions().by_name[row.name]
    return any(r.last is None and r.code[:2] == row.code[:2] for r in same)


def _below(code: str) -> set[str]:
    """Return the places below which a code's name can be written."""
    return {"", code[:2], code[:4].removesuffix("00")}


def _written(row: Division, wanted: str) -> set[str]:
    """Return the ways to write a division in an address."""
    return {row.name} if wanted == "county" else {row.name, stem(row.name)}


def _is_ranked(written: str) -> bool:
    """Ask whether a name tells its rank."""
    return stem(written) != written
