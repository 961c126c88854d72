"""The page on an unknown source: its commands run on a source made up this moment."""

import json
import random
import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from bench.unknown import SCHEMES, make
from datong.run.draft import file_stem
from datong.sample import build
from datong.serve.cli import main

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "hour.md"
BLOCK = re.compile(r"```console\n(.*?)```", re.DOTALL)
SETTINGS = """
[project]
name = "hour"
[[organization]]
id = "H9"
folder = "silo"
mappings = "mappings"
"""


def test_the_page_of_the_hour(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    seed = random.SystemRandom().randrange(10**6)
    build(tmp_path / "region", 60, 6, 3)
    scheme = sorted(SCHEMES)[seed % len(SCHEMES)]
    source = make(tmp_path / "region", tmp_path / "silo", scheme, seed)
    runner = CliRunner(env={"DATONG_LANG": "en", "COLUMNS": "200"})
    for block in BLOCK.findall(PAGE.read_text("utf-8")):
        for line in block.splitlines():
            answer = runner.invoke(main, shlex.split(line)[2:])
            assert answer.exit_code == 0, (line, seed, answer.output)
    (tmp_path / "datong.toml").write_text(SETTINGS, encoding="utf-8")
    answer = runner.invoke(main, ["run", "--json"])
    assert answer.exit_code == 0, (seed, answer.output)
    ledger = json.loads(answer.stdout)["ledger"]
    read = sum(line["read"] for line in ledger if line["step"].startswith("map:"))
    drafted = {place.stem for place in (tmp_path / "mappings").glob("*.toml")}
    rows = {n: count for n, count in source.rows.items() if file_stem(n) in drafted}
    assert len(rows) >= len(source.rows) - 1, (scheme, seed)
    assert read == sum(rows.values()), (scheme, seed)


def test_scan_and_draft_print_only_json_when_asked(tmp_path: Path) -> None:
    rows = "\n".join(f"P{n:04},男,19800101" for n in range(30))
    (tmp_path / "病人.csv").write_text(f"病历号,性别,出生日期\n{rows}\n", "gb18030")
    for command in ("scan", "draft"):
        answer = CliRunner().invoke(main, [command, str(tmp_path), "--json"])
        assert json.loads(answer.stdout)["tables"][0]["table"] == "病人"


def test_a_scan_tells_titles_totals_and_copies_in_plain_words(tmp_path: Path) -> None:
    lines = ["2024 年门诊收费,,", "费别,项目,金额"]
    lines += [f"自费,项目{n},{n}.50" for n in range(30)]
    lines += ["自费,项目1,1.50", "合计,,435.00"]
    (tmp_path / "收费.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    for language, told in (
        ("en", ("2 rows above", "1 rows are totals", "1 rows are exact copies")),
        ("zh", ("上方有 2 行", "1 行是其他行的合计", "1 行与其他行完全重复")),
    ):
        runner = CliRunner(env={"DATONG_LANG": language})
        answer = runner.invoke(main, ["scan", str(tmp_path)])
        assert all(word in answer.output for word in told), answer.output


def test_an_empty_folder_is_told_without_a_traceback(tmp_path: Path) -> None:
    answer = CliRunner(env={"DATONG_LANG": "zh"}).invoke(main, ["scan", str(tmp_path)])
    assert answer.exit_code == 1
    assert "RUN-NOTHING" in answer.output
    assert "Traceback" not in answer.output
