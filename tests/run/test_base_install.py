"""What `pip install datong` gives is enough for the whole journey."""

import subprocess
import sys
import tomllib
from pathlib import Path

from datong.run.project import Project

ROOT = Path(__file__).parents[2]
NAMES = {  # of packages whose module is called otherwise
    "argon2_cffi": "argon2",
    "python_calamine": "python_calamine",
    "python_multipart": "multipart",
    "scikit_learn": "sklearn",
}
RUN = """
import sys
sys.modules.update(dict.fromkeys({absent!r}))
from datong.serve.cli import main
main(["run", "--project", {place!r}])
"""


def extras() -> set[str]:
    """Name the modules that only an extra brings."""
    told = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    optional = told["optional-dependencies"]

    def named(lines: list[str]) -> set[str]:
        names = (line.partition("[")[0].partition(">")[0] for line in lines)
        found = {name.partition("=")[0].replace("-", "_") for name in names}
        return {NAMES.get(name, name) for name in found}

    users = [
        line for extra, lines in optional.items() if extra != "dev" for line in lines
    ]
    return named(users) - named(told["dependencies"]) - {"datong"}


def test_a_region_is_run_without_any_extra(fresh: Project) -> None:
    absent = extras()
    assert {"scipy", "fastapi", "sklearn"} <= absent
    code = RUN.format(absent=absent, place=str(fresh.root))
    ended = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        env={"PYTHONPATH": str(ROOT / "src"), "DATONG_LANG": "en"},
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    assert fresh.releases.current() == 1
