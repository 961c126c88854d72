"""The invented region at the size of a city: two million people, 500 hospitals."""

import resource
import shutil
import tempfile
from pathlib import Path

from bench.figure import Figure, cost
from datong.sample import build

PEOPLE, HOSPITALS, SEED, PROCESSES = 2_000_000, 500, 1, 2


def measure(people: int = PEOPLE, name: str = "2m") -> list[Figure]:
    """Build it once in two processes; the folder goes when it has been measured.

    The peak is this process and as many children as ran, each at the largest of them.
    """
    folder = Path(tempfile.mkdtemp(prefix="datong-sample-"))
    try:
        with cost() as taken:
            region = build(folder / "region", people, HOSPITALS, SEED, PROCESSES)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    largest = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    peak = taken.peak_mb + PROCESSES * largest
    seconds = taken.wall_seconds
    rows = region.rows
    return [
        Figure(named, figure, unit, rows=rows, seed=SEED, cost=taken)
        for named, figure, unit in (
            (f"rows_per_second_{name}", rows / seconds, "rows/s"),
            (f"minutes_{name}", seconds / 60, "min"),
            (f"peak_mb_{name}", peak, "MB"),
        )
    ]
