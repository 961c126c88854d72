"""How often hospitals go wrong: the rates of `mistakes.toml`, and those of a user.

A file of one's own names only what it changes; whatever it names must be known, so that
a slip of the pen is told and not silently without effect.
"""

import tomllib
from importlib.resources import files
from pathlib import Path
from typing import TypeAlias

from datong.core.reason import Trouble
from datong.sample.reasons import RATES

Rates: TypeAlias = dict[str, dict[str, float]]
TIER = "tier"  # factors, not shares


def written() -> str:
    """Return the text of the rates that hold where nobody says otherwise."""
    return (files("datong.sample") / "mistakes.toml").read_text("utf-8")


def rates_of(file: Path | None = None) -> Rates:
    """Read the rates, a table a page of the books; those of `file` take precedence.

    Raises `Trouble` for a file that is not TOML, for a name that is not known, and for
    a rate that is no number from 0 to 1 (a tier's factor: from 0 on).
    """
    rates = _tables(tomllib.loads(written()))
    if file is None:
        return rates
    try:
        own = tomllib.loads(file.read_text("utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise Trouble(RATES, file, problem=str(error)) from error
    for name, table in own.items():
        if name != "edition":
            rates[name] = rates.get(name, {}) | _checked(file, name, table, rates)
    return rates


def _tables(read: dict[str, object]) -> Rates:
    """Keep the tables."""
    return {name: dict(one) for name, one in read.items() if isinstance(one, dict)}


def _checked(file: Path, name: str, table: object, known: Rates) -> dict[str, float]:
    """Return a table of one's own if all of it is known and in range."""
    if name not in known or not isinstance(table, dict):
        tables = ", ".join(f"[{one}]" for one in known)
        raise Trouble(RATES, file, problem=f"[{name}] ∉ {tables}")
    for one, rate in table.items():
        if one not in known[name]:
            problem = f"[{name}] {one} ∉ {', '.join(known[name])}"
            raise Trouble(RATES, file, problem=problem)
        able = isinstance(rate, int | float) and not isinstance(rate, bool)
        most = float("inf") if name == TIER else 1
        if not (able and 0 <= rate <= most and rate != float("inf")):
            problem = f"[{name}] {one} = {rate!r}"
            raise Trouble(RATES, file, problem=problem)
    return {one: float(rate) for one, rate in table.items()}
