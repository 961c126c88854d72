"""A measured figure, where it is kept, and how it is taken."""

import json
import os
import platform
import resource
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path

from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "bench" / "results"


@dataclass(slots=True)
class Cost:
    """What a piece of work took; filled when its `with` ends."""

    wall_seconds: float = 0.0
    cpu_seconds: float = 0.0  # of this process and its ended children
    peak_mb: float = 0.0  # of this process since it started


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of a result file; `peer` is who did the same work in the same run."""

    name: str
    figure: float
    unit: str
    peer: str = ""
    peer_figure: float | None = None
    rows: int = 0
    seed: int = 0
    cost: Cost = field(default_factory=Cost)
    packages: tuple[str, ...] = ()

    @property
    def ratio(self) -> float | None:
        """Say how many times the peer's figure ours is."""
        return self.figure / self.peer_figure if self.peer_figure else None


@contextmanager
def cost() -> Iterator[Cost]:
    """Take the cost of a block: seconds of wall and CPU, megabytes at the peak."""
    taken = Cost()
    wall, cpu = time.perf_counter(), _cpu()
    yield taken
    taken.wall_seconds = time.perf_counter() - wall
    taken.cpu_seconds = _cpu() - cpu
    taken.peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def best_of(times: int, work: Callable[[], object]) -> Cost:
    """Do the same work several times and return the quickest."""
    costs = []
    for _ in range(times):
        with cost() as taken:
            work()
        costs.append(taken)
    return min(costs, key=lambda taken: taken.wall_seconds)


def write(name: str, figures: list[Figure]) -> None:
    """Write the result file; older figures that were not taken again stay."""
    RESULTS.mkdir(exist_ok=True)
    place = RESULTS / f"{name}.json"
    old = json.loads(place.read_text("utf-8")) if place.exists() else []
    new = [_line(figure) for figure in figures]
    taken = {line["name"] for line in new}
    kept = [line for line in old if line["name"] not in taken]
    text = json.dumps(kept + new, indent=1, ensure_ascii=False)
    place.write_text(text + "\n", encoding="utf-8")


def show(name: str, figures: list[Figure]) -> None:
    """Print the figures for people."""
    table = Table("name", "figure", "unit", "peer", "its figure", "ratio", title=name)
    for one in figures:
        theirs = "" if one.peer_figure is None else f"{one.peer_figure:,.4g}"
        ratio = "" if one.ratio is None else f"{one.ratio:,.3g}"
        table.add_row(one.name, f"{one.figure:,.6g}", one.unit, one.peer, theirs, ratio)
    Console(width=110).print(table)


def _line(figure: Figure) -> dict[str, object]:
    """Flatten a figure into the agreed fields."""
    line = asdict(figure)
    line |= line.pop("cost")
    packages = ("duckdb", "pyarrow", "numpy", *line.pop("packages"))
    versions = {package: version(package) for package in packages}
    line["versions"] = {"python": platform.python_version(), **versions}
    return line | {"ratio": figure.ratio, "commit": _commit()}


def _cpu() -> float:
    """Sum the CPU seconds of this process and its ended children."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def _commit() -> str:
    """Name the commit that was measured; a + marks uncommitted changes."""
    return subprocess.run(
        ["git", "describe", "--always", "--dirty=+"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    ).stdout.strip()
