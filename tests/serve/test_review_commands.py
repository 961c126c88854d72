"""Drafts decided in the terminal, and the mappings taken out as SQL."""

import json
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner, Result

from datong.run.project import Project
from datong.serve.cli import main
from datong.store.decisions import accepted, propose
from datong.terms.cards import Asked, cards
from datong.terms.exchange import LAYOUTS, layout_of

SETTINGS = """
[project]
name = "review"
[[organization]]
id = "H9"
folder = "silo"
mappings = "mappings"
"""


def ask(*words: str) -> str:
    """Run a command in English; return what it says."""
    answer = CliRunner(env={"DATONG_LANG": "en"}).invoke(main, list(words))
    assert answer.exit_code == 0, answer.output
    return answer.stdout


@pytest.fixture(params=["", "sqlite:///team.sqlite"], ids=["alone", "team"])
def project(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> Path:
    """A project with one table; a team decides in a database of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATONG_DATABASE", request.param)
    (tmp_path / "silo").mkdir()
    rows = "\n".join(
        f"P{n:04},{'男女'[n % 2]},1980-01-{n % 28 + 1:02}" for n in range(60)
    )
    (tmp_path / "silo" / "病人.csv").write_text(f"病历号,性别,生日\n{rows}\n", "utf-8")
    (tmp_path / "datong.toml").write_text(SETTINGS, "utf-8")
    ask("draft", "silo", "--out", "mappings", "--propose", "H9")
    return tmp_path


@pytest.mark.usefixtures("project")
def test_what_was_decided_stands_in_the_next_draft() -> None:
    waiting = json.loads(ask("review", "list", "--json"))
    birth = next(one for one in waiting if one["subject"] == "H9/病人.生日")
    assert birth["proposal"] == "person.birth"
    card = json.loads(ask("review", "show", str(birth["id"]), "--json"))
    assert len(card["candidates"]) > 1
    ask("review", "choose", str(birth["id"]), "1", "--who", "wang", "--why", "asked")
    told = json.loads(ask("draft", "silo", "--json"))
    (again,) = [one for one in told["suggestions"] if one["column"] == "生日"]
    assert again["confidence"] == 1
    assert f"{again['kind']}.{again['field']}" == card["candidates"][0]
    assert again["evidence"] == ["decided by wang for H9"]
    ask("review", "undo", str(birth["id"]), "--who", "wang")
    told = json.loads(ask("draft", "silo", "--json"))
    assert {"person", "birth"} <= {
        word for one in told["suggestions"] for word in (one["kind"], one["field"])
    }


@pytest.mark.usefixtures("project")
def test_a_question_is_answered_in_words_and_not_asked_again() -> None:
    waiting = json.loads(ask("review", "list", "--words", "zone", "--json"))
    ask("review", "choose", str(waiting[0]["id"]), "Asia/Urumqi")
    ask("draft", "silo", "--propose", "H9")
    assert json.loads(ask("review", "list", "--words", "zone", "--json")) == []


@pytest.mark.usefixtures("project")
def test_many_are_accepted_at_once_above_a_confidence() -> None:
    before = len(json.loads(ask("review", "list", "--json")))
    ask("review", "accept-sure", "--above", "0.9")
    assert 0 < before - len(json.loads(ask("review", "list", "--json"))) < before


def test_the_sql_of_a_mapping_runs_without_datong(project: Path) -> None:
    ask("eject", "--out", "sql")
    script = (project / "sql" / "H9" / "病人.sql").read_text("utf-8")
    with duckdb.connect() as db:
        db.execute(
            "create view landed as select row_number() over () as _row, *"
            " from read_csv('silo/病人.csv', all_varchar = true)"
        )
        db.execute(
            'create view persons as select distinct "病历号" as _value,'
            " 1 as _person from landed"
        )
        db.execute("create view encounters as select '' as _number, 1 as _encounter")
        db.execute(script)
        found = db.execute(
            "select count(*), count(distinct birth), min(sex_code) from person_1"
            " where _refused is null"
        ).fetchone()
    assert found == (60, 28, "1")


def words_of(folder: Path, *texts: str, **more: object) -> Project:
    """Make a project in which words of diagnoses wait, like 甲 and 乙."""
    told = "code,name,unit\nA1,甲,mg/dL\nA2,乙,\nA3,丙,\n"
    (folder / "codes.csv").write_text(told, "utf-8")
    told = (
        '[[organization]]\nid = "H"\nfolder = "h"\nmappings = "m"\n'
        '[[terms]]\nfields = ["diagnosis.diagnosis"]\ntable = "codes.csv"\n'
        'system = "S"\n'
    )
    (folder / "datong.toml").write_text(told, "utf-8")
    row = {
        **more,
        "codes": "A1",
        "names": "甲",
        "score": 0.5,
        "decision": "ask",
        "reason": "near",
        "reason_zh": "近",
        "rows": 5,
        "persons": 2,
        "money": 0,
        "candidates": [
            {"code": code, "name": name, "chance": 0.5}
            for code, name in (("A1", "甲"), ("A2", "乙"))
        ],
    }
    project = Project(folder)
    asked = Asked("diagnosis.diagnosis", "S")
    propose(project.decided, cards(asked, [{**row, "text": one} for one in texts]))
    return project


def test_a_word_takes_several_candidates_or_a_code_of_its_table(
    tmp_path: Path,
) -> None:
    store = words_of(tmp_path, "甲乙", "丙丙").decided

    def said(*words: str) -> Result:
        return CliRunner().invoke(main, ["review", *words, "-p", str(tmp_path)])

    assert "A2 乙 50%" in said("show", "1").output
    assert said("choose", "1", "1,2").exit_code == 0
    wrong = said("choose", "2", "A9")
    assert "TERMS-CODE" in wrong.output + wrong.stderr
    assert said("choose", "2", "丙|A2").exit_code == 0
    codes = [one.proposal["codes"] for one in accepted(store, "terms")]
    assert codes == ["A1|A2", "A3|A2"]


def test_what_is_asked_again_is_told_and_what_is_decided_is_written(
    tmp_path: Path,
) -> None:
    """A concept in mg/dL for values in %; an export; none of the candidates."""
    words_of(tmp_path, "甲甲", "怪病", unit="%|mg/L")
    here = ("-p", str(tmp_path))
    told = ask("review", "accept", "1", "--who", "wang", "--why", "sure", *here)
    assert "甲 is not measured in %" in told
    assert "“甲甲 [%]”" in told
    ask("review", "refuse", "2", "--who", "li", *here)
    for layout in LAYOUTS:
        place = tmp_path / f"{layout}.xlsx"
        told = ask("review", "export", str(place), "--layout", layout, *here)
        assert told.startswith("2 mappings"), layout
        one, none = layout_of(layout).read(place)
        assert (one.text, one.code, none.has_target) == ("甲甲", "A1", False), layout
    one, none = layout_of("excel").read(tmp_path / "excel.xlsx")
    assert (one.who, one.comment, one.rows, none.who) == ("wang", "sure", 5, "li")
