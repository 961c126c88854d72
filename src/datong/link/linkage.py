"""From a table of identifiers to persons: the whole of the room in one function."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from datong.link.arrays import Codes
from datong.link.block import Blocks, find_pairs
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
    """Everything that one run made, for explanations and figures."""

    table: Table
    blocks: Blocks
    patterns: Patterns
    model: Model
    bits: Bits
    theta: float
    clusters: Clusters

    def persons(self) -> NDArray[np.int64]:
        """Return the cluster of each source row."""
        return self.clusters.of[self.table.row_of].astype(np.int64)


def link(records: pa.Table, fields: Mapping[str, Kind]) -> Run:
    """Link the records of a table by the columns that are named."""
    table = read_table(records, fields)
    fill_from_numbers(table)
    blocks = find_pairs(table, choose_rules(table))
    patterns = with_equals(table, find_patterns(table, blocks.i, blocks.j))
    model = learn(table, patterns)
    count_terms(table, model)
    calibrate(table, model, patterns, (blocks.i, blocks.j))
    bits = score(table, model, patterns, blocks.i)
    theta = operating_point(bits, table.weight(blocks.i, blocks.j))
    edges = bits >= theta
    clusters = cluster(
        (blocks.i[edges], blocks.j[edges], bits[edges]),
        Known(verified(table)),
        theta,
        scorer(table, model),
    )
    return Run(table, blocks, patterns, model, bits, theta, clusters)


def scorer(table: Table, model: Model) -> Scorer:
    """Return a function that scores any pairs of rows."""

    def of(i: Codes, j: Codes) -> Bits:
        i, j = i.astype(np.int32), j.astype(np.int32)
        return score(table, model, find_patterns(table, i, j), i)

    return of


def verified(table: Table) -> Codes:
    """Return the code of the verified number of each row, -1 where there is none."""
    out = np.full(table.size, -1, np.int32)
    for column in table.of(Identity):
        if column.settings["resident"]:
            return np.where(column.trusted(), column.codes, -1).astype(np.int32)
    return out
