"""A project folder that is not there is told by every command that wants one."""

import socket
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from datong.serve.cli import main

Names = tuple[str, ...]


def leaves(group: click.Group, names: Names = ()) -> Iterator[Names]:
    """Name every command that takes a project."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from leaves(command, (*names, name))
        elif command and any("--project" in one.opts for one in command.params):
            yield (*names, name)


def words_of(names: Names) -> list[str]:
    """Give a command the words that it needs."""
    command: click.Command | None = main
    for name in names:
        assert isinstance(command, click.Group)
        command = command.get_command(click.Context(command), name)
    assert command is not None
    words = []
    for one in command.params:
        if one.required or (isinstance(one, click.Argument) and one.default is None):
            words += one.opts[:1] if isinstance(one, click.Option) else []
            words += ["1"] * max(one.nargs, 1)
    return words


@pytest.mark.parametrize("names", list(leaves(main)), ids=" ".join)
def test_a_project_that_is_not_there(
    names: Names, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    asked = [*names, "--project", "nowhere", *words_of(names)]
    done = CliRunner().invoke(main, asked, input="")
    assert isinstance(done.exception, SystemExit), (asked, done.exception)
    assert done.exit_code != 0
    assert not (tmp_path / "nowhere").exists()


def test_a_door_that_cannot_be_opened_is_told(tmp_path: Path) -> None:
    runner, place = CliRunner(env={"DATONG_LANG": "en"}), str(tmp_path)
    answer = runner.invoke(main, ["serve", place])
    assert "datong.toml" in answer.output
    assert list(tmp_path.iterdir()) == []
    organization = '[[organization]]\nid = "H1"\nfolder = "s"\nmappings = "m"\n'
    settings = f'[project]\nname = "x"\n{organization}'
    (tmp_path / "datong.toml").write_text(settings, "utf-8")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        answer = runner.invoke(main, ["serve", place, "--port", port])
    assert "SERVE-PORT" in answer.output
    assert "Make the first account" not in answer.output
    answer = runner.invoke(main, ["serve", place, "--port", "99999"])
    assert "1<=x<=65535" in answer.output
    for wrong in ("nonsense", "postgresql+psycopg://u:secret@127.0.0.1:1/x"):
        answer = runner.invoke(
            main, ["serve", place, "--database", wrong, "--port", port]
        )
        assert "STORE-DATABASE" in answer.output
        assert "secret" not in answer.output
