"""Values that are nobody's own: placeholders and switchboards, learned from the table.

A number or telephone that stands with more than eight different names and birth dates
belongs to no person; it becomes missing, and is counted as a finding.
"""

from collections.abc import Sequence

import numpy as np

from datong.link.arrays import mix
from datong.link.columns.column import Column
from datong.link.columns.identity import Identity
from datong.link.columns.phone import Phone

PERSONS = 8  # different names and birth dates that one value may stand with


def drop_shared(columns: Sequence[Column]) -> dict[str, int]:
    """Make shared values missing; return how many values each column lost."""
    who = [
        c for c in columns if c.personal and not isinstance(c, Identity) and c.counted
    ]
    found: dict[str, int] = {}
    for column in columns:
        if isinstance(column, Identity | Phone) and who and len(column.text):
            found[column.name] = _drop(column, who)
    return found


def _drop(column: Column, who: Sequence[Column]) -> int:
    """Make the shared values of one column missing."""
    held = column.codes >= 0
    often = np.bincount(column.codes[held], minlength=len(column.text)) > PERSONS
    rows = np.flatnonzero(held)[often[column.codes[held]]]
    person = np.zeros(len(rows), np.uint64)
    for one in who:
        person = mix(person * np.uint64(31) + one.codes[rows].astype(np.uint64))
    pairs = np.stack([column.codes[rows].astype(np.uint64), person], 1)
    several = np.bincount(
        np.unique(pairs, axis=0)[:, 0].astype(np.int64), minlength=len(column.text)
    )
    shared = several > PERSONS
    column.codes[held & shared[column.codes]] = -1
    return int(shared.sum())
