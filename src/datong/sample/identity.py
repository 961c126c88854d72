"""Identity numbers with right check digits that belong to nobody.

GB 11643: six digits of a region, eight of the birth date, three of a sequence (odd for
men), one check digit. The regions begin with 99, which no division of China has: a
number of ours can never be a real person's.
"""

import numpy as np
from numpy.typing import NDArray

from datong.sample.words import Column

WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
CHECKS = np.frombuffer(b"10X98765432", dtype=np.uint8)


def digits(numbers: NDArray[np.int64], wide: int) -> NDArray[np.int64]:
    """Write numbers as rows of digits (numbers x wide)."""
    return numbers[:, None] // 10 ** np.arange(wide - 1, -1, -1) % 10


def as_text(codes: NDArray[np.int64]) -> Column:
    """Read rows of character codes as texts."""
    wide = codes.shape[1]
    return np.ascontiguousarray(codes.astype(np.uint32)).view(f"U{wide}")[:, 0]


def as_codes(texts: Column) -> NDArray[np.int64]:
    """Read texts as rows of character codes (texts x longest)."""
    held = np.ascontiguousarray(texts)
    wide = held.dtype.itemsize // 4
    return held.view(np.uint32).reshape(len(held), wide).astype(np.int64)


def numbered(prefix: str, numbers: NDArray[np.int64], wide: int) -> Column:
    """Write numbers with leading zeros behind a prefix."""
    head = np.tile(
        np.array([ord(c) for c in prefix], dtype=np.int64), (len(numbers), 1)
    )
    return as_text(np.hstack([head, digits(numbers, wide) + 48]))


def identity_numbers(
    regions: NDArray[np.int64], births: Column, sequences: NDArray[np.int64]
) -> Column:
    """Write identity numbers of 18 characters."""
    day = births.astype("datetime64[D]")
    year = day.astype("datetime64[Y]").astype(np.int64) + 1970
    month = day.astype("datetime64[M]").astype(np.int64) % 12 + 1
    of_month = (day - day.astype("datetime64[M]")).astype(np.int64) + 1
    birth = (year * 100 + month) * 100 + of_month
    body = np.hstack([digits(regions, 6), digits(birth, 8), digits(sequences, 3)])
    check = CHECKS[(body * WEIGHTS).sum(axis=1) % 11]
    return as_text(np.hstack([body + 48, check[:, None].astype(np.int64)]))
