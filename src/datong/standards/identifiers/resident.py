"""The resident identity number of China (GB 11643) and what it tells.

18 characters: area 6, birth date 8, sequence 3 (odd for men), check. The check is
Σ digit·weight mod 11, written with X for 10; it finds every single wrong digit and
every swap of neighbours. Residence permits of people from Hong Kong, Macau and Taiwan
have the areas 810000, 820000 and 830000 and the same check.
"""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Flags: TypeAlias = NDArray[np.bool_]

WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
CHECKS = np.frombuffer(b"10X98765432", np.uint8)
# Codes of GB/T 2260 for the first level, and 81-83 of the residence permits; 91 is the
# prefix of foreigners' permanent residence cards.
PROVINCES = np.array(
    [
        *(11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37),
        *(41, 42, 43, 44, 45, 46, 50, 51, 52, 53, 54, 61, 62, 63, 64, 65),
        *(71, 81, 82, 83, 91),
    ]
)
_DAYS = np.array([0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])


def check_character(digits: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the check character of numbers; `digits` [numbers, ≥ 17] in ASCII."""
    values = digits[:, :17].astype(np.int64) - 48
    found: NDArray[np.uint8] = CHECKS[(values @ WEIGHTS) % 11]
    return found


def birth_date(digits: NDArray[np.uint8]) -> NDArray[np.int32]:
    """Return the birth date inside 18-character numbers as YYYYMMDD."""
    places = 10 ** np.arange(7, -1, -1)
    return ((digits[:, 6:14].astype(np.int64) - 48) @ places).astype(np.int32)


def is_date(written: NDArray[np.int32], today: int) -> Flags:
    """Say which YYYYMMDD are real dates from 1850 to today."""
    year, month, day = written // 10000, written // 100 % 100, written % 100
    real: Flags = np.zeros(len(written), np.bool_)
    real |= (month >= 1) & (month <= 12) & (day >= 1) & (year >= 1850)
    real &= (day <= _DAYS[np.clip(month, 0, 12)]) & (written <= today)
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    real &= ~((month == 2) & (day == 29) & ~leap)
    return real


def is_verified(digits: NDArray[np.uint8], today: int) -> Flags:
    """Say which 18-character numbers have a right check, date and province."""
    head = digits[:, :17]
    ok: Flags = np.zeros(len(digits), np.bool_)
    ok |= ((head >= 48).sum(1) == 17) & ((head <= 57).sum(1) == 17)
    held = np.where(ok[:, None], digits, 48)
    province = (held[:, 0].astype(np.int64) - 48) * 10 + held[:, 1] - 48
    ok &= np.isin(province, PROVINCES) & (check_character(held) == held[:, 17])
    ok &= is_date(birth_date(held), today)
    return ok


def is_male(digits: NDArray[np.uint8]) -> Flags:
    """Say which numbers belong to men: the seventeenth digit is odd."""
    male: Flags = digits[:, 16] % 2 == 1
    return male


def upgraded(digits: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Write 15-digit numbers [numbers, 15] with 18 characters: 19 and the check."""
    century = np.tile(np.frombuffer(b"19", np.uint8), (len(digits), 1))
    longer = np.hstack([digits[:, :6], century, digits[:, 6:15]])
    return np.hstack([longer, check_character(longer)[:, None]])
