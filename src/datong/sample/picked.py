"""Columns that repeat few values: the values once, and which of them stands where."""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from datong.sample.words import Column


@dataclass(frozen=True, slots=True)
class Picked:
    """A column as places in a list of values."""

    values: Column
    places: NDArray[np.int64]

    def __len__(self) -> int:
        """Count the rows."""
        return len(self.places)

    def __getitem__(self, rows: NDArray[np.int64] | NDArray[np.bool_]) -> "Picked":
        """Pick some rows."""
        return Picked(self.values, self.places[rows])

    def plain(self) -> Column:
        """Write the values out."""
        written: Column = self.values[self.places]
        return written


Cells: TypeAlias = Column | Picked
Sheet: TypeAlias = dict[str, Cells]  # a table of what is written down


def plain(column: Cells) -> Column:
    """Return a column with its values written out."""
    return column.plain() if isinstance(column, Picked) else column


def changed(column: Cells, rows: NDArray[np.int64], cells: Column) -> Cells:
    """Return a column with other cells in some rows."""
    if isinstance(column, Picked):
        places = column.places.copy()
        places[rows] = len(column.values) + np.arange(len(rows))
        return Picked(np.concatenate([column.values, cells]), places)
    fresh: Column = column.astype(np.promote_types(column.dtype, cells.dtype))
    fresh[rows] = cells
    return fresh


def as_arrow(column: Cells, rows: NDArray[np.int64]) -> pa.Array:
    """Return some rows of a column as an Arrow array."""
    if isinstance(column, Picked):
        return pa.array(column.values).take(pa.array(column.places[rows]))
    return pa.array(column[rows])
