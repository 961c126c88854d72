"""Small cells: counts of few persons are not told, and cannot be worked out.

A count under ten persons is suppressed (our own choice; no rule was found). What the
totals of the rows and columns would still tell is suppressed with it, the smallest
first, until no suppressed cell follows from the published ones.
"""

import numpy as np
from numpy.typing import NDArray

FEWEST = 10  # persons of a cell that may be told

Counts = NDArray[np.int64]
Flags = NDArray[np.bool_]


def suppressed(counts: Counts, fewest: int = FEWEST) -> Flags:
    """Say which cells of a table of counts must be left out.

    `counts` has one axis for each grouping; the totals along each axis count as
    published where they reach `fewest`, and so does the grand total.
    """
    hidden = counts < fewest
    while True:
        told = recoverable(hidden)
        if not told.any() or hidden.all():
            return hidden
        hidden = hidden | _next(counts, hidden, told)


def recoverable(hidden: Flags) -> Flags:
    """Say which hidden cells follow from the totals of all lines of the table.

    A cell follows if the equations of the totals leave it no freedom: its unit vector
    is orthogonal to their null space.
    """
    places = np.argwhere(hidden)
    found = np.zeros(hidden.shape, dtype=bool)
    if len(places) == 0:
        return found
    lines = [line for axis in range(hidden.ndim) for line in _members(places, axis)]
    matrix = np.vstack(lines)
    _, sizes, vectors = np.linalg.svd(matrix)
    rank = int((sizes > 1e-9).sum())
    free = np.abs(vectors[rank:]).sum(axis=0) if rank < len(places) else np.zeros(1)
    fixed = np.broadcast_to(free < 1e-9, len(places))
    found[tuple(places.T)] = fixed
    return found


def _members(places: NDArray[np.int64], axis: int) -> list[NDArray[np.float64]]:
    """Write the equation of each line along an axis over the hidden cells."""
    lines = np.delete(places, axis, axis=1)
    distinct, which = np.unique(lines, axis=0, return_inverse=True)
    return [(which.ravel() == n).astype(float) for n in range(len(distinct))]


def _next(counts: Counts, hidden: Flags, told: Flags) -> Flags:
    """Choose the next cell to hide.

    The open cell in the most lines that have one hidden cell alone, and of those the
    smallest; where no line has a cell alone, the smallest open cell in a line of a
    cell that would be told.
    """
    alone = sum(_spread(hidden, axis) == 1 for axis in range(hidden.ndim))
    beside = sum(_spread(told, axis) > 0 for axis in range(hidden.ndim))
    useful = np.where(hidden, -1, alone if (alone * ~hidden).any() else beside)
    best = np.where(useful == useful.max(), counts, np.iinfo(np.int64).max)
    chosen = np.zeros(hidden.shape, dtype=bool)
    chosen[np.unravel_index(int(best.argmin()), counts.shape)] = True
    return chosen


def _spread(flags: Flags, axis: int) -> Counts:
    """Count the flags of the line along an axis, for each cell."""
    lines = flags.sum(axis=axis, keepdims=True)
    return np.asarray(np.broadcast_to(lines, flags.shape), dtype=np.int64)
