"""The lexicon: what the region's people are called, suffer from and are given.

Each file of `words/` is a table of facts that we wrote down; docs/how-to/sample.md says
from which open knowledge.
"""

from functools import cache
from importlib.resources import files
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pyarrow import csv

Column: TypeAlias = NDArray[Any]
Table: TypeAlias = dict[str, Column]

NUMBERS = frozenset(
    [
        "low",
        "high",
        "out",
        "in",
        "chronic",
        "stay",
        "dose",
        "price",
        "level",
        "other_factor",
        "decimals",
        "mean",
        "sd",
        "shift",
        "percent",
        "male",
        "female",
        "old",
        "young",
        "weight",
    ]
)


@cache
def words(name: str) -> Table:
    """Read one file of the lexicon: texts, and numbers where a column holds them."""
    with (files("datong.sample") / "words" / f"{name}.csv").open("rb") as file:
        names = file.readline().decode().strip().split(",")
        types = {n: pa.float64() if n in NUMBERS else pa.string() for n in names}
        table = csv.read_csv(
            file,
            csv.ReadOptions(column_names=names),
            convert_options=csv.ConvertOptions(column_types=types),
        )
    return {
        n: _texts(table[n]) if n not in NUMBERS else _numbers(table[n]) for n in names
    }


def _texts(column: pa.ChunkedArray) -> Column:
    """Hold texts as numpy's fixed-width kind, which sorts and picks quickly."""
    return np.array(column.to_pylist(), dtype=str)


def _numbers(column: pa.ChunkedArray) -> Column:
    """Hold numbers; an empty cell is 0."""
    numbers: Column = np.nan_to_num(column.to_numpy())
    return numbers


@cache
def positions(name: str) -> dict[str, int]:
    """Say where each code of a file stands."""
    key = (
        "loinc" if "loinc" in words(name) else "atc" if "atc" in words(name) else "code"
    )
    return {str(code): place for place, code in enumerate(words(name)[key])}


@cache
def lasting() -> NDArray[np.int64]:
    """Return the places of the diagnoses that last."""
    return np.flatnonzero(words("diagnoses")["chronic"] > 0)


@cache
def links(name: str, column: str, other: str) -> NDArray[np.int64]:
    """Read a column of codes (`A|B`) as places in another file; -1 fills a row."""
    place = positions(other)
    rows = [[place[c] for c in cell.split("|") if c] for cell in words(name)[column]]
    wide = max(len(row) for row in rows)
    places: NDArray[np.int64] = np.array([r + [-1] * (wide - len(r)) for r in rows])
    return places


@cache
def forms(name: str) -> tuple[Column, NDArray[np.int64]]:
    """Return the written forms of each term (terms x forms), and how many it has."""
    pairs = zip(words(name)["name"], words(name)["forms"], strict=True)
    rows = [[str(term), *str(others).split("|")] for term, others in pairs]
    wide = max(len(row) for row in rows)
    padded = [row + [""] * (wide - len(row)) for row in rows]
    return np.array(padded), np.array([len(row) for row in rows])
