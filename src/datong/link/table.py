"""A table of identifiers: each column read by its kind, rows in an order of their own.

The order of rows is that of a hash of their contents, so that nothing that follows can
depend on the order in which rows came.
"""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from datong.link.arrays import Codes, Hashes, mix
from datong.link.columns.address import ChineseAddress
from datong.link.columns.birth import BirthDate, BirthYear, Sex
from datong.link.columns.column import Column
from datong.link.columns.identity import Identity
from datong.link.columns.name import ChineseName
from datong.link.columns.phone import Phone
from datong.link.columns.tokens import Household, Tokens, is_chinese
from datong.link.columns.word import Given, Postcode, Shared, Surname, Word
from datong.link.kinds import Kind
from datong.link.shared import drop_shared

Some = TypeVar("Some", bound=Column)

READERS = 2  # columns that are cleaned at once: what each needs in memory adds up

_BY_KIND: dict[Kind, tuple[type[Column], type[Column]]] = {
    # kind: (written in an alphabet, written in Chinese characters)
    Kind.FULL_NAME: (Tokens, ChineseName),
    Kind.GIVEN_NAME: (Given, ChineseName),
    Kind.SURNAME: (Surname, Surname),
    Kind.BIRTH_DATE: (BirthDate, BirthDate),
    Kind.BIRTH_YEAR: (BirthYear, BirthYear),
    Kind.SEX: (Sex, Sex),
    Kind.IDENTITY: (Identity, Identity),
    Kind.PHONE: (Phone, Phone),
    Kind.ADDRESS: (Household, ChineseAddress),
    Kind.POSTCODE: (Postcode, Postcode),
    Kind.PLACE: (Shared, Shared),
    Kind.OCCUPATION: (Word, Word),
    Kind.TOKEN: (Shared, Shared),
}


@dataclass(slots=True)
class Table:
    """The columns of distinct rows, how often each row stands, and where.

    `row_of` gives for each row of the source its distinct row; `count` how many source
    rows each distinct row holds.
    """

    columns: tuple[Column, ...]
    row_of: NDArray[np.int32]
    count: NDArray[np.int64]
    hashes: Hashes
    shared: dict[str, int]  # values of each column that are nobody's own

    @property
    def size(self) -> int:
        """Count the distinct rows."""
        return len(self.count)

    def weight(self, i: Codes, j: Codes) -> NDArray[np.float64]:
        """Return how many pairs of source rows each pair stands for."""
        return self.count[i].astype(np.float64) * self.count[j]

    def of(self, kind: type[Some]) -> list[Some]:
        """Return the columns of one class."""
        return [column for column in self.columns if isinstance(column, kind)]


def read_table(records: pa.Table, fields: Mapping[str, Kind]) -> Table:
    """Read every mapped column, and fold rows that are equal in all of them."""
    with ThreadPoolExecutor(READERS) as pool:
        columns = tuple(
            pool.map(
                lambda name: read_column(records[name], name, fields[name]), fields
            )
        )
    shared = drop_shared(columns)
    hashes = np.zeros(records.num_rows, np.uint64)
    for column in columns:
        held = column.key("value") + np.uint64(1)
        for fact in column.rows.values():
            held = mix(held + fact.astype(np.uint64))
        hashes = mix(hashes * np.uint64(31) + held)
    found, first, row_of, count = np.unique(
        hashes, return_index=True, return_inverse=True, return_counts=True
    )
    for column in columns:
        column.codes = column.codes[first]
        column.rows = {name: fact[first] for name, fact in column.rows.items()}
    return Table(columns, row_of.astype(np.int32), count, found, shared)


def read_column(column: pa.ChunkedArray, name: str, kind: Kind) -> Column:
    """Read one column as its kind, by the script it is written in."""
    chinese = is_chinese(column.slice(0, 20_000).cast(pa.string()))
    read = _BY_KIND[kind][chinese](name)
    read.read(column)
    return read
