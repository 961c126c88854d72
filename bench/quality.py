"""All OHDSI checks on ten million rows, and how good our own checks are."""

import json
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from multiprocessing import get_context
from pathlib import Path

from bench.figure import Cost, Figure, best_of, cost
from bench.naive_dqd import Lists, count_all
from bench.real import real_data
from bench.replica import replicate
from datong.engine.duckdb import Duck
from datong.quality import faults
from datong.quality.faults.fault import all_faults
from datong.quality.faults.known import PLACE, fingerprint
from datong.quality.faults.score import Trial, bench, clean_findings, score
from datong.quality.finding import Finding, Verdict
from datong.quality.folder import omop_tables
from datong.quality.groups import Detail, GroupedBy
from datong.quality.judged import Asked, judge_folder
from datong.quality.omop.judged import judge_omop
from datong.quality.report import page
from datong.run.judge import judge_release
from datong.run.project import Project
from datong.sample import build

TIMES = 30  # GiBleed this often: 10.3 million rows
TODAY = date(2026, 11, 24)
NAIVE = "one query a check (DuckDB)"
RUNS = 3
WORKERS = 2
PEOPLE, HOSPITALS, SEED = 10_000, 6, 1  # those of `datong demo`
PRINTED = Path(faults.__file__).parent / PLACE


def measure() -> list[Figure]:
    """Measure everything; the ten million rows lie in a folder that is removed."""
    with tempfile.TemporaryDirectory(prefix="datong-quality-") as made:
        folder = Path(made)
        rows = replicate(real_data() / "cdm" / "gibleed-omop53", folder, TIMES)
        return [*_large(folder, rows), *layers(folder / "region"), *_scored()]


def _large(folder: Path, rows: int) -> Iterator[Figure]:
    """Carry out every check fused, and one query at a time, on the same files."""
    runs = [_fused(folder) for _ in range(RUNS)]
    findings, ours = min(runs, key=lambda run: run[1].cpu_seconds)
    lists = Lists(real_data() / "cdm" / "dqd", "5.4", TODAY)
    with cost() as theirs:
        naive = count_all(folder, lists)
    equal = sum(_counts(one) == naive[_place(one)] for one in findings)
    peer = {"peer": NAIVE, "rows": rows, "cost": ours}
    seconds = ours.cpu_seconds
    yield Figure(
        "checks_cpu_seconds_10m",
        seconds,
        "CPU-s",
        **peer,
        peer_figure=theirs.cpu_seconds,
    )
    yield Figure("checks_defined", len(findings), "checks", rows=rows)
    yield Figure("counts_equal", equal, "checks", **peer, peer_figure=len(naive))
    split = min(_fused(folder, GroupedBy())[1].cpu_seconds for _ in range(RUNS))
    yield Figure("checks_cpu_seconds_10m_by_month", split, "CPU-s", rows=rows)
    yield Figure("ratio_naive", theirs.cpu_seconds / seconds, "times", **peer)
    with cost() as whole:
        written = page(judge_folder(folder, Asked(TODAY, whole=True)))
    size = len(written.encode()) / 1e6
    yield Figure("report_seconds_10m", whole.wall_seconds, "s", rows=rows, cost=whole)
    yield Figure("report_megabytes_10m", size, "MB", rows=rows)
    yield Figure("peak_megabytes_10m", ours.peak_mb, "MB", rows=rows, cost=ours)


def layers(folder: Path) -> list[Figure]:
    """Judge source, records and views of the demo region, and the way between them.

    What `datong check --json` does, its start and its writing left out.
    """
    build(folder, PEOPLE, HOSPITALS, SEED)
    project = Project(folder)
    report = project.run()
    asked = Asked(TODAY, whole=True)
    taken = best_of(RUNS, lambda: judge_release(project, report.release, asked))
    seconds = {"CPU-s": taken.cpu_seconds, "s": taken.wall_seconds}
    return [
        Figure(
            f"three_layers_{'wall' if unit == 's' else 'cpu'}_seconds",
            figure,
            unit,
            rows=report.rows,
            seed=SEED,
            cost=taken,
        )
        for unit, figure in seconds.items()
    ]


def _fused(folder: Path, by: GroupedBy | None = None) -> tuple[list[Finding], Cost]:
    """Carry out every check once."""
    with cost() as taken, Duck() as duck, omop_tables(folder) as tables:
        found = judge_omop(duck, tables, "5.4", TODAY, Detail(by=by))
    return found, taken


def _counts(one: Finding) -> tuple[int, int] | None:
    """Return what a finding counted, None where it does not apply."""
    is_absent = one.verdict is Verdict.NOT_APPLICABLE
    return None if is_absent else (one.examined, one.bad)


def _place(one: Finding) -> tuple[str, str, str, str]:
    """Name a check as the naive run does."""
    return one.type, one.table, one.column, one.concept


def _tried(part: int) -> list[Trial]:
    """Try each fault of a part; each process has its own clean data."""
    return list(score(bench(), all_faults()[part::WORKERS]))


def _scored() -> Iterator[Figure]:
    """Score the checks on faults that they were written beside, and on those aside."""
    with ProcessPoolExecutor(WORKERS, mp_context=get_context("spawn")) as pool:
        tried = pool.map(_tried, range(WORKERS))
        trials = [trial for some in tried for trial in some]
    aside = [trial for trial in trials if trial.fault.is_aside]
    rest = [trial for trial in trials if not trial.fault.is_aside]
    known = {"caught": sum(t.is_caught for t in aside), "injected": len(aside)}
    told = json.dumps({"fingerprint": fingerprint(), **known}, indent=1)
    PRINTED.write_text(f"{told}\n", encoding="utf-8")  # on every report
    parts = {"": trials, "_aside": aside, "_beside": rest}
    for part, some in parts.items():
        name = f"mutation_score{part}"
        caught = 100 * sum(trial.is_caught for trial in some) / len(some)
        alone = 100 * sum(trial.by_ohdsi for trial in some) / len(some)
        yield Figure(
            name,
            caught,
            "% caught",
            "OHDSI's checks alone",
            alone,
            rows=len(some),
            seed=7,
        )
        noticed = 100 * sum(trial.is_noticed for trial in some) / len(some)
        yield Figure(f"mutation_noticed{part}", noticed, "% noticed", rows=len(some))
    yield Figure("faults_injected", len(trials), "faults", seed=7)
    yield Figure("findings_on_clean_data", len(clean_findings(bench())), "findings")
