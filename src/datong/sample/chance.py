"""Chance that a seed decides: one stream for each chunk of people and each purpose.

Streams are numbered, never shared, so that any number of processes draws the same.
"""

from zlib import crc32

import numpy as np
from numpy.typing import NDArray


def stream(seed: int, chunk: int, purpose: str) -> np.random.Generator:
    """Return the stream of a purpose in a chunk."""
    key = (chunk, crc32(purpose.encode()))
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=key))


def draw(
    rng: np.random.Generator, weights: NDArray[np.float64], size: int
) -> NDArray[np.int64]:
    """Draw positions of a list by weight."""
    edges = np.cumsum(weights) / np.sum(weights)
    return np.minimum(np.searchsorted(edges, rng.random(size)), len(weights) - 1)


def draw_by_row(
    rng: np.random.Generator, weights: NDArray[np.float64], rows: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Draw one column for each of `rows` of a table of weights (rows x columns)."""
    edges = np.cumsum(weights, axis=1)
    edges /= np.maximum(edges[:, -1:], 1e-12)
    flat = (edges + np.arange(len(weights))[:, None]).ravel()
    found = np.searchsorted(flat, rows + rng.random(len(rows)) * (1 - 1e-9))
    column: NDArray[np.int64] = found - rows * weights.shape[1]
    last: NDArray[np.int64] = np.minimum(column, weights.shape[1] - 1)
    return last


def happens(
    rng: np.random.Generator, rate: float | NDArray[np.float64], size: int
) -> NDArray[np.bool_]:
    """Say for each of many whether something of a rate happens."""
    happening: NDArray[np.bool_] = rng.random(size) < rate
    return happening


def ranks(group: NDArray[np.int64]) -> NDArray[np.int64]:
    """Number the rows of each group from 1; rows of a group lie together."""
    first = np.flatnonzero(np.diff(group, prepend=-1))
    return (
        np.arange(len(group)) - np.repeat(first, np.diff(first, append=len(group))) + 1
    )
