"""`datong standards`: JSON for programs, words for people, no traceback."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from datong.serve.cli import main


def ask(*words: str, **env: str) -> Result:
    """Run a command."""
    return CliRunner().invoke(main, ["standards", *words], env=env)


def test_list_counts() -> None:
    counts = json.loads(ask("list", "--json").output)["counts"]
    asked = "elements elements_verified value_sets value_sets_complete value_items"
    for name in [*asked.split(), "documents", "profiles", "rules"]:
        assert counts[name] > 0, name


def test_show_one_thing() -> None:
    shown = json.loads(ask("show", "DE04.50.001.00", "--json").output)
    assert shown["domain"]["value_set"] == "CV04.50.005"
    assert "汉族" in ask("show", "GB/T 3304", DATONG_LANG="zh").output
    assert ask("show", "DE99").exit_code == 1
    assert "Traceback" not in ask("show", "DE99").output


def test_diff_two_sets() -> None:
    found = json.loads(ask("diff", "W/RC026", "T/RC026", "--json").output)
    assert found["kinds"] == {"redefined": 2}
    assert {c["code"] for c in found["changes"]} == {"1", "2"}
    assert "redefined" in ask("diff", "W/RC026", "T/RC026").output


def test_diff_two_files(tmp_path: Path) -> None:
    one, two = tmp_path / "a.dat", tmp_path / "b.dat"
    one.write_text("A1 霍乱\nA2 伤寒\n", encoding="utf-8")
    two.write_text("A1 霍乱\nB2 伤寒\n", encoding="utf-8")
    found = json.loads(ask("diff", str(one), str(two), "--json").output)
    assert found["kinds"] == {"recoded": 1}
    mixed = ask("diff", str(one), "W/RC026")
    assert mixed.exit_code == 1
    assert "DIFF-KINDS" in mixed.output


def test_impact(tmp_path: Path) -> None:
    usage = tmp_path / "use.csv"
    usage.write_text("hospital,field,code,records\n甲,B11C,1,5\n", encoding="utf-8")
    asked = ("impact", "W/RC026", "T/RC026", "--usage", str(usage))
    found = json.loads(ask(*asked, "--json").output)
    assert [(i["code"], i["records"]) for i in found] == [("1", 5)]
    assert "redefined" in ask(*asked).output


def test_import_then_use(tmp_path: Path) -> None:
    file, shelf = tmp_path / "x.dat", str(tmp_path / "shelf")
    file.write_text("A1 霍乱\nA1 伤寒\n", encoding="utf-8")
    asked = ("import", str(file), "--system", "demo@1")
    assert "IMPORT-LOSS" in ask(*asked, DATONG_STANDARDS=shelf).output
    done = ask(*asked, "--accept-loss", "--json", DATONG_STANDARDS=shelf)
    assert json.loads(done.output)["ledger"]["rejected"] == 1
    assert "demo" not in ask("sources", DATONG_STANDARDS=shelf).output


def test_sources_say_what_works_without() -> None:
    systems = json.loads(ask("sources", "--json").output)["systems"]
    for one in systems:
        for part in ("publisher", "licence", "file", "command", "without_zh"):
            assert one[part], one["id"]


@pytest.mark.parametrize("kind", ["valid", "boundary", "invalid"])
def test_generate(tmp_path: Path, kind: str) -> None:
    out = tmp_path / "x.parquet"
    words = ("generate", "frontpage-western-2019", "--kind", kind, "--rows", "3")
    assert ask(*words, "--out", str(out)).exit_code == 0
    assert out.exists()


def test_ddl_and_schema() -> None:
    assert "create table" in ask("ddl", "frontpage-tcm-2019").output
    assert json.loads(ask("schema", "W/RC001").output)["enum"] == ["0", "1", "2", "9"]
