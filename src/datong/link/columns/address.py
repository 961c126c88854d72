"""Addresses: Chinese ones by road and house number, others by their words.

A road and a number are the same place in one city only: where both addresses name their
province or prefecture (by its name of today or an earlier one) and these are not the
same, the addresses differ whatever follows.
"""

from functools import lru_cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from datong.core.say import Say
from datong.link.arrays import Codes, Levels, hash_texts, matched, replaced
from datong.link.columns.column import Arrays, Column
from datong.standards.identifiers.addresses import cut_one
from datong.standards.identifiers.divisions import divisions

_NOTHING = r"^(无|不详|未知|未填|暂无|同上|拒绝|null|none|n/?a|-*)$"
# What stands before the road, from the province to the township; every part may lack.
_DIVISION = (
    r"^(中国)?([^路街巷道号]{2,8}?(省|自治区|特别行政区))?"
    r"([^路街巷道号]{2,9}?(市|自治州|地区|盟|州))?(市辖区|县)?"
    r"([^路街巷道号]{1,9}?(区|县|市|旗))?([^路街巷道号]{1,8}?(镇|乡|街道|苏木|团场))?"
)
# Punctuation and symbols. What is no letter or digit, in a class of its own, would take
# longer to prepare than all else takes for one address.
_SEPARATING = (
    r"[\x00-/:-@\[-`{-\x{A9}\x{AB}-\x{B4}\x{B6}-\x{B9}\x{BB}-\x{BF}×÷"
    r"\x{2000}-\x{206F}\x{20A0}-\x{20CF}\x{2190}-\x{2BFF}\x{2E00}-\x{2E7F}"
    r"\x{3000}-\x{3004}\x{3008}-\x{3020}\x{3030}-\x{303F}\x{30FB}\x{FE10}-\x{FE6F}]+"
)


_PART = 1 << 16  # texts that are looked at together
_MUNICIPALITIES = ("11", "12", "31", "50")  # one city each


@lru_cache(1 << 17)
def _city(written: str) -> int:
    """Return province and prefecture (4 digits, 00 where not told); 0 for none.

    What a former division has become is not always known, or is several.
    """
    code = cut_one(written)[0]
    if code is None or [one.code for one in divisions().now(code)] != [code]:
        return 0
    return int(code[:2]) * 100 if code[:2] in _MUNICIPALITIES else int(code[:4])


def _cities(text: pa.Array, local: pa.Array) -> Codes:
    """Return the city that stands before the local part of each text."""
    out = np.zeros(len(text), np.int32)
    for start in range(0, len(text), _PART):
        whole = text.slice(start, _PART).to_pylist()
        rest = local.slice(start, _PART).to_pylist()
        cities = [
            _city(one[: len(one) - len(end)]) if one else 0
            for one, end in zip(whole, rest, strict=True)
        ]
        out[start : start + _PART] = cities
    return out


def _counted(text: pa.Array) -> pa.Array:
    """Write the numbers of houses, storeys and groups in digits."""
    for value, digit in enumerate("一二三四五六七八九", 1):
        if pc.any(pc.match_substring(text, digit)).as_py():
            form = f"{digit}([号栋幢座楼室组单])"
            text = replaced(text, form, rf"{value}\1")
    return text


class ChineseAddress(Column):
    """A Chinese address by road and number, building and room, or village and group."""

    words = (
        Say("same down to the room", "到户相同"),
        Say("same road and number, or village", "路号（村）相同"),
        Say("same road", "同路"),
        Say("different", "不同"),
    )
    keys = ("value", "road")
    personal = False

    def describe(self, raw: pa.Array) -> tuple[pa.Array, Arrays]:
        """Cut the divisions off, and keep road, number, building and room."""
        text = pc.utf8_lower(pc.utf8_normalize(raw, "NFKC"))
        text = replaced(text, r"[\s,，。;；:：()（）\x{200B}#-]+", "-")
        text = replaced(text, r"(^|[^\d])-+|-+([^\d]|$)", r"\1\2")
        text = pc.if_else(matched(text, _NOTHING), None, text)
        local = replaced(text, _DIVISION, "")
        cities = _cities(text, local)
        local = pc.if_else(pc.equal(pc.utf8_length(local), 0), text, local)
        local = _counted(local)
        plain = replaced(local, r"号楼|[栋幢座楼]", "栋")
        plain = replaced(plain, r"单元|[门组号室户社队层弄]", "-")
        plain = replaced(plain, _SEPARATING, "-")
        plain = replaced(plain, "-+$|^-+", "")
        found = pc.extract_regex(plain, r"^(?P<road>[^\d]{2,})(?P<number>\d+)?.*$")
        road, number = pc.struct_field(found, "road"), pc.struct_field(found, "number")
        place = pc.binary_join_element_wise(road, number, "-")
        place = pc.if_else(pc.equal(pc.utf8_length(number), 0), None, place)
        return text, {
            "value": hash_texts(plain),
            "road": hash_texts(place),
            "street": hash_texts(road),
            "row_city": cities,
        }

    def level(self, i: Codes, j: Codes) -> Levels:
        """Return the levels of pairs of rows; other cities are other places."""
        out = super().level(i, j)
        a, b = self.rows["row_city"][i], self.rows["row_city"][j]
        is_other = (a != b) & (a % 100 != 0) & (b % 100 != 0) | (a // 100 != b // 100)
        out[is_other & (a != 0) & (b != 0) & (out != 0)] = len(self.words)
        return out

    def compare(self, a: Codes, b: Codes) -> Levels:
        """Return the level of pairs of different addresses."""
        held = self.arrays
        out = np.full(len(a), 4, np.uint8)
        for level, key in ((3, "street"), (2, "road")):
            same = (held[key][a] == held[key][b]) & (held[key][a] != 0)
            out[same] = level
        return out
