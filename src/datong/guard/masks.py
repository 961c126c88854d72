"""Masks: what is left of a value that may not be seen whole.

A mask takes a text and gives a text; null stays null. Each is said twice, in Python
and in the portable SQL, held equal by the tests. `pseudonym` needs a secret, so SQL
leaves its place to `pseudonyms`, which is applied to the distinct values of the answer.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass

STARS = "***"


@dataclass(frozen=True, slots=True)
class Mask:
    """One mask: its Python form and its SQL form, each with its number."""

    plain: Callable[[str, int], str]
    sql: str  # {c} the text, {n} the number
    number: int  # when none is written


def _last(text: str, n: int) -> str:
    """Keep the last characters."""
    return STARS + text[-n:] if len(text) > n else STARS


def _first(text: str, n: int) -> str:
    """Keep the first characters."""
    return text[:n] + STARS if len(text) > n else STARS


def _middle(text: str, n: int) -> str:
    """Hide the middle."""
    start = (len(text) - n) // 2
    return text[:start] + "*" * n + text[start + n :] if len(text) > n else STARS


def _prefix(text: str, n: int) -> str:
    """Keep so many characters and nothing that tells there were more."""
    return text[:n]


def _band(text: str, n: int) -> str:
    """Keep the band of a whole number."""
    if not re.fullmatch(r"\d{1,9}", text, re.ASCII):
        return STARS
    low = int(text) // n * n
    return f"{low}-{low + n - 1}"


_LONG = "case when length({c}) > {n} then "
MASKS = {
    "last": Mask(
        _last, _LONG + f"'{STARS}' || right({{c}}, {{n}}) else '{STARS}' end", 4
    ),
    "first": Mask(
        _first, _LONG + f"left({{c}}, {{n}}) || '{STARS}' else '{STARS}' end", 1
    ),
    "middle": Mask(
        _middle,
        _LONG + "left({c}, cast(floor((length({c}) - {n}) / 2.0) as int))"
        " || repeat('*', {n}) || right({c}, length({c}) - {n}"
        " - cast(floor((length({c}) - {n}) / 2.0) as int))"
        f" else '{STARS}' end",
        4,
    ),
    "year": Mask(_prefix, "left({c}, {n})", 4),
    "month": Mask(_prefix, "left({c}, {n})", 7),
    "area": Mask(_prefix, "left({c}, {n})", 4),
    "band": Mask(
        _band,
        "case when regexp_matches({c}, '^[0-9]{{1,9}}$') then"
        " cast(cast(floor(try_cast({c} as bigint) / {n}.0) * {n} as bigint) as varchar)"
        " || '-' || cast(cast(floor(try_cast({c} as bigint) / {n}.0) * {n} as bigint)"
        f" + {{n}} - 1 as varchar) else '{STARS}' end",
        10,
    ),
}
ALSO = ("null", "pseudonym")  # no text is left; a text that a secret makes


def read(mask: str) -> tuple[str, int] | None:
    """Split `last4` into its name and number; None where there is no such mask."""
    found = re.fullmatch(r"([a-z]+)(\d{0,2})", mask)
    if found is None or found[1] not in (*MASKS, *ALSO):
        return None
    number = int(found[2]) if found[2] else 0
    if found[1] in ALSO:
        return (found[1], 0) if not found[2] else None
    return found[1], number or MASKS[found[1]].number


def plain(mask: str, value: object, secret: bytes = b"") -> str | None:
    """Mask one value."""
    named = read(mask)
    if value is None or named is None or named[0] == "null":
        return None
    if named[0] == "pseudonym":
        return pseudonym(secret, str(value))
    return MASKS[named[0]].plain(str(value), named[1])


def sql(mask: str, column: str) -> str:
    """Write the mask of a text column; a pseudonym is made after the query."""
    named = read(mask)
    if named is None or named[0] == "null":
        return "cast(null as varchar)"
    if named[0] == "pseudonym":
        return column
    masked = MASKS[named[0]].sql.format(c=column, n=named[1])
    return f"case when {column} is not null then {masked} end"


def pseudonym(secret: bytes, key: str) -> str:
    """Return 128 bits of HMAC-SHA256 in base32: 26 letters and digits.

    Without the recipient's secret neither the key nor another recipient's pseudonym
    of it can be found; an unkeyed hash of an identity number could be enumerated.
    """
    digest = hmac.digest(secret, key.encode(), hashlib.sha256)[:16]
    return base64.b32encode(digest).decode().rstrip("=").lower()
