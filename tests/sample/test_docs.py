"""The page for users: every command of it runs, in its order."""

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from datong.serve.cli import main

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "sample.md"


def test_the_commands_of_the_page_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocks = re.findall(r"(?m)^```\n((?:datong .*\n)+)```", PAGE.read_text("utf-8"))
    commands = [line for block in blocks for line in block.splitlines()]
    assert len(commands) == 10
    monkeypatch.chdir(tmp_path)
    own = re.findall(r"(?s)```toml\n(.*?)```", PAGE.read_text("utf-8"))
    Path("rates.toml").write_text(own[0], "utf-8")
    for command in commands:
        words = shlex.split(command.replace("10000", "60"))
        told = CliRunner().invoke(main, words[1:])
        assert told.exit_code == 0, told.output
