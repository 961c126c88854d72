"""Identity numbers: resident numbers with their check, permits, passports, others."""

from datetime import UTC, datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from datong.core.say import Say
from datong.link.arrays import (
    Codes,
    Flags,
    Levels,
    differing,
    flags,
    hash_rows,
    hash_texts,
    letters,
    matched,
    replaced,
)
from datong.link.columns.column import Arrays, Column
from datong.standards.identifiers import resident

WIDTH = 18
NONE, OTHER, BROKEN, UPGRADED, VERIFIED = range(5)  # how far a number is trusted
_EMPTY = (
    r"^(无|不详|未知|拒绝|NULL|NONE|N/?A|UNKNOWN|X*|0+|1+|2+|3+|4+|5+|6+|7+|8+|9+|"
    r"123456\d*X?|.{1,3})$"
)
_PERMITS = (  # type of paper by its form; 0 is a resident number or anything else
    (1, r"^[HM]\d{8}(\d{2})?$"),  # home return permit; the last two count renewals
    (2, r"^\d{8}$"),  # mainland travel permit of Taiwan residents
    (3, r"^[A-Z]{3}\d{12}$"),  # permanent residence of foreigners, older form
    (4, r"^([A-Z]\d{7,8}|E[A-Z]\d{7}|[A-Z]{1,2}\d{6,7})$"),  # passports
    (5, r"^[^\x00-\x7F]+[^\x00]*\d{4,}"),  # military papers, written with 字 and 号
)


class Identity(Column):
    """A number that an authority gave; two verified different ones are two people."""

    words = (
        Say("equal", "相同"),
        Say("both verified and different", "均已校验且不同"),
        Say("one digit or neighbours swapped", "相差一位或相邻两位颠倒"),
        Say("two digits", "相差两位"),
        Say("different", "不同"),
    )
    keys = ("value", "head", "tail")
    counted = False

    def learn(self, raw: pa.Array) -> None:
        """Learn whether the column holds resident numbers for the most part."""
        self.settings["today"] = int(datetime.now(UTC).strftime("%Y%m%d"))
        text = _tidy(raw)
        like = matched(text, r"^\d{17}[\dX]$|^\d{15}$")
        known = len(text) - text.null_count
        self.settings["resident"] = known > 0 and (
            2 * (pc.sum(like).as_py() or 0) >= known
        )

    def describe(self, raw: pa.Array) -> tuple[pa.Array, Arrays]:
        """Clean numbers, write 15 digits with 18, and say how far each is trusted."""
        text = _tidy(raw)
        digits = letters(text, WIDTH)
        trust = np.where((digits != 0).any(1), OTHER, NONE).astype(np.uint8)
        paper = np.zeros(len(text), np.uint8)
        if self.settings["resident"]:
            paper = _papers(text)
            text, digits, trust = self._resident(text, digits, trust)
        value = hash_texts(text)
        long = trust >= BROKEN
        return text, {
            "value": value,
            "head": np.where(long, hash_rows(digits[:, :14]), 0).astype(np.uint64),
            "tail": np.where(long, hash_rows(digits[:, 6:]), 0).astype(np.uint64),
            "digits": digits,
            "paper": paper,
            "size": (digits != 0).sum(1).astype(np.uint8),
            "trust": np.where(trust == UPGRADED, BROKEN, trust),
            "row_trust": trust,
            "row_birth": np.where(long, resident.birth_date(digits), 0)
            * (trust >= UPGRADED),
            "row_sex": np.where(trust >= UPGRADED, 2 - resident.is_male(digits), 0),
        }

    def _resident(
        self, text: pa.Array, digits: np.ndarray, trust: np.ndarray
    ) -> tuple[pa.Array, np.ndarray, np.ndarray]:
        """Check resident numbers, and write the old ones with 18 characters."""
        size, today = (digits != 0).sum(1), self.settings["today"]
        numeric = ((digits[:, :15] >= 48) & (digits[:, :15] <= 57)).all(1)
        old = np.flatnonzero(numeric & (size == 15))
        longer = resident.upgraded(digits[old])
        right = resident.is_verified(longer, today)
        digits[old[right]] = longer[right]
        trust[old] = np.where(right, UPGRADED, BROKEN)
        full = np.flatnonzero(size == 18)
        trust[full] = BROKEN
        trust[full[resident.is_verified(digits[full], today)]] = VERIFIED
        if right.any():
            written = longer[right].tobytes().decode("ascii")
            new = [written[k : k + 18] for k in range(0, len(written), 18)]
            mask = np.zeros(len(text), np.bool_)
            mask[old[right]] = True
            text = pc.replace_with_mask(text, pa.array(mask), pa.array(new))
        return text, digits, trust

    def compare(self, a: Codes, b: Codes) -> Levels:
        """Return the level of pairs of different numbers."""
        held = self.arrays
        out = np.full(len(a), 5, np.uint8)
        verified = (held["trust"][a] == VERIFIED) & (held["trust"][b] == VERIFIED)
        out[verified] = 2
        rest = np.flatnonzero(~verified)
        x, y = held["digits"][a[rest]], held["digits"][b[rest]]
        alike = held["size"][a[rest]] == held["size"][b[rest]]
        near = differing(x, y)
        level = np.where(alike & (near <= 2), np.maximum(near, 1) + 2, 5)
        other = held["paper"][a[rest]] != held["paper"][b[rest]]
        renewed = (held["paper"][a[rest]] > 0) & (level == 5)
        out[rest] = np.where(other | renewed, 0, level)
        return out

    def trusted(self, first: int = 0) -> Flags:
        """Say which rows, from `first` on, hold a verified number."""
        trusted: Flags = self.rows["row_trust"][first:] == VERIFIED
        return trusted


def _tidy(raw: pa.Array) -> pa.Array:
    """Write numbers in upper case without separators; placeholders are null."""
    text = pc.utf8_upper(pc.utf8_normalize(raw, "NFKC"))
    text = replaced(text, r"[\s\x{200B}-\x{200F}\x{FEFF}._/-]+", "")
    return pc.if_else(matched(text, _EMPTY), None, text)


def _papers(text: pa.Array) -> np.ndarray:
    """Tell the type of each paper by its form."""
    out = np.zeros(len(text), np.uint8)
    for number, form in _PERMITS:
        out[flags(matched(text, form))] = number
    return out
