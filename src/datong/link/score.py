"""The score of a pair: log2 odds that its two records are one person's."""

from collections.abc import Iterable
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from datong.link.arrays import Codes, Levels
from datong.link.columns.birth import BirthDate
from datong.link.columns.column import EQUAL, Column
from datong.link.columns.identity import Identity
from datong.link.columns.name import ChineseName
from datong.link.columns.tokens import Tokens
from datong.link.model import CARD, KIN, MATCH, TWIN, Model
from datong.link.pattern import Patterns, chunks, find_patterns
from datong.link.table import Table

Bits = NDArray[np.float32]
Weights: TypeAlias = NDArray[np.float64]
Told: TypeAlias = tuple[Levels, Codes, Codes, Weights]  # levels, of, row, matches
_SHAPE = 0.5  # of the prior of a frequency: records of others that it weighs
SURE = 12.0  # bits of what needs no model
FULL = (ChineseName, Tokens)
_MOST = 12.0  # bits that a frequency may add or take


def count_terms(
    table: Table, model: Model, patterns: Patterns, pairs: tuple[Codes, Codes]
) -> None:
    """Learn how much more a rare value tells than a common one, in bits.

    tf(v) = log2(u / f(v)), where f(v) is the share of value v among the records of
    other persons. A person's own records are taken out by what the model says of the
    compared `pairs`: in a small table they are most of the records that share a value.
    """
    i, j = pairs
    many = np.flatnonzero(table.count > 1).astype(np.int32)
    equal = find_patterns(table, many, many)
    c = table.count[many].astype(np.float64)
    seen = (
        (patterns.levels, patterns.of, i, table.weight(i, j)),
        (equal.levels, equal.of, many, c * (c - 1) / 2),
    )
    told = [
        (levels, of, row, weight * model.matching(levels)[of])
        for levels, of, row, weight in seen
    ]
    for k, column in enumerate(table.columns):
        if not column.counted:
            continue
        share = model.strangers[k]
        own = _own(column, k, told, 1)
        model.frequency[k, EQUAL] = _terms(table, column, "value", (share[EQUAL], own))
        if isinstance(column, ChineseName):
            alike = share[EQUAL] + share[2], _own(column, k, told, 2)
            model.frequency[k, 2] = _terms(table, column, "exact", alike)


def _own(column: Column, k: int, told: Iterable[Told], most: int) -> Weights:
    """Count the pairs of one person that agree, at each value of a column."""
    own = np.zeros(len(column.arrays["value"]))
    for levels, of, row, weight in told:
        level = levels[:, k][of]
        at = np.flatnonzero((level > 0) & (level <= most))
        own += np.bincount(column.codes[row[at]], weight[at], len(own))
    return own


def _terms(table: Table, column: Column, key: str, seen: tuple[float, Weights]) -> Bits:
    """Return the bits of each value of a column by the frequency of a key.

    The frequency has a gamma prior around that of agreeing strangers: a table too small
    to show a difference between values makes none.
    """
    share, own = seen
    held = column.codes >= 0
    codes, weight = column.codes[held], table.count[held]
    values = column.arrays[key]
    _, number = np.unique(values, return_inverse=True)
    count = np.bincount(number[codes], weight, max(len(values), 1))
    mine = 2 * np.bincount(number, own, len(count)) / np.maximum(count, 1)
    others = np.maximum(count - 1 - mine, 0)[number]
    known = max(float(weight.sum()), 1.0)
    f = (others + _SHAPE) / (known + _SHAPE / share)
    return np.clip(np.log2(share / f), -_MOST, _MOST).astype(np.float32)


def score(table: Table, model: Model, patterns: Patterns, i: Codes) -> Bits:
    """Return the score S of every pair; `i` is the first row of each.

    S = log2 of pairs of one person over pairs of two persons that show this pattern;
    two persons are strangers, or kin who share what a household shares.
    """
    logs = model.logs(patterns.levels)
    match, strangers = logs[MATCH] + model.correction(patterns.levels), logs[-1]
    kin, twins = np.logaddexp2(logs[KIN], logs[CARD]), logs[TWIN]
    out = np.empty(len(i), np.float32)
    for part in chunks(len(i)):
        of = patterns.of[part]
        every, own, named = terms(table, model, patterns.levels[of], i[part])
        apart = np.logaddexp2(strangers[of] - every, kin[of] - own)
        # Twins were born on one day, however rare it is.
        apart = np.logaddexp2(apart, twins[of] - named)
        out[part] = match[of] - apart
    sure = _sure(table, patterns.levels)[patterns.of]
    out[sure] = np.maximum(out[sure], SURE)
    return out


def _sure(table: Table, levels: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Say which patterns need no model: one number, one name, no other birth date.

    A small table is too little to learn this from.
    """
    number = [k for k, c in enumerate(table.columns) if isinstance(c, Identity)]
    name = [k for k, c in enumerate(table.columns) if isinstance(c, FULL)]
    birth = [k for k, c in enumerate(table.columns) if type(c) is BirthDate]
    sure = np.full(len(levels), bool(number and name))
    for k in number[:1]:
        sure &= levels[:, k] == EQUAL
    for k in name[:1]:
        sure &= (levels[:, k] > 0) & (levels[:, k] <= 2)
    for k in birth:
        sure &= levels[:, k] <= 2
    return sure


def terms(
    table: Table, model: Model, levels: NDArray[np.uint8], i: Codes
) -> tuple[Bits, Bits, Bits]:
    """Return the bits of rare values of pairs.

    Of all columns; of personal ones; and of personal ones but the birth date.
    """
    every, own, named = (np.zeros(len(i), np.float32) for _ in range(3))
    for (k, level), bits in model.frequency.items():
        column = table.columns[k]
        at = np.flatnonzero(levels[:, k] == level)
        codes = column.codes[i[at]]
        # A value that came after the model was learned is taken to be rare.
        new = codes >= len(bits)
        told = bits[np.where(new, 0, codes)] if len(bits) else np.zeros(len(codes))
        if new.any():
            told[new] = bits.max(initial=0)
        if k in model.ties:
            tie = model.ties[k]
            known = levels[at, tie.parent] == EQUAL
            told = np.where(known, told * tie.left(model.strangers[k]), told)
        every[at] += told
        if column.personal:
            own[at] += told
            if type(column) is not BirthDate:
                named[at] += told
    return every, own, named
