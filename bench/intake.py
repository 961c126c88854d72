"""From raw files to a published release: rows a second, memory, beside peers.

The work is the whole of `datong run` in a process of its own: landing, who is who,
standard records, OMOP with lineage, publishing. The region is invented beforehand.
"""

import json
import os
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp

from bench.figure import Cost, Figure, cost
from bench.peers import ehr2trace
from bench.real import real_data
from datong.sample import build

ROOT = Path(__file__).parents[1]
SEED = 1
PEOPLE = int(os.environ.get("INTAKE_PEOPLE", "100000"))
FHIR = """[project]
name = "fhir"
[[organization]]
id = "H003"
folder = "silos/H003"
mappings = "shipped:fhir"
"""


@dataclass(frozen=True, slots=True)
class Ran:
    """What one run of a project did and took."""

    report: dict[str, object]
    cost: Cost

    @property
    def rows(self) -> int:
        """Return the source rows that were read."""
        return int(str(self.report["rows"]))


def run(project: Path) -> Ran:
    """Run a project in a new process, everything anew; take its wall, CPU and peak."""
    shutil.rmtree(project / ".datong", ignore_errors=True)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "datong", "run", "--json", "--project", str(project)],
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
        text=True,
        check=True,
    )
    wall = time.perf_counter() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    peak = after.ru_maxrss / 1024  # the largest child so far: run small ones first
    return Ran(json.loads(done.stdout), Cost(wall, cpu, peak))


@contextmanager
def place() -> Iterator[Path]:
    """Lend a folder on the disk where the checkout lies."""
    folder = Path(mkdtemp(prefix="bench-intake-", dir=os.environ.get("BENCH_DIR")))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def measure() -> list[Figure]:
    """Take every figure of this room."""
    with place() as folder:
        small, demo = _small(folder)
        return [*_mimic(folder), *_fhir(folder), *_region(folder, small), demo]


def _small(folder: Path) -> tuple[Ran, Figure]:
    """Take the demo: invent 10,000 people, run; and the small end of the growth."""
    with cost() as building:
        build(folder / "small", 10_000, 6, SEED)
    ran = run(folder / "small")
    seconds = building.wall_seconds + ran.cost.wall_seconds
    return ran, Figure("demo_seconds", seconds, "s", rows=ran.rows, seed=SEED)


def _region(folder: Path, small: Ran) -> list[Figure]:
    """Take the headline: a region of 100,000 people, both cores."""
    build(folder / "large", PEOPLE, 6, SEED, processes=2)
    ran = run(folder / "large")
    speed = ran.rows / ran.cost.wall_seconds
    growth = ran.cost.peak_mb / small.cost.peak_mb
    given = {"rows": ran.rows, "seed": SEED, "cost": ran.cost}
    return [
        Figure("rows_per_second", speed, "source rows/s", **given),
        Figure("peak_mb_100k", ran.cost.peak_mb, "MB", **given),
        Figure("peak_growth_10k_to_100k", growth, "times", **given),
    ]


def _fhir(folder: Path) -> list[Figure]:
    """Take NDJSON to standard records, beside parsing by fhir.resources."""
    project = folder / "fhir"
    (project / "silos").mkdir(parents=True)
    build(folder / "source", min(PEOPLE, 50_000), 6, SEED, processes=2)
    shutil.move(folder / "source" / "silos" / "H003", project / "silos" / "H003")
    (project / "datong.toml").write_text(FHIR, encoding="utf-8")
    ran = run(project)
    speed = ran.rows / ran.cost.wall_seconds
    peer = _parsed(project / "silos" / "H003")
    return [
        Figure(
            "fhir_resources_per_second",
            speed,
            "resources/s",
            peer="fhir.resources, parsing only, two processes' worth",
            peer_figure=peer,
            rows=ran.rows,
            seed=SEED,
            cost=ran.cost,
            packages=("fhir.resources",),
        )
    ]


def _parsed(silo: Path, most: int = 3000) -> float:
    """Parse resources with fhir.resources; return twice one core's speed."""
    from fhir.resources.R4B import get_fhir_model_class  # noqa: PLC0415 - a peer

    lines = []
    for file in sorted(silo.glob("*.ndjson")):
        kind = get_fhir_model_class(file.stem)
        with file.open("rb") as opened:
            lines += [
                (kind, line) for line, _ in zip(opened, range(most), strict=False)
            ]
    parsed, began = 0, time.perf_counter()
    for kind, line in lines:
        try:
            kind.model_validate_json(line)
        except ValueError:
            continue
        parsed += 1
    return 2 * parsed / (time.perf_counter() - began)


def _mimic(folder: Path) -> list[Figure]:
    """Take MIMIC's source tables through the mappings of examples/mimic."""
    mappings = ROOT / "examples" / "mimic"
    if not mappings.exists():
        return []
    project = folder / "mimic"
    shutil.copytree(mappings, project)
    settings = project / "datong.toml"
    text = settings.read_text(encoding="utf-8")
    silo = (real_data() / "cdm" / "mimic-src").as_posix()
    text = text.replace("mimic-iv-demo", silo)
    settings.write_text(text, encoding="utf-8")
    ran = run(project)
    speed = ran.rows / ran.cost.wall_seconds
    given = {"rows": ran.rows, "cost": ran.cost}
    peer = ehr2trace.command()
    if peer is not None:
        theirs = ehr2trace.rows_per_second(peer, Path(silo), folder / "ehr2trace")
        given |= {"peer": "ehr2trace 0.7.0, two workers", "peer_figure": theirs}
    return [Figure("rows_per_second_mimic", speed, "source rows/s", **given)]
