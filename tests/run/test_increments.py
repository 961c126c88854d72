"""Deliveries that change, delete, correct, come late, again, or in another order."""

import json
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from datong.core.reason import Trouble
from datong.run.digest import digest
from datong.run.project import Project
from datong.run.reader import Reader
from datong.run.trace import Tracer
from datong.serve.cli import main
from datong.store.manifest import now
from tests.run.feeds import (
    CHANGES,
    FIRST,
    LATE,
    LATER,
    SNAPSHOT,
    Row,
    at,
    hand_over,
    laboratory,
    results,
    without_keys,
)


@pytest.fixture
def laboratory_of_changes(tmp_path: Path) -> Project:
    """A laboratory whose three deliveries have come one by one."""
    project = laboratory(tmp_path / "p", CHANGES)
    for name, rows in (("1", FIRST), ("2", LATER), ("3", LATE)):
        hand_over(project, f"lab_{name}.csv", rows)
        project.run()
    return project


def balance(project: Project) -> dict[str, int]:
    """Return the ledger's line of the mapping."""
    (entry,) = (
        line
        for line in project.releases.all()[0].ledger
        if str(line["step"]).startswith("map:")
    )
    return {k: int(str(v)) for k, v in entry.items() if k != "step"}


def test_the_later_by_order_wins_and_a_deletion_leaves_a_tombstone(
    laboratory_of_changes: Project,
) -> None:
    project = laboratory_of_changes
    assert results(project) == {"1": "20", "3": "12"}
    with project.read() as reader:
        (gone,) = reader.query("from records.lab_result where deleted").to_pylist()
    assert (gone["report"], gone["value_text"], gone["version"]) == ("2", "11", 2)
    told = balance(project)
    assert (told["read"], told["kept"], told["rejected"]) == (7, 3, 0)
    assert (told["merged"], told["silent"]) == (3, 1)


def test_every_version_is_kept_and_known_when_it_was(
    laboratory_of_changes: Project,
) -> None:
    project = laboratory_of_changes
    with project.read() as reader:
        sql = "select version, value_text from history.lab_result where report = '1'"
        earlier = reader.query(f"{sql} order by version").to_pylist()
    assert [(e["version"], e["value_text"]) for e in earlier] == [(1, "10"), (2, "15")]

    def known(second: int) -> dict[str, str]:
        return results(project, as_known_on=datetime.fromisoformat(at(second)))

    assert known(0) == {}
    assert known(1) == known(4) == {"1": "10", "2": "11", "3": "12"}
    assert known(5) == {"1": "15", "2": "11", "3": "12"}
    assert known(8) == {"1": "15", "3": "12"}
    assert known(9) == results(project, as_known_on=date(2024, 3, 1))
    assert known(9) == results(project)


PATIENTS = """
edition = "1"
reads = "his.patients"
grain = ["patient"]
[files]
glob = "patients_*.csv"
[person]
system = "his.patient"
value = '"patient"'
[[record]]
kind = "person"
[record.set]
birth = '"born"'
"""


def with_patients(root: Path) -> Project:
    """Make the laboratory of a hospital that has told of its patients before."""
    project = laboratory(root, CHANGES)
    (root / "mappings" / "patients.toml").write_text(PATIENTS, encoding="utf-8")
    told = "patient,born\na,1960\nb,1970\n"
    (root / "silo" / "patients_2024-02-01.csv").write_text(told, encoding="utf-8")
    return project


def view_of(reader: Reader) -> dict[str, str]:
    """Return the digests of the OMOP tables but of what names concepts."""
    named = {"omop.concept"}  # has those of later versions too
    held = digest(reader)
    return {n: d for n, d in held.items() if n.startswith("omop.") and n not in named}


def test_the_view_as_known_on_a_day_is_the_view_of_that_day(tmp_path: Path) -> None:
    project, told = with_patients(tmp_path / "p"), {}
    for name, rows, second in (("1", FIRST, 1), ("2", LATER, 9)):
        hand_over(project, f"lab_{name}.csv", rows)
        project.run()
        with project.read() as reader:
            told[second] = view_of(reader)
    assert told[1] != told[9]
    for second, then in told.items():
        moment = datetime.fromisoformat(at(second))
        with project.read(as_known_on=moment) as reader:
            assert view_of(reader) == then
            assert reader.tables()["omop.measurement"] == {1: 3, 9: 2}[second]
    ask = ["query", "-p", str(project.root), "--json", "--as-known-on"]
    sql = "select value_as_number as n from measurement order by 1"
    early = CliRunner().invoke(main, [*ask, "2024-03-01T00:00:01", sql])
    assert [row["n"] for row in json.loads(early.stdout)] == [10, 11, 12]
    late = CliRunner().invoke(main, [*ask, "2024-03-01", sql])
    assert [row["n"] for row in json.loads(late.stdout)] == [12, 20]


