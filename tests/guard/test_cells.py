"""Small cells stay hidden, from the totals as well."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from datong.guard.cells import FEWEST, recoverable, suppressed

TABLES = arrays(
    np.int64,
    array_shapes(min_dims=1, max_dims=3, max_side=5),
    elements=st.integers(0, 30),
)


@given(TABLES)
def test_no_small_cell_is_told_or_follows_from_the_totals(
    counts: np.ndarray[tuple[int, ...], np.dtype[np.int64]],
) -> None:
    hidden = suppressed(counts)
    assert hidden[counts < FEWEST].all()
    assert hidden.all() or not recoverable(hidden).any()


def test_one_small_cell_takes_a_second_one_with_it() -> None:
    hidden = suppressed(np.array([[3, 40, 50], [60, 70, 80], [11, 90, 95]]))
    assert hidden.tolist() == [[True, True, False], [False] * 3, [True, True, False]]


def test_a_table_without_small_cells_is_told_whole() -> None:
    assert not suppressed(np.full((3, 3), FEWEST)).any()


def test_a_bridge_between_two_blocks_is_found() -> None:
    # Every line has two hidden cells, and yet the one that joins two squares follows.
    hidden = np.zeros((4, 4), dtype=bool)
    hidden[:2, :2] = hidden[2:, 2:] = True
    hidden[1, 2] = True
    assert recoverable(hidden)[1, 2]
