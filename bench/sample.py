"""The invented region from a small town to a city: 10,000 to two million people."""

import resource
import shutil
import tempfile
from pathlib import Path

from bench.figure import Figure, cost
from datong.sample import build

SEED, PROCESSES = 1, 2
# name, people, hospitals; about ten minutes in all, nearly all of it the last one.
SIZES = (
    ("10k", 10_000, 6),
    ("100k", 100_000, 50),
    ("500k", 500_000, 200),
    ("2m", 2_000_000, 500),
)


def measure() -> list[Figure]:
    """Build each size once, the smallest first; its folder goes when it is measured."""
    return [figure for size in SIZES for figure in _measured(*size)]


def _measured(name: str, people: int, hospitals: int) -> list[Figure]:
    """Measure one size.

    The peak is this process and as many children as ran, each at the largest of them
    until now: a smaller size after a larger one would be told too much.
    """
    folder = Path(tempfile.mkdtemp(prefix="datong-sample-"))
    try:
        with cost() as taken:
            region = build(folder / "region", people, hospitals, SEED, PROCESSES)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    largest = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    peak = taken.peak_mb + PROCESSES * largest
    seconds, rows = taken.wall_seconds, region.rows
    return [
        Figure(f"{named}_{name}", figure, unit, rows=rows, seed=SEED, cost=taken)
        for named, figure, unit in (
            ("rows_per_second", rows / seconds, "rows/s"),
            ("people_per_second", people / seconds, "people/s"),
            ("minutes", seconds / 60, "min"),
            ("peak_mb", peak, "MB"),
        )
    ]
