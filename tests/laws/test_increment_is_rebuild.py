"""Law: increments are a rebuild, whatever comes, in whatever order, however killed."""

import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from datong.run.digest import digest
from datong.run.project import Project
from tests.run.feeds import (
    CHANGES,
    FIRST,
    LATE,
    LATER,
    Row,
    at,
    hand_over,
    laboratory,
    results,
    without_keys,
)

SOURCE = Path(__file__).parents[2] / "src"
ROWS = st.tuples(
    st.sampled_from("12345"),  # the number of a report
    st.sampled_from("ab"),  # its patient
    st.sampled_from("xyz"),  # its result
    st.sampled_from("IUD"),
)
Plain = tuple[str, str, str, str]
CHANCE = st.randoms(use_true_random=False)
QUICK: dict[str, Any] = {
    "deadline": None,
    "suppress_health_check": [HealthCheck.too_slow],
}
DELTAS = st.lists(st.lists(ROWS, min_size=1, max_size=6), min_size=2, max_size=4)


def spoken(deltas: Sequence[Sequence[Plain]]) -> list[list[Row]]:
    """Give each row the moment of its change; every moment once."""
    moments = iter(range(3600))
    return [
        [(*row[:3], row[3], at(next(moments))) for row in delta] for delta in deltas
    ]


def expected(rows: Sequence[Row]) -> dict[str, str]:
    """Say plainly what holds after some changes."""
    held: dict[str, str] = {}
    for number, _, result, operation, _ in sorted(rows, key=lambda row: row[4]):
        held.pop(number, None)
        if operation != "D":
            held[number] = result
    return held


def hold(deltas: Sequence[Sequence[Plain]], chance: random.Random) -> None:
    """Increments, a rebuild, one load and a plain reading agree; else an error."""
    written = [(f"lab_{n}.csv", rows) for n, rows in enumerate(spoken(deltas))]
    arrived = chance.sample(written, len(written))
    with tempfile.TemporaryDirectory() as place:
        project = laboratory(Path(place) / "p", CHANGES)
        for name, rows in arrived:
            hand_over(project, name, rows)
            project.run()
        with project.read() as reader:
            stepwise = digest(reader)
        project.run(fresh=True)
        with project.read() as reader:
            assert digest(reader) == stepwise
        at_once = laboratory(Path(place) / "q", CHANGES)
        for name, rows in written:
            hand_over(at_once, name, rows)
        at_once.run()
        assert without_keys(at_once) == without_keys(project)
        every = [row for _, rows in written for row in rows]
        assert results(project) == expected(every)
        until = chance.choice(every)[4]
        known = results(project, as_known_on=datetime.fromisoformat(until))
        assert known == expected([row for row in every if row[4] <= until])


@settings(max_examples=3, **QUICK)
@given(deltas=DELTAS, chance=CHANCE)
def test_increments_are_a_rebuild(
    deltas: list[list[Plain]], chance: random.Random
) -> None:
    hold(deltas, chance)


@pytest.mark.slow
@settings(max_examples=20, **QUICK)
@given(deltas=DELTAS, chance=CHANCE)
def test_increments_are_a_rebuild_twenty_times(
    deltas: list[list[Plain]], chance: random.Random
) -> None:
    hold(deltas, chance)


def test_a_killed_increment_is_a_rebuild(tmp_path: Path) -> None:
    killed(tmp_path, seed=0)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(1, 13))
def test_many_killed_increments_are_a_rebuild(tmp_path: Path, seed: int) -> None:
    killed(tmp_path, seed)


def killed(tmp_path: Path, seed: int) -> None:
    """Kill the run of each delivery at some moment; the last run mends it all."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    project = laboratory(tmp_path / "p", CHANGES)
    hand_over(project, "lab_1.csv", FIRST)
    project.run()
    for name, rows in (("2", LATER), ("3", LATE)):
        hand_over(project, f"lab_{name}.csv", rows)
        process = subprocess.Popen(
            [sys.executable, "-m", "datong", "run", "-p", str(project.root)],
            env={**os.environ, "PYTHONPATH": str(SOURCE)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        time.sleep(chance.uniform(0.5, 2.5))
        process.send_signal(signal.SIGKILL)
        process.wait()
    project.run()
    with project.read() as reader:
        stepwise = digest(reader)
    copy = Project(shutil.copytree(project.root, tmp_path / "copy"))
    copy.run(fresh=True)
    with copy.read() as reader:
        assert digest(reader) == stepwise