def test_words_of_earlier_versions_keep_their_concepts(tmp_path: Path) -> None:
    project = with_patients(tmp_path / "p")
    place = project.root / "mappings" / "lab.toml"
    text = place.read_text("utf-8").replace("\"'glucose'\"", "'\"result\"'")
    place.write_text(text, "utf-8")
    hand_over(project, "lab_1.csv", FIRST)
    hand_over(project, "lab_2.csv", LATER)
    project.run()
    words = "select measurement_source_value as word, measurement_concept_id as c,"
    words += " measurement_source_concept_id as local from measurement order by word"
    with project.read(as_known_on=datetime.fromisoformat(at(1))) as reader:
        rows = reader.query(words).to_pylist()
    assert [row["word"] for row in rows] == ["10", "11", "12"]
    assert all(row["local"] >= 2_000_000_000 for row in rows)
    with project.read() as reader:
        counted = reader.query("select code, text from ledger.codes").to_pylist()
    assert "10" not in {row["text"] for row in counted}


def test_another_day_with_nothing_new_publishes_nothing(
    laboratory_of_changes: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = laboratory_of_changes
    later = now() + timedelta(days=40)
    monkeypatch.setattr("datong.run.views.now", lambda: later)
    report = project.run()
    assert (report.worked, report.is_new) == (0, False)
    hand_over(project, "lab_4.csv", [("5", "b", "1", "I", at(20))])
    assert project.run().is_new
    with project.read() as reader:
        sql = "select cdm_release_date as day from omop.cdm_source"
        assert reader.query(sql)["day"].to_pylist() == [later.date()]


def test_a_record_keeps_its_key_through_its_versions(tmp_path: Path) -> None:
    project = laboratory(tmp_path / "p", CHANGES)
    seen = []
    for name, rows in (("1", FIRST), ("2", LATER), ("3", LATE)):
        hand_over(project, f"lab_{name}.csv", rows)
        project.run()
        with project.read() as reader:
            sql = "select record from records.lab_result order by report"
            seen.append(reader.query(sql)["record"].to_pylist())
    assert seen[0] == seen[1] == seen[2]


def test_a_trace_shows_the_row_of_every_version(laboratory_of_changes: Project) -> None:
    project = laboratory_of_changes
    with project.read() as reader:
        sql = "select record from records.lab_result where report = '1'"
        (record,) = reader.query(sql)["record"].to_pylist()
        traces = Tracer(project.settings, reader).value("lab_result", record)
    assert [one.cells["result"] for one in traces] == ["20", "15", "10"]


def test_the_command_reads_as_known_on_a_day(laboratory_of_changes: Project) -> None:
    ask = ["query", "-p", str(laboratory_of_changes.root), "--json"]
    ask += ["select value_text from records.lab_result where report = '1'"]
    told = CliRunner().invoke(main, [*ask, "--as-known-on", "2024-03-01T00:00:05"])
    assert '"15"' in told.output
    told = CliRunner().invoke(main, [*ask, "--as-known-on", "2024-03-01"])
    assert '"20"' in told.output
    told = CliRunner().invoke(main, [*ask, "--as-known-on", "yesterday"])
    assert told.exit_code == 2


def test_order_and_repetition_of_deliveries_change_nothing(
    laboratory_of_changes: Project, tmp_path: Path
) -> None:
    other = laboratory(tmp_path / "other", CHANGES)
    for name, rows in (("3", LATE), ("2", LATER), ("1", FIRST), ("again", LATE)):
        hand_over(other, f"lab_{name}.csv", rows)
        other.run()
    assert without_keys(other) == without_keys(laboratory_of_changes)


def snapshots(root: Path, names: Sequence[str]) -> Project:
    """Hand over three snapshots; in the second, number 2 is missing, 3 is changed."""
    project = laboratory(root, SNAPSHOT)
    tables = {
        "01": [("1", "a", "10", "", ""), ("2", "a", "11", "", "")],
        "02": [("1", "a", "10", "", ""), ("3", "b", "12", "", "")],
        "03": [("1", "a", "10", "", ""), ("2", "a", "14", "", "")],
    }
    for name in names:
        hand_over(project, f"lab_{name}.csv", tables[name[-2:]])
        project.run()
    return project


def test_a_snapshot_deletes_only_if_it_is_said_to_be_full(tmp_path: Path) -> None:
    part = snapshots(tmp_path / "part", ["2024-03-01", "2024-03-02"])
    assert results(part) == {"1": "10", "2": "11", "3": "12"}
    whole = snapshots(tmp_path / "whole", ["2024-03-01", "full_2024-03-02"])
    assert results(whole) == {"1": "10", "3": "12"}
    assert results(whole, as_known_on=date(2024, 3, 1)) == {"1": "10", "2": "11"}
    with whole.read() as reader:
        sql = "select max(version) as n from records.lab_result where not deleted"
        assert reader.query(sql)["n"].to_pylist() == [1]  # the same is no new version


def test_what_was_gone_may_come_back_and_late_snapshots_take_their_place(
    tmp_path: Path,
) -> None:
    days = [f"full_2024-03-{day}" for day in ("01", "02", "03")]
    straight = snapshots(tmp_path / "straight", days)
    assert results(straight) == {"1": "10", "2": "14"}
    assert results(straight, as_known_on=date(2024, 3, 2)) == {"1": "10", "3": "12"}
    late = snapshots(tmp_path / "late", [days[2], days[0], days[1]])
    assert without_keys(late) == without_keys(straight)


def test_a_snapshot_without_a_date_stops(tmp_path: Path) -> None:
    project = laboratory(tmp_path / "p", SNAPSHOT)
    hand_over(project, "lab_new.csv", [("1", "a", "10", "", "")])
    with pytest.raises(Trouble, match="MAP-UNDATED"):
        project.run()


def test_a_feed_of_changes_must_say_which_is_later(tmp_path: Path) -> None:
    project = laboratory(tmp_path / "p", 'mode = "watermark"')
    hand_over(project, "lab_1.csv", FIRST)
    with pytest.raises(Trouble, match="order"):
        project.run()


def many(root: Path, load: str = CHANGES) -> Project:
    """Hand over the results of four hundred patients, two each; one is taken back."""
    project = laboratory(root, load)
    rows: list[Row] = [
        (f"{n}-{k}", f"p{n}", "10", "I", at(1)) for n in range(400) for k in (1, 2)
    ]
    hand_over(project, "lab_1.csv", [*rows, ("7-1", "", "", "D", at(2))])
    return project


def test_a_trial_is_of_whole_persons_and_is_never_published(tmp_path: Path) -> None:
    project = many(tmp_path / "p")
    ask = ["run", "-p", str(project.root), "--json", "--sample"]
    told = CliRunner().invoke(main, [*ask, "20%"])
    assert told.exit_code == 0, told.output
    report = json.loads(told.stdout)
    assert report["trial"] == 0.2
    with pytest.raises(Trouble, match="LAKE-NOTHING"):
        project.releases.current()
    with pytest.raises(Trouble, match="LAKE-TRIAL"):
        project.releases.restore(report["release"])
    with project.read(report["release"]) as reader:
        sql = "select person, count(*) as n from records.lab_result group by person"
        tried = {row["person"]: row["n"] for row in reader.query(sql).to_pylist()}
    assert 40 < len(tried) < 120  # of 400
    assert set(tried.values()) == {2}
    assert balance(project)["read"] == 801
    again = project.run(share=0.2)
    assert again.worked == 0  # the same persons
    assert project.run().trial is None
    assert project.releases.current() == again.release + 1
    assert len(results(project)) == 799
    for wrong in ("0", "101%", "some"):
        assert CliRunner().invoke(main, [*ask, wrong]).exit_code == 2


def test_codes_beyond_the_value_maps_stop_where_they_are_too_many(
    tmp_path: Path,
) -> None:
    project = laboratory(tmp_path / "p", CHANGES)
    place = project.root / "mappings" / "lab.toml"
    status = '[record.code]\nstatus = { code = \'"operation"\', values = "s.csv" }'
    text = place.read_text("utf-8").replace("[record.code]", status)
    place.write_text(f"{text}[expect]\npercent = {{ unmapped = 30 }}\n", "utf-8")
    (place.parent / "s.csv").write_text("from,to\nI,final\n", "utf-8")
    hand_over(project, "lab_1.csv", FIRST)
    project.run()
    hand_over(project, "lab_2.csv", LATER)  # of three filled cells, one is `U`
    with pytest.raises(Trouble, match=r"MAP-UNMAPPED: 33\.33 %"):
        project.run()
