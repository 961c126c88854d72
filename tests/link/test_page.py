"""The page for users: its commands and its Python work."""

import re
import shlex
from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import pytest
from click.testing import CliRunner

from bench.population import population
from datong.serve.cli import main

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "link.md"
TEXT = PAGE.read_text("utf-8")
COMMANDS = re.findall(r"^\$ datong (.+)$", TEXT, re.MULTILINE)


@pytest.mark.parametrize("command", COMMANDS)
def test_the_commands_of_the_page(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    people = population(800, seed=2).rename_columns(
        {"birth_date": "born", "id_number": "number"}
    )
    pa.csv.write_csv(people, "people.csv")
    answer = CliRunner().invoke(main, shlex.split(command))
    assert answer.exit_code == 0, answer.output


def test_the_python_of_the_page() -> None:
    (code,) = re.findall(r"```python\n(.+?)```", TEXT, re.DOTALL)
    people = population(800, seed=2)
    count = len(people)
    records = pa.table(
        {
            "organization": pa.repeat("h", count),
            "system": pa.repeat("his", count),
            "value": people["record"].cast(pa.string()),
            "name": people["name"],
            "birth": people["birth_date"],
            "phone": people["phone"],
        }
    )
    held: dict[str, object] = {"records": records}
    exec(code, held)  # noqa: S102 - the page's own code
    linkage = held["linkage"]
    assert linkage.persons.num_rows == count  # type: ignore[attr-defined] - exec
    assert linkage.evidence.num_rows > 0  # type: ignore[attr-defined] - exec
