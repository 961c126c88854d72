"""Units as people write them, in UCUM (The Unified Code for Units of Measure, 2.1).

`units.csv` lists written forms (folded: width, case, no blanks) with their UCUM codes.
Case is folded because laboratories write MMOL/L; the few units that differ by case only
in UCUM (M and m as prefixes) are never guessed: M/uL is a count of millions and means
nothing else.

What a unit can measure is its dimension. Mass, amount, activity and arbitrary units
stand for one another (glucose in mg/dL or mmol/L, TSH in mU/L or pmol/L); a share, a
count in a volume, a count in a field of view and a pressure do not.
"""

import csv
import re
from collections import Counter
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from datong.core.text.width import fold_width

# UCUM atoms by what they measure, with the power of it; 1 is a plain number.
_ATOMS = {
    **dict.fromkeys(("g", "mol", "eq", "osm", "U", "[IU]", "[iU]", "kat"), ("what", 1)),
    **dict.fromkeys(("L", "l"), ("length", 3)),
    "m": ("length", 1),
    **dict.fromkeys(("s", "min", "h", "d", "wk", "mo", "a"), ("time", 1)),
    **dict.fromkeys(("Pa", "m[Hg]", "m[H2O]"), ("pressure", 1)),
    **dict.fromkeys(("Cel", "[degF]", "K"), ("temperature", 1)),
    **{mark: (mark, 1) for mark in ("[pH]", "[HPF]", "[LPF]", "[drp]")},
    **dict.fromkeys(("%", "[ppth]", "[ppm]", "10*", "10^", "[CFU]"), ("", 0)),
}
_TERM = re.compile(r"([./]|^)([^./]+)")
_ATOM = re.compile(r"(.*?)(?<!\*)(?<!\^)([-+]?\d+)?")
_POWER = re.compile(r"10[*^][-+]?\d+|\d+")
_GROUP = re.compile(r"/\(([^()]*)\)")
_PREFIXES = ("da", *"YZEPTGMkhdcmunpfazy")
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


@cache
def dimension(code: str) -> frozenset[tuple[str, int]] | None:
    """Return what a UCUM code measures, with powers; None where a part is not known.

    >>> dimension("mg/dL") == dimension("mmol/L"), dimension("%") == dimension("g/L")
    (True, False)
    """
    found: Counter[str] = Counter()
    flat = _GROUP.sub(lambda group: "/" + group[1].replace(".", "/"), code)
    for sign, term in _TERM.findall(re.sub(r"\{[^}]*\}", "", flat)):
        if _POWER.fullmatch(term):
            continue
        whole = _ATOM.fullmatch(term)
        atom = _atom(whole[1]) if whole else None
        if whole is None or atom is None:
            return None
        power = atom[1] * int(whole[2] or 1)
        found[atom[0]] += -power if sign == "/" else power
    return frozenset((name, power) for name, power in found.items() if name and power)


def _atom(written: str) -> tuple[str, int] | None:
    """Find an atom, with a prefix or without."""
    if written in _ATOMS:
        return _ATOMS[written]
    heads = (prefix for prefix in _PREFIXES if written.startswith(prefix))
    found = (_ATOMS.get(written.removeprefix(prefix)) for prefix in heads)
    return next((atom for atom in found if atom), None)


def is_odd(written: Sequence[str], stated: Sequence[str]) -> bool:
    """Say whether a written unit measures nothing that any stated unit measures.

    Units that nobody knows speak neither for nor against.

    >>> is_odd(["％"], ["mmol/L"]), is_odd(["mg/dl"], ["mmol/L"]), is_odd(["?"], ["g"])
    (True, False, False)
    """
    wanted = {dimension(ucum(unit) or unit) for unit in stated}
    if not wanted or None in wanted:
        return False
    found = {dimension(code) for unit in written if (code := ucum(unit))}
    return bool(found - wanted - {None})
