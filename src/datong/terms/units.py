"""Units as people write them, in UCUM (The Unified Code for Units of Measure, 2.1).

`units.csv` lists written forms (folded: width, case, no blanks) with their UCUM codes.
Case is folded because laboratories write MMOL/L; the few units that differ by case only
in UCUM (M and m as prefixes) are never guessed: M/uL is a count of millions and means
nothing else.
"""

import csv
from functools import cache
from importlib.resources import files

from datong.core.text.width import fold_width

_SAME = str.maketrans({"μ": "u", "µ": "u", "×": "*", "·": "*", "／": "/", "＊": "*"})


@cache
def _units() -> dict[str, str]:
    """Read the units once."""
    lines = files(__package__).joinpath("units.csv").read_text("utf-8").splitlines()
    rows = list(csv.DictReader(lines))
    listed = {_key(row["written"]): row["ucum"] for row in rows}
    return {_key(row["ucum"]): row["ucum"] for row in rows} | listed


def _key(written: str) -> str:
    """Fold how a unit was typed."""
    return fold_width(written.translate(_SAME)).translate(_SAME).replace(" ", "")


def ucum(written: str) -> str | None:
    """Return the UCUM code of a unit, None where it is not known.

    >>> ucum("×10^9/L"), ucum("mmol／l"), ucum("mmHg"), ucum("furlong")
    ('10*9/L', 'mmol/L', 'mm[Hg]', None)
    """
    return _units().get(_key(written))
