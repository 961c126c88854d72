"""Backup and restore, metrics, the anchor, a run in its own process."""

import asyncio
import os
import shutil
import sys
import tarfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from click.testing import CliRunner
from fastapi.testclient import TestClient

from datong.core.reason import Trouble
from datong.guard.audit import anchor
from datong.run.backup import backup, restore
from datong.run.project import Project
from datong.serve.cli import main
from datong.serve.reading.runs import Works
from datong.serve.web import app as serving
from datong.serve.web.anchoring import anchored
from datong.serve.web.state import Options, open_state
from tests.region import region
from tests.serve.conftest import Signed

__all__ = ["region"]


def test_a_backup_is_restored_and_proved(region: Path, tmp_path: Path) -> None:
    file, again = tmp_path / "region.tar", tmp_path / "again"
    copy = tmp_path / "copy"
    shutil.copytree(region, copy)
    open_state(Options(copy)).audit.close()
    asked = ["backup", str(file), "-p", str(copy)]
    assert CliRunner().invoke(main, asked).exit_code == 0
    assert file.stat().st_mode & 0o077 == 0
    told = CliRunner().invoke(main, ["restore", str(file), str(again)])
    assert told.exit_code == 0, told.output
    with Project(copy).read() as old, Project(again).read() as new:
        assert old.tables() == new.tables()
        asked_of_both = "select sum(hash(l)) from records.lab_result as l"
        assert old.query(asked_of_both) == new.query(asked_of_both)
    with pytest.raises(Trouble, match="RUN-EXISTS"):
        restore(file, again)
    with pytest.raises(Trouble, match="RUN-EXISTS"):
        backup(Project(copy), file)


@pytest.mark.parametrize("harm", ["cut", "changed", "empty", "outside"])
def test_a_harmed_backup_restores_nothing(
    region: Path, tmp_path: Path, harm: str
) -> None:
    file, again = tmp_path / "region.tar", tmp_path / "again"
    backup(Project(region), file)
    content = bytearray(file.read_bytes())
    if harm == "cut":
        content = content[: len(content) // 2]
    elif harm == "changed":
        place = content.find(b"PAR1") + 60
        content[place] ^= 1
    elif harm == "empty":
        content = bytearray()
    file.write_bytes(content)
    if harm == "outside":
        with tarfile.open(file, "w") as tar:
            tar.addfile(tarfile.TarInfo("../outside"))
    with pytest.raises(Trouble, match="RUN-BACKUP"):
        restore(file, again)
    assert not again.exists()
    assert not (tmp_path / "outside").exists()


def test_metrics_count_routes_and_name_nobody(signed: Signed) -> None:
    client = signed("steward")
    client.get("/people/12345")
    text = client.get("/metrics").text
    assert 'route="/people/{number}"' in text
    assert "12345" not in text
    assert "datong_audit_events" in text
    assert text.endswith("\n")
    assert signed("auditor").get("/metrics").status_code == 403


def test_the_anchor_is_kept_at_start_and_end(tmp_path: Path) -> None:
    heads = tmp_path / "heads.txt"
    app = serving.make_app(Options(tmp_path / "project", anchor=heads))
    with TestClient(app, "https://testserver") as client:
        deadline = time.monotonic() + 5
        while not heads.exists() and time.monotonic() < deadline:
            time.sleep(0.02)
        client.get("/health/live")
    assert len(heads.read_text("utf-8").splitlines()) == 2
    root = tmp_path / "project" / "audit"
    assert anchor.heads(heads, anchor.signing_key(root).public_key())


def test_an_anchor_that_cannot_be_written_stops_nobody(tmp_path: Path) -> None:
    place = tmp_path / "no" / "folder" / "heads.txt"
    state = open_state(Options(tmp_path / "project", anchor=place))

    async def briefly() -> None:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(anchored(state), 0.1)

    with ThreadPoolExecutor(1) as pool:  # a browser test may hold this thread's loop
        pool.submit(lambda: asyncio.run(briefly())).result()
    state.audit.close()


@pytest.fixture
def importable(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a child find datong in a checkout that is not installed."""
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(sys.path))


@pytest.mark.usefixtures("importable")
def test_a_run_goes_on_in_its_own_process(region: Path, tmp_path: Path) -> None:
    folder = tmp_path / "project"
    shutil.copytree(region, folder)
    works = Works(Project(folder))
    assert works.now() is None
    works.start()
    seen = []
    deadline = time.monotonic() + 60
    while works.is_ours and time.monotonic() < deadline:
        seen.append(works.now())
        time.sleep(0.05)
    assert any(one and one["stages"] for one in seen)
    assert works.now() is None
    assert [row["state"] for row in works.listed()][:1] == ["done"]


@pytest.mark.usefixtures("importable")
def test_a_run_is_stopped(region: Path, tmp_path: Path) -> None:
    folder = tmp_path / "project"
    shutil.copytree(region, folder)
    works = Works(Project(folder))
    works.start(fresh=True)
    deadline = time.monotonic() + 30
    while works.listed(1)[0]["state"] != "running" and time.monotonic() < deadline:
        time.sleep(0.05)
    assert works.listed(1)[0]["state"] == "running"
    works.stop()
    assert not works.is_ours
    assert works.now() is None
    assert Project(folder).releases.current() == 1
