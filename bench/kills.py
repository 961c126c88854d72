"""Runs killed with kill -9 at random moments: what is lost, and what a reader sees.

A round begins without a release, or with one and a changed file; a run of it is killed
several times at moments over its whole length, then finished. Lost is a round whose
release differs from that of a run that nobody killed, or in which the release before
could not be read after a kill. KILLS says how many kills (1,000).
"""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from itertools import cycle
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.figure import Figure, cost
from datong.core.reason import Trouble
from datong.run.digest import digest
from datong.run.project import Project
from datong.sample import build

ROOT = Path(__file__).parents[1]
SEED = 5
IN_A_ROW = 5


def measure() -> list[Figure]:
    """Kill runs and count what was lost."""
    wanted = int(os.environ.get("KILLS", "1000"))
    with cost() as taken, TemporaryDirectory(prefix="kills-") as folder:
        lost, kills = _rounds(Path(folder), wanted)
    given = {"rows": kills, "seed": SEED, "cost": taken}
    return [
        Figure("kills", kills, "kill -9", **given),
        Figure("kills_lost", lost, "rounds", **given),
    ]


def _rounds(folder: Path, wanted: int) -> tuple[int, int]:
    """Do rounds until enough runs were killed; count the lost ones and the kills."""
    base = folder / "region"
    build(base, people=120, hospitals=6, seed=SEED)
    began = time.perf_counter()
    before = _run(base)
    length = time.perf_counter() - began + 1
    changed = shutil.copytree(base, folder / "changed")
    _change(changed)
    after = _run(changed)
    chance = random.Random(SEED)  # noqa: S311 - moments need no secrecy
    lost = kills = 0
    for is_first in cycle((False, True)):
        if kills >= wanted:
            break
        wanted_now = before if is_first else after
        place = shutil.copytree(base, folder / "now")
        if is_first:
            shutil.rmtree(place / ".datong")
        else:
            _change(place)
        may_be_read = ({} if is_first else before, wanted_now)
        for _ in range(min(IN_A_ROW, wanted - kills)):
            start_and_kill(Project(place), chance.uniform(0.2, length))
            kills += 1
            lost += _digest(place) not in may_be_read
        lost += _run(place) != wanted_now
        shutil.rmtree(place)
    return lost, kills


def _run(place: Path) -> dict[str, str]:
    """Run a project to its end and digest its release."""
    Project(place).run()
    return _digest(place)


def start_and_kill(project: Project, moment: float) -> bool:
    """Run a project in a process of its own and kill it; say whether it was running."""
    command = [sys.executable, "-m", "datong", "run", "--project", str(project.root)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(command, env=environment, stdout=quiet, stderr=quiet)
    try:
        process.wait(moment)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
    return process.wait() < 0


def _change(place: Path) -> None:
    """Change one word of one delivered file."""
    file = next((place / "silos").rglob("检验结果*"))
    text = file.read_bytes().decode("gb18030")
    file.write_bytes(text.replace("已审核", "已作废", 1).encode("gb18030"))


def _digest(place: Path) -> dict[str, str]:
    """Digest the current release; empty if it cannot be read."""
    try:
        with Project(place).read() as reader:
            return digest(reader)
    except Trouble:
        return {}
