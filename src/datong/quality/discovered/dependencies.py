"""What one column tells of another: a code of its name, a drug of its price.

In:  the columns of a table.
Out: rows in which a column holds what the other's word nearly never goes with.

A functional dependency that nearly all rows keep. A word of the telling column is
*telling* where nearly all of its rows share a few words of the other that most rows of
the table do not have; a row of it with another word breaks the rule.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from datong.engine.duckdb import Duck, quoted
from datong.quality.discovered.cells import (
    NEARLY,
    SAMPLE,
    Broken,
    Codes,
    Column,
    Rows,
)

GROUP = 20  # rows of a word from which it tells; in the sample fewer
GROUP_OF_SAMPLE = 5
RARE = 0.05  # of a word's rows: what goes with fewer is an exception
USUAL = 0.15  # of them: what goes with as many is no exception, between is no rule
COMMON = 0.8  # of all rows: what goes with a word and is as common tells nothing
SHARE = 0.05  # of the rows at least must have a telling word
PAIRS = 200_000  # combinations of words beyond which none tells another


@dataclass(frozen=True, slots=True)
class Pairs:
    """Which words go together, and in how many rows.

    `is_single`: of quantities only a word with which always one goes tells.
    """

    of: Codes
    word: Codes
    rows: Codes
    is_single: bool = False

    def exceptions(self, group: float) -> tuple[float, int, NDArray[np.bool_]]:
        """Say which pairs are exceptions, among how many rows of telling words.

        First comes what these words tell in all, in nats.
        """
        if not self.rows.size:
            return 0, 0, np.zeros(0, bool)
        sizes = np.bincount(self.of, self.rows)[self.of]
        is_rare = self.rows <= np.maximum(1, RARE * sizes)
        is_usual = self.rows >= USUAL * sizes
        usual = np.bincount(self.of, is_usual)[self.of]
        is_between = np.bincount(self.of, ~is_rare & ~is_usual)[self.of] > 0
        is_between |= self.is_single & (usual > 1)
        common = np.bincount(self.word, self.rows)[self.word] / self.rows.sum()
        known = np.bincount(self.of, np.where(is_usual, common, 0))[self.of]
        is_telling = (sizes >= group) & ~is_between & (known > 0) & (known <= COMMON)
        told = float(-(self.rows * np.log(np.where(is_telling, known, 1))).sum())
        return told, int(self.rows[is_telling].sum()), is_telling & ~is_usual

    def back(self, column: Column) -> "Pairs":
        """Return them as the other column tells of this one."""
        return Pairs(self.word, self.of, self.rows, column.is_quantity)


def find(duck: Duck, rows: Rows) -> Iterator[Broken]:
    """Find, for each column, the one that tells most of it, and the exceptions."""
    group = max(GROUP_OF_SAMPLE, GROUP / max(1, rows.many // SAMPLE))
    rules = _rules(rows.columns, group)
    for of, column in rules:
        is_mutual = (column, of) in rules
        if not (is_mutual and rules.index((column, of)) < rules.index((of, column))):
            yield from _of_both(duck, rows, (of, column), is_mutual=is_mutual)


def _of_both(
    duck: Duck, rows: Rows, both: tuple[Column, Column], *, is_mutual: bool
) -> Iterator[Broken]:
    """Judge what one column tells of another, and the other of it if it does.

    An exception to both is told once.
    """
    of, column = both
    answer, pairs = _pairs(duck, rows, of, column)
    ways = [(of, column, pairs)]
    ways += [(column, of, pairs.back(of))] if is_mutual else []
    told = np.zeros(answer.num_rows, bool)
    for teller, told_of, held in ways:
        _, examined, is_bad = held.exceptions(GROUP)
        is_bad &= ~told
        told |= is_bad
        bad = int(held.rows[is_bad].sum())
        if examined and bad <= (1 - NEARLY) * examined:
            keys = _keys(duck, rows, both, answer.filter(pa.array(is_bad)))
            place = "breaks_dependency", told_of.name, teller.name
            yield Broken(*place, examined, bad, keys)


def _pairs(
    duck: Duck, rows: Rows, of: Column, column: Column
) -> tuple[pa.Table, Pairs]:
    """Count which words of two columns go together, in all rows."""
    sql = f"select {of.text} as of, {column.text} as word, count(*) as n"
    sql += f" from {rows.source} where {of.text} is not null"
    answer = duck.fetch(f"{sql} and {column.text} is not null group by all")
    codes = [
        answer[side].combine_chunks().dictionary_encode().indices.to_numpy()
        for side in ("of", "word")
    ]
    counted = answer["n"].to_numpy()
    return answer, Pairs(codes[0], codes[1], counted, column.is_quantity)


def _keys(duck: Duck, rows: Rows, pair: tuple[Column, Column], bad: pa.Table) -> str:
    """Write a query for the rows of some pairs of words."""
    if not bad.num_rows:
        return ""
    of, column = pair
    name = f"exceptions {of.name} {column.name} {bad.num_rows}"
    duck.see(name, bad)
    return (
        f"select {rows.key} from {rows.source} semi join {quoted(name)} b"
        f" on {of.text} = b.of and {column.text} = b.word"
    )


def _rules(columns: Sequence[Column], group: float) -> list[tuple[Column, Column]]:
    """Choose what tells most of each column, as the sample has it."""
    tellers = [one for one in columns if is_category(one)]
    chosen = []
    for column in (one for one in columns if one.times is None):
        best, found = 0.0, None
        for of in tellers:
            worth = _worth(of, column, group) if of is not column else 0.0
            if worth > best:
                best, found = worth, of
        if found is not None:
            chosen.append((found, column))
    return chosen


def is_category(column: Column) -> bool:
    """Tell whether a column holds words that come again often enough to tell."""
    if column.times is not None or column.is_quantity:
        return False
    return 2 <= len(column.words) <= column.filled / GROUP_OF_SAMPLE


def _worth(of: Column, column: Column, group: float) -> float:
    """Weigh how much a column tells of another; nothing where too many break it."""
    wide = len(column.words) + 1
    if len(of.words) * wide > PAIRS or len(column.words) < 2:
        return 0.0
    both = (of.codes >= 0) & (column.codes >= 0)
    counted = np.bincount(of.codes[both] * wide + column.codes[both])
    held = np.flatnonzero(counted)
    pairs = Pairs(held // wide, held % wide, counted[held], column.is_quantity)
    told, examined, is_bad = pairs.exceptions(group)
    bad = int(pairs.rows[is_bad].sum())
    if bad > (1 - NEARLY) * examined or examined < SHARE * of.codes.size:
        return 0.0
    # Of columns that tell as much, the plainest.
    return told * (1 - len(of.words) / (100 * of.codes.size))
