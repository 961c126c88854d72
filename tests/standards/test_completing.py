"""A list that the user has completes the set that is here by name only."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from datong.quality.conformance import conform
from datong.quality.conformance.conform import Options
from datong.serve.cli import main
from datong.standards.completing import completed, completing
from datong.standards.library import load
from datong.standards.shelf import Shelf

LIST = "代码,名称,上级代码\n1,国家机关,\n10,中国共产党,1\n1A,测试,1\n"
ITEMS = (
    "id,zh,en,group,kind,format,need,when,set,system,element\n"
    "ZW,职务级别,rank,person,code,AN..3,M,,GB/T 16835,,\n"
)
PROFILE = """
id = "ours"
en = "our staff"
zh = "本院人员"
edition = "ours@1"
items = "items.csv"
length_unit = "codepoint"
rule = []
[weights]
domain = 1
"""


def said(*words: str) -> str:
    run = CliRunner().invoke(main, ["standards", *words])
    assert run.exit_code == 0, run.output
    return run.stdout


def test_an_official_list_completes_its_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATONG_STANDARDS", str(tmp_path / "shelf"))
    before = json.loads(said("list", "--json"))["counts"]
    (tmp_path / "list.csv").write_text(LIST, encoding="utf-8")
    (tmp_path / "items.csv").write_text(ITEMS, encoding="utf-8")
    profile, data = tmp_path / "ours.toml", tmp_path / "staff.csv"
    profile.write_text(PROFILE, encoding="utf-8")
    data.write_text("ZW\n10\n9\n", encoding="utf-8")
    options = Options(shelf=Shelf(tmp_path / "shelf"))
    blind = conform(data, str(profile), options)
    assert [one.id for one in blind.silent] == ["ZW/domain"]

    told = said("import", str(tmp_path / "list.csv"), "--system", "GB/T 16835@1997")
    assert "GB/T 16835" in told
    shown = json.loads(said("show", "GB/T 16835", "--json"))
    assert [(v["code"], v["parent"]) for v in shown["values"]] == [
        ("1", ""),
        ("10", "1"),
        ("1A", "1"),
    ]
    assert shown["complete"] is True
    assert "imported: list.csv" in shown["sources"]
    after = json.loads(said("list", "--json"))["counts"]
    gained = after["value_sets_complete"] - before["value_sets_complete"]
    assert (gained, after["value_items"] - before["value_items"]) == (1, 3)
    report = conform(data, str(profile), options)
    (finding,) = [f for f in report.findings if f.check == "ZW/domain"]
    assert (finding.records, dict(finding.examples)) == (1, {"9": 1})
    assert report.standards != blind.standards


def test_what_the_catalogue_knows_no_import_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATONG_STANDARDS", str(tmp_path))
    (tmp_path / "list.csv").write_text(LIST, encoding="utf-8")
    said("import", str(tmp_path / "list.csv"), "--system", "GB/T 2261.1@2003")
    assert completed(Shelf(tmp_path)) is load()


def test_each_list_without_items_has_its_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATONG_STANDARDS", str(tmp_path))
    commands = {
        one["command"] for one in json.loads(said("sources", "--json"))["systems"]
    }
    lists = [full for name, full in completing(load()) if name.startswith("GB/T")]
    assert lists
    for full in lists:
        assert f'datong standards import FILE --system "{full}"' in commands
