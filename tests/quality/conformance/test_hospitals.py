"""Each hospital's score, distance and use of codes; a project as it was delivered."""

import json
from pathlib import Path

import pyarrow as pa
import pytest
from click.testing import CliRunner

from datong.core.reason import Trouble
from datong.quality.conformance.conform import Options
from datong.quality.conformance.hospitals import by_hospital, usage
from datong.quality.conformance.page import page
from datong.serve.cli import main
from datong.standards.difference import compare_sets
from datong.standards.generate import valid
from datong.standards.impact import impact
from datong.standards.library import load
from datong.standards.model import Profile
from datong.standards.narrow import narrow
from datong.standards.shelf import Shelf
from tests.region import region

__all__ = ["region"]

NAME = "frontpage-western-2019"
FIELDS = ("A01", "A12C", "A13", "A14", "A21C", "A48", "B12", "B15", "B20")


@pytest.fixture(scope="module")
def profile() -> Profile:
    return narrow(load().profile(NAME), FIELDS)


@pytest.fixture
def options(tmp_path: Path) -> Options:
    return Options(shelf=Shelf(tmp_path / "shelf"))


@pytest.fixture
def two(profile: Profile) -> pa.Table:
    """Two hospitals; the second writes a marital status that no list has."""
    rows = valid(profile, load(), 20).to_pylist()
    for number, row in enumerate(rows):
        row["A01"] = "H1" if number < 12 else "H2"
        row["A21C"] = "3" if number < 12 else "7"
    return pa.Table.from_pylist(rows)


def test_each_hospital_has_its_score_and_its_distance(
    two: pa.Table, profile: Profile, options: Options
) -> None:
    found = by_hospital(two, profile, "A01", options)
    assert list(found) == ["H2", "H1"]  # the worst first
    assert (found["H1"].rows, found["H2"].rows) == (12, 8)
    assert found["H1"].score == 100
    assert found["H2"].score < 100
    assert found["H2"].hours > 0 == found["H1"].hours
    shown = page(None, found)
    assert shown.count("<details>") == 2
    assert "http" not in shown


@pytest.mark.parametrize("field", ["A46C", "no"])
def test_an_absent_hospital_field_is_said(
    two: pa.Table, profile: Profile, options: Options, field: str
) -> None:
    with pytest.raises(Trouble, match="CONFORM-HOSPITALS"):
        by_hospital(two, profile, field, options)


def test_use_weighs_a_change(two: pa.Table, profile: Profile, options: Options) -> None:
    used = usage(two, profile, "A01", options)
    assert {"hospital": "H1", "field": "A21C", "code": "3", "records": 12} in (
        used.to_pylist()
    )
    library = load()
    changes = compare_sets(library.set("W/RC002"), library.set("T/RC002"))
    worst = impact(changes, used, library)[0]
    assert (worst.change.code, worst.hospitals, worst.records) == ("3", 1, 12)


def test_a_project_is_checked_as_it_was_delivered(
    region: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATONG_STANDARDS", str(tmp_path / "shelf"))
    fields = tmp_path / "map.csv"
    fields.write_text("column,field\n就诊时间,B12\n离院时间,B15\n主要诊断编码,C03C\n")
    asked = ["check", "--profile", NAME, str(region), "--json"]
    table = ["--map", str(fields), "--table", "病案首页_2024.csv"]
    run = CliRunner().invoke(main, [*asked, *table])
    assert run.exit_code == 1, run.output
    told = json.loads(run.stdout)["hospitals"]
    assert told[0]["rows"] > 0
    assert told[0]["data"].endswith("病案首页_2024.csv")
    assert 0 < told[0]["score"] < 100
    assert told[0]["distance"]["hours"] > 0
    none = CliRunner().invoke(main, [*asked, "--table", "no.csv"])
    assert none.exit_code == 1
    assert "CONFORM-PROJECT" in none.output


@pytest.mark.parametrize("form", [NAME, "frontpage-tcm-2019"])
def test_a_project_without_front_pages_is_joined_from_its_records(
    region: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    monkeypatch.setenv("DATONG_STANDARDS", str(tmp_path / "shelf"))
    used = tmp_path / "use.csv"
    asked = ["check", "--profile", form, str(region), "--json", "--usage", str(used)]
    run = CliRunner().invoke(main, asked)
    told = {one["hospital"]: one for one in json.loads(run.stdout)["hospitals"]}
    assert list(told) == ["H001", "H003", "H004"]
    chinese, fhir = told["H001"], told["H003"]
    assert chinese["rows"] > fhir["rows"] > 0
    assert 0 < fhir["score"] < chinese["score"] < 100  # FHIR names no main diagnosis
    no_place, _, rest = chinese["note"]["zh"].partition("；该院未采集：")
    unfilled, _, hidden = rest.partition("；存于身份库，未检查：")
    assert "出生地" in no_place
    assert "职业" in unfilled
    assert "身份证号" in hidden
    assert not [f for f in chinese["findings"] if "身份证号" in f["say"]["zh"]]
    marital = "A21C" if form == NAME else "HY"
    recoded = {r["say"]["zh"] for r in chinese["repairs"] if r["item"] == marital}
    assert any("已婚" in say and "2" in say for say in recoded)
    text = used.read_text("utf-8")
    assert '"H001"' in text
    assert f'"{marital}","已婚"' in text
