"""The doors of the package: Python and the command line say the same."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

import datong
from datong.run.explain import all_reasons
from datong.serve.cli import main


def ask(*words: str) -> str:
    """Run a command that succeeds; return what it printed."""
    ended = CliRunner().invoke(main, list(words))
    assert ended.exit_code == 0, ended.output
    return ended.stdout


def test_a_project_from_python(region: Path) -> None:
    with datong.Project(region).read() as reader:
        (row,) = reader.query("select count(*) as n from person").to_pylist()
    assert row["n"] > 200


def test_a_query_from_the_command_line(region: Path) -> None:
    told = ask(
        "query", "select count(*) as n from omop.person", "--json", "-p", str(region)
    )
    with datong.Project(region).read() as reader:
        assert (
            json.loads(told)
            == reader.query("select count(*) as n from person").to_pylist()
        )


def test_a_query_cannot_leave_the_release(region: Path) -> None:
    for sql in (
        "select * from read_csv('/etc/passwd')",
        f"select * from read_parquet('{region}/.datong/vault/person.parquet')",
        "copy (select 1) to '/tmp/x.csv'",
        "attach '/tmp/x.db'",
        "set enable_external_access = true",
        "install httpfs",
    ):
        ended = CliRunner().invoke(main, ["query", sql, "-p", str(region)])
        assert ended.exit_code == 1, sql
        assert "ENGINE-QUERY" in ended.stderr


def test_the_ledger_as_json(region: Path) -> None:
    report = json.loads(ask("run", "--json", "-p", str(region)))
    for entry in report["ledger"]:
        parts = ("kept", "rejected", "merged", "silent", "framing")
        assert entry["read"] == sum(entry[part] for part in parts)
    assert not report["is_new"]


def test_a_trace_both_ways(region: Path) -> None:
    found = ask(
        "query",
        "select min(condition_occurrence_id) as i from condition_occurrence",
        "--json",
        "-p",
        str(region),
    )
    number = json.loads(found)[0]["i"]
    (back,) = json.loads(
        ask("trace", f"condition_occurrence:{number}", "--json", "-p", str(region))
    )
    place = back["place"]
    (forth,) = json.loads(
        ask(
            "trace",
            "--file",
            place["file"],
            "--line",
            str(place["line"]),
            "--json",
            "-p",
            str(region),
        )
    )
    assert forth["place"] == place
    assert number in [
        row["condition_occurrence_id"] for row in forth["rows"]["condition_occurrence"]
    ]
    assert forth["rules"][0]["edition"]


def test_plan_rejects_and_releases_answer(region: Path) -> None:
    assert json.loads(ask("plan", "--json", "-p", str(region)))["gone"] == []
    assert isinstance(json.loads(ask("rejects", "--json", "-p", str(region))), list)
    assert json.loads(ask("releases", "--json", "-p", str(region)))[0]["is_current"]


def test_an_export_is_pure(region: Path, tmp_path: Path) -> None:
    ask("export", str(tmp_path / "out"), "--format", "csv", "-p", str(region))
    head = (tmp_path / "out" / "person.csv").read_text("utf-8").splitlines()[0]
    assert head.startswith("person_id,gender_concept_id,year_of_birth")
    assert "_row" not in head
    assert (tmp_path / "out" / "lineage.csv").exists()
    again = CliRunner().invoke(
        main, ["export", str(tmp_path / "out"), "-p", str(region)]
    )
    assert "RUN-EXISTS" in again.stderr


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_code_is_explained_in_both_languages(
    language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATONG_LANG", language)
    for code, reason in all_reasons().items():
        told = "".join(ask("explain", code).split())
        for say in (reason.what, reason.why, reason.next):
            assert "".join(say.in_(language).split()) in told, code
    assert "RUN-CODE" in CliRunner().invoke(main, ["explain", "NO-SUCH"]).stderr


def test_a_command_outside_a_project_says_what_to_do(tmp_path: Path) -> None:
    ended = CliRunner().invoke(main, ["run", "-p", str(tmp_path)])
    assert ended.exit_code == 1
    assert "datong init" in ended.stderr


def test_a_new_project_and_the_doctor(tmp_path: Path) -> None:
    assert "datong scan" in ask("init", str(tmp_path / "new"))
    assert (tmp_path / "new" / "datong.toml").exists()
    assert "Python" in CliRunner().invoke(main, ["doctor", str(tmp_path)]).stdout
    ended = CliRunner().invoke(main, ["run", "-p", str(tmp_path / "new")])
    assert "RUN-MAPPING" in ended.stderr
