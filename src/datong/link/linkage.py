"""From a table of identifiers to persons: the whole of the room in one function."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from datong.link.arrays import Codes
from datong.link.block import Blocks, Rule, find_pairs
from datong.link.calibrate import calibrate, operating_point
from datong.link.cluster import Clusters, Known, Scorer, cluster
from datong.link.columns.identity import Identity
from datong.link.kinds import Kind
from datong.link.model import Model, learn
from datong.link.pattern import (
    Patterns,
    fill_from_numbers,
    find_patterns,
    with_equals,
)
from datong.link.rules import choose_rules
from datong.link.score import Bits, count_terms, score
from datong.link.table import Table, read_table


@dataclass(slots=True)
class Run:
    """Everything that one run made, for explanations and figures.

    `bits` are the scores of the compared pairs `blocks.i`, `blocks.j`; `person` numbers
    the person of each source row, from 0.
    """

    table: Table
    rules: list[Rule]
    blocks: Blocks
    patterns: Patterns
    model: Model
    bits: Bits
    theta: float
    clusters: Clusters
    person: NDArray[np.int64]


def link(
    records: pa.Table,
    fields: Mapping[str, Kind],
    same: NDArray[np.int32] | None = None,
    apart: NDArray[np.int32] | None = None,
) -> Run:
    """Link the records of a table by the columns that are named.

    `same` and `apart` are human decisions: pairs [n, 2] of source rows that are, or are
    not, one person.
    """
    return link_table(read_table(records, fields), same, apart)


def link_table(
    table: Table,
    same: NDArray[np.int32] | None = None,
    apart: NDArray[np.int32] | None = None,
) -> Run:
    """Link a table that has been read and cleaned; otherwise like `link`."""
    fill_from_numbers(table)
    rules = choose_rules(table)
    blocks = find_pairs(table, rules)
    patterns = with_equals(table, find_patterns(table, blocks.i, blocks.j))
    model = learn(table, patterns)
    count_terms(table, model, patterns, (blocks.i, blocks.j))
    calibrate(table, model, patterns, (blocks.i, blocks.j))
    bits = score(table, model, patterns, blocks.i)
    theta = operating_point(bits, table.weight(blocks.i, blocks.j))
    known = Known(verified(table), _rows(table, same), _rows(table, apart))
    edges = bits >= theta
    accepted = (blocks.i[edges], blocks.j[edges], bits[edges])
    clusters = cluster(accepted, known, theta, scorer(table, model))
    person = _persons(table, clusters, (model, theta, same))
    person = _part(table, person, apart)
    return Run(table, rules, blocks, patterns, model, bits, theta, clusters, person)


def scorer(table: Table, model: Model) -> Scorer:
    """Return a function that scores any pairs of rows."""

    def of(i: Codes, j: Codes) -> Bits:
        i, j = i.astype(np.int32), j.astype(np.int32)
        return score(table, model, find_patterns(table, i, j), i)

    return of


def verified(table: Table) -> Codes:
    """Return the code of the verified number of each row, -1 where there is none."""
    for column in table.of(Identity):
        if column.settings["resident"]:
            trusted = column.trusted() & (column.codes >= 0)
            return np.where(trusted, column.codes, -1).astype(np.int32)
    return np.full(table.size, -1, np.int32)


def _rows(table: Table, pairs: NDArray[np.int32] | None) -> NDArray[np.int32]:
    """Turn pairs of source rows into pairs of distinct rows."""
    if pairs is None:
        return np.zeros((0, 2), np.int32)
    rows: NDArray[np.int32] = table.row_of[pairs]
    different: NDArray[np.int32] = rows[rows[:, 0] != rows[:, 1]]
    return different


def _part(
    table: Table, person: NDArray[np.int64], apart: NDArray[np.int32] | None
) -> NDArray[np.int64]:
    """Take rows that are equal in everything apart, where people said so."""
    if apart is None:
        return person
    equal = apart[table.row_of[apart[:, 0]] == table.row_of[apart[:, 1]]]
    out = person.copy()
    out[equal[:, 1]] = person.max(initial=0) + 1 + np.arange(len(equal))
    return np.unique(out, return_inverse=True)[1].astype(np.int64)


def _persons(
    table: Table,
    clusters: Clusters,
    judged: tuple[Model, float, NDArray[np.int32] | None],
) -> NDArray[np.int64]:
    """Number the person of each source row.

    Rows that are equal in everything are one person only if such a row compared with
    itself reaches the threshold: two rows with nothing but 张伟 are two persons.
    """
    model, theta, same = judged
    many = np.flatnonzero(table.count > 1).astype(np.int32)
    alike = scorer(table, model)(many, many)
    alone = np.bincount(clusters.of)[clusters.of[many]] == 1
    split = np.zeros(table.size, np.bool_)
    split[many[(alike < theta) & alone]] = True
    if same is not None:
        split[table.row_of[same].ravel()] = False
    person = clusters.of[table.row_of].astype(np.int64)
    loose = np.flatnonzero(split[table.row_of])
    person[loose] = table.size + loose
    return np.unique(person, return_inverse=True)[1].astype(np.int64)
