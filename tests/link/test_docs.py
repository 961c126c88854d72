"""The commands of docs/how-to/link.md on a table of one's own run as written."""

import re
import shlex
from pathlib import Path

import pyarrow.csv
import pytest
from click.testing import CliRunner

from bench.population import population
from datong.serve.cli import main

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "link.md"
TYPED = re.compile(r"^\$ (.+)$", re.MULTILINE)
NAMES = {"birth_date": "born", "id_number": "number"}
SAID = {
    "evaluate": "precision of pairs",
    "why": "the threshold is",
    "resolve": "persons",
}


def test_the_commands_of_the_page_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = population(400, seed=2)
    names = [NAMES.get(name, name) for name in people.column_names]
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATONG_LANG", "en")
    pyarrow.csv.write_csv(people.rename_columns(names), "people.csv")
    typed = TYPED.findall(PAGE.read_text("utf-8"))
    verbs = []
    for command in typed:
        program, room, verb, *rest = shlex.split(command)
        assert (program, room) == ("datong", "link")
        result = CliRunner().invoke(main, [room, verb, *rest])
        assert result.exit_code == 0, f"{command}\n{result.output}"
        assert SAID[verb] in result.output
        verbs.append(verb)
    assert sorted(verbs) == sorted(SAID)
    assert Path("linked.csv").read_text("utf-8").splitlines()[0].endswith('"person"')
