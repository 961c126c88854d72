"""The commands of the users' page run as they are written."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "how-to" / "standards.md"


def test_the_commands_of_the_page_run(tmp_path: Path) -> None:
    blocks = re.findall(r"```console\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    script = "\n".join(["set -e", *blocks])
    called = f"{sys.executable} -m datong"
    script = re.sub(r"^datong", called, script, flags=re.MULTILINE)
    env = os.environ | {
        "PYTHONPATH": str(ROOT / "src"),
        "DATONG_STANDARDS": str(tmp_path / "shelf"),
    }
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=tmp_path,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "report.html").exists()


def test_the_python_of_the_page_runs() -> None:
    pytest.importorskip("polars")
    for block in re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL):
        exec(block, {})  # noqa: S102 - the page's own words
