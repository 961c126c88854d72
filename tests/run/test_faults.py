"""What goes wrong in the real world, and what then stays right."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from filelock import FileLock

from bench.kills import start_and_kill
from datong.core.reason import Trouble
from datong.core.say import Say
from datong.run import landing
from datong.run.digest import digest
from datong.run.progress import Silence
from datong.run.project import Project
from datong.run.rejects import export_rejects, mend

ROOT = Path(__file__).parents[2]
PYTHON = {"PYTHONPATH": str(ROOT / "src"), "DATONG_LANG": "en"}
Edit = Callable[[Path, str, str], None]


class Heard(Silence):
    """A progress that remembers its warnings."""

    def __init__(self) -> None:
        self.warnings: list[str] = []

    def warn(self, what: Say) -> None:
        self.warnings.append(what.en)


def silo(project: Project, name: str) -> Path:
    """Find a file that a hospital handed over."""
    return next((project.root / "silos").rglob(f"{name}*"))


def python_fails(*words: str) -> str:
    """Run a process that ends with an error but no traceback; return what it said."""
    ended = subprocess.run(
        [sys.executable, *words],
        env={**os.environ, **PYTHON},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 1
    assert "Traceback" not in ended.stderr
    return ended.stderr


@pytest.mark.parametrize("moment", [0.6, 1.5, 2.5])
def test_a_killed_run_is_finished_by_the_next(
    fresh: Project, region: Path, moment: float
) -> None:
    with Project(region).read() as reader:
        wanted = digest(reader)
    start_and_kill(fresh, moment)
    fresh.run()
    with fresh.read() as reader:
        assert digest(reader) == wanted


def test_readers_keep_the_old_release_while_a_run_is_killed(
    project: Project, edit: Edit
) -> None:
    with project.read() as reader:
        before = digest(reader)
        edit(silo(project, "检验结果"), "已审核", "已作废")
        start_and_kill(project, 1.5)
        assert digest(reader) == before
    assert project.releases.current() in {1, 2}
    with project.read(1) as again:
        assert digest(again) == before


def test_two_runs_at_once_are_refused(project: Project) -> None:
    with FileLock(project.made / "run.lock"), pytest.raises(Trouble, match="RUN-BUSY"):
        project.run()


def test_a_file_that_vanished_stops_the_run(project: Project) -> None:
    gone = silo(project, "检验结果")
    moved = gone.rename(gone.with_suffix(".away"))
    with pytest.raises(Trouble, match="RUN-FILES"):
        project.run()
    shutil.copy(moved, gone.with_name("检验结果_2025.csv"))
    with pytest.raises(Trouble, match="RUN-VANISHED"):
        project.run()
    assert project.releases.current() == 1
    assert project.run(accept_vanished=True).release == 2


def test_a_file_that_changes_while_it_is_read_stops_the_run(
    fresh: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = landing.delimited.read

    def read(file: Path, *rest: object) -> object:
        with file.open("ab") as opened:
            opened.write(b"\n")
        return real(file, *rest)  # type: ignore[arg-type]  # passed on as it came

    monkeypatch.setattr(landing.delimited, "read", read)
    with pytest.raises(Trouble, match="SOURCE-CHANGED"):
        fresh.run()
    with pytest.raises(Trouble, match="LAKE-NOTHING"):
        fresh.read()


def test_a_column_that_disappeared_stops_the_run_and_names_the_nearest(
    project: Project, edit: Edit
) -> None:
    edit(silo(project, "检验结果"), "采样时间", "采样日期时间")
    with pytest.raises(Trouble) as told:
        project.run()
    assert told.value.reason.code == "MAP-COLUMN"
    assert told.value.details["nearest"] == "采样日期时间"
    assert "results.toml" in told.value.where


def test_a_column_that_one_file_of_several_lacks_stops_the_run(
    project: Project, edit: Edit
) -> None:
    file = silo(project, "检验结果")
    second = shutil.copy(file, file.with_name("检验结果_2025.csv"))
    edit(Path(second), "采样时间", "采样日期时间")
    with pytest.raises(Trouble) as told:
        project.run()
    assert told.value.reason.code == "MAP-COLUMN"
    assert "检验结果_2025.csv" in told.value.where


def test_a_column_that_appeared_is_told_and_kept_raw(project: Project) -> None:
    file = silo(project, "labs")
    head, *lines = file.read_text("utf-8").splitlines()
    told = [f"{head},urgent", *(f"{line},1" for line in lines)]
    file.write_text("\n".join(told) + "\n", encoding="utf-8")
    heard = Heard()
    project.run(heard)
    assert any("urgent" in warning for warning in heard.warnings)


def test_a_mapping_with_a_wrong_column_is_told_before_a_row_is_read(
    fresh: Project, edit: Edit
) -> None:
    mapping = next((fresh.root / "mappings" / "H001").glob("results.toml"))
    edit(mapping, '"项目编码"', '"项目代马"')
    with pytest.raises(Trouble, match="MAP-COLUMN"):
        fresh.run()


def test_an_encoding_that_lies_is_told_at_the_header(
    project: Project, edit: Edit
) -> None:
    edit(project.root / "mappings/H001/results.toml", "gb18030", "utf-8")
    with pytest.raises(Trouble, match="SOURCE-BYTES"):
        project.run()
    assert project.releases.current() == 1


def test_lines_of_another_encoding_are_rejected_one_by_one(project: Project) -> None:
    file = silo(project, "labs")
    lines = file.read_bytes().splitlines(keepends=True)
    odd = lines[1].decode().replace(lines[1].decode()[:2], "甲乙", 1).encode("gb18030")
    file.write_bytes(b"".join([*lines, odd]))
    report = project.run()
    landed = next(e for e in report.ledger if "labs" in str(e["step"]))
    assert (landed["rejected"], landed["kept"]) == (1, len(lines) - 1)


def test_a_full_disk_publishes_nothing_and_is_told(fresh: Project) -> None:
    limit = 40_000  # bytes that a file may have
    code = (
        "import resource, signal, sys;"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}));"
        "from datong.serve.cli import main;"
        f"main(['run', '--project', {str(fresh.root)!r}])"
    )
    fresh.releases.all()  # the store exists before the disk is full
    python_fails("-c", code)
    with pytest.raises(Trouble, match="LAKE-NOTHING"):
        fresh.read()
    fresh.run()


@contextmanager
def small_disk(place: Path, kilobytes: int) -> Iterator[None]:
    """Put a disk of so many kilobytes in a place; what lies there is copied to it."""
    place.mkdir(exist_ok=True)
    away = place.rename(place.with_name("away"))
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", str(place)]
    if os.name != "posix" or subprocess.run(mount, check=False).returncode:
        pytest.skip("no right to mount a small disk here")
    try:
        shutil.copytree(away, place, dirs_exist_ok=True)
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


def ended_with_a_full_disk(project: Project) -> None:
    """Run a project in a process of its own, which ends as it should."""
    said = python_fails("-m", "datong", "run", "--project", str(project.root))
    assert "ENGINE-DISK" in said


def enlarge(place: Path) -> None:
    """Give the small disk room enough."""
    subprocess.run(["mount", "-o", "remount,size=1g", str(place)], check=True)


@pytest.mark.parametrize("kilobytes", [64, 3_000, 6_000])
def test_a_disk_that_fills_up_at_any_stage_publishes_nothing(
    fresh: Project, region: Path, kilobytes: int
) -> None:
    with Project(region).read() as reader:
        wanted = digest(reader)
    with small_disk(fresh.made, kilobytes):
        ended_with_a_full_disk(fresh)
        with pytest.raises(Trouble):
            Project(fresh.root).read()
        enlarge(fresh.made)
        fresh.run()
        with fresh.read() as reader:
            assert digest(reader) == wanted


def test_a_disk_that_fills_up_leaves_the_last_release_readable(
    project: Project, edit: Edit
) -> None:
    with project.read() as reader:
        before = digest(reader)
    project.store.dispose()
    edit(silo(project, "检验结果"), "已审核", "已作废")
    pages = sum(f.stat().st_size // 4096 + 1 for f in project.made.rglob("*"))
    with small_disk(project.made, pages * 4 + 4_000):
        left = shutil.disk_usage(project.made).free
        (project.made / "filler").write_bytes(bytes(left - 100_000))
        ended_with_a_full_disk(project)
        with Project(project.root).read() as reader:
            assert digest(reader) == before
        enlarge(project.made)
        assert Project(project.root).run().release == 2


def test_a_reject_is_mended_and_replayed(
    project: Project, tmp_path: Path, edit: Edit
) -> None:
    others = project.reject_counts().get("MAP-VALUE", 0)  # of the region's mistakes
    edit(silo(project, "检验结果"), "已审核", "未知状态")
    project.run()
    assert project.reject_counts()["MAP-VALUE"] == others + 1
    with project.read() as reader:
        files = export_rejects(project.settings, reader, tmp_path, "MAP-VALUE")
    texts = {file: file.read_text("utf-8-sig") for file in files}
    ((file, text),) = ((f, t) for f, t in texts.items() if "未知状态" in t)
    file.write_text(text.replace("未知状态", "已审核"), encoding="utf-8-sig")
    assert mend(project.root, file) == 1
    report = project.run()
    assert project.reject_counts().get("MAP-VALUE", 0) == others
    told = [e for e in report.ledger if str(e["step"]) == "map:H001/lis.检验结果"]
    assert told[0]["rejected"] == 0


def test_a_release_is_restored_and_a_damaged_one_is_not(
    project: Project, edit: Edit
) -> None:
    with project.read() as reader:
        before = digest(reader)
    edit(silo(project, "检验结果"), "已审核", "已作废")
    assert project.run().release == 2
    project.releases.restore(1)
    with project.read() as reader:
        assert digest(reader) == before
    file = next(iter(project.releases.files(2, "omop")["measurement"])).path
    file.write_bytes(b"")
    with pytest.raises(Trouble, match="LAKE-DAMAGED"):
        project.releases.restore(2)


def test_purge_leaves_the_silos_and_nothing_else(project: Project) -> None:
    project.purge()
    assert not project.made.exists()
    assert (project.root / "silos").exists()
    assert (project.root / "datong.toml").exists()
