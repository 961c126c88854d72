"""The pages of docs/start run as they are written, one after the other.

A block that names a file writes it, a Python block is run, and of a console block each
line after `$` is typed; what stands below it must come out, in order. `…` stands for
anything, within a line or for lines.
"""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from datong.serve import console
from datong.serve.cli import main

START = Path(__file__).parents[2] / "docs" / "start"
ORDER = ["demo", "my-own-csv", "mend-a-reject", "ask", "undo"]
BLOCK = re.compile(r"^```(\w+) ?(\S*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for all pages: a reader reads them in order."""
    return tmp_path_factory.mktemp("desk")


@pytest.fixture
def typed(desk: Path, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    """A terminal of a hundred columns, in English, in that folder."""
    monkeypatch.chdir(desk)
    for one in (console.OUT, console.ERRORS):  # made when first imported, by any test
        monkeypatch.setattr(one, "width", 100)
    monkeypatch.setenv("DATONG_LANG", "en")
    return CliRunner()


@pytest.mark.parametrize("page", ORDER)
def test_a_page_runs(page: str, typed: CliRunner) -> None:
    text = (START / f"{page}.md").read_text(encoding="utf-8")
    names: dict[str, object] = {}
    for language, file, body in BLOCK.findall(text):
        if file:
            Path(file).parent.mkdir(parents=True, exist_ok=True)
            Path(file).write_text(body, encoding="utf-8")
        elif language == "python":
            exec(body, names)  # noqa: S102 - the page is ours
        else:
            assert language == "console"
            for command, wanted in commands(body):
                compare(typed, command, wanted)


def commands(body: str) -> Iterator[tuple[str, list[str]]]:
    """Split a console block into what is typed and what comes out."""
    for part in re.split(r"^\$ ", body, flags=re.MULTILINE)[1:]:
        command, *wanted = part.splitlines()
        if command != "make demo":  # makes an environment; its second half follows
            yield command, wanted


def compare(typed: CliRunner, command: str, wanted: list[str]) -> None:
    """Type a command; the wanted lines must come out in this order."""
    program, *arguments = shlex.split(command)
    assert program == "datong"
    result = typed.invoke(main, arguments)
    is_refused = any(re.match(r"[A-Z]+-[A-Z]+: ", line) for line in wanted)
    assert (result.exit_code != 0) == is_refused, f"{command}\n{result.output}"
    lines = iter(result.output.splitlines())
    for line in (line for line in wanted if line != "…"):
        pattern = ".*".join(re.escape(part) for part in line.split("…"))
        is_there = any(re.fullmatch(rf"{pattern}\s*", found) for found in lines)
        assert is_there, f"$ {command}\n{line}\n--- is not in\n{result.output}"


def test_every_link_of_the_papers_leads_somewhere() -> None:
    root = START.parents[1]
    papers = [*root.glob("*.md"), *(root / "docs").rglob("*.md")]
    for paper in papers:
        for target in re.findall(
            r"\]\(([^)#:]+)(?:#[^)]*)?\)", paper.read_text("utf-8")
        ):
            assert (paper.parent / target).exists(), f"{paper.name}: {target}"
