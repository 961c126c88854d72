"""The users' page works as written."""

import re
import shlex
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from datong.engine.duckdb import Duck
from datong.quality.fit import all_uses, fitness
from datong.quality.project import read_rules
from datong.serve.cli import main

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "quality.md"
TEXT = PAGE.read_text("utf-8")
BLOCKS = re.findall(r"\n\n```\n(.*?)\n```", TEXT, re.DOTALL)
COMMANDS = [line for block in BLOCKS for line in block.splitlines()]
FOLDERS = [line for line in COMMANDS if "--omop" in line]


def test_the_page_shows_commands() -> None:
    assert len(FOLDERS) >= 3
    assert any("quality score" in line for line in COMMANDS)


@pytest.mark.parametrize("line", FOLDERS)
def test_a_command_on_a_folder_runs(
    line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    place = tmp_path / "exports" / "cdm"
    place.mkdir(parents=True)
    people = {"person_id": [1], "year_of_birth": [1950]}
    pq.write_table(pa.table(people), place / "person.parquet")
    cohorts = {"cohort_definition_id": [1], "subject_id": [1]}
    pq.write_table(pa.table(cohorts), tmp_path / "cohort.parquet")
    asked = shlex.split(line.partition(">")[0])[1:]
    done = CliRunner().invoke(main, asked)
    assert done.exit_code == 0, done.output


def test_the_rules_of_the_page_are_read(tmp_path: Path) -> None:
    block = re.search(r"```toml\n(\[\[check.*?)```", TEXT, re.DOTALL)
    assert block is not None
    place = tmp_path / "quality.toml"
    place.write_text(block.group(1), encoding="utf-8")
    rules = read_rules(place)
    assert (len(rules.checks), len(rules.waivers), len(rules.thresholds)) == (1, 1, 2)


def test_the_use_of_the_page_is_judged(tmp_path: Path) -> None:
    block = re.search(r"```toml\n(use = .*?)```", TEXT, re.DOTALL)
    assert block is not None
    (tmp_path / "own.toml").write_text(block.group(1), encoding="utf-8")
    use = next(u for u in all_uses(tmp_path) if u.name == "heart_failure_register")
    people = list(range(60))
    diagnoses = {
        "person": people,
        "organization": ["H1" if n < 40 else "H2" for n in people],
        "diagnosis_code": ["I50.9"] * 60,
    }
    stays = {"person": people[:45], "time_end": [date(2024, 1, 2)] * 45}
    with Duck() as duck:
        duck.see("diagnosis", pa.table(diagnoses))
        duck.see("encounter", pa.table(stays))
        judged = fitness(duck, use)
    assert judged is not None
    assert (judged.usable, judged.persons, judged.is_fit) == (45, 60, False)
    assert "15 lack a stay with its discharge (15 at H2)" in judged.reasons[0].en
    assert "（其中 H2 15 例）" in judged.reasons[0].zh
