"""The score of the checks, comparison with earlier releases, layers, fitness."""

import json
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from datong.engine.duckdb import Duck
from datong.quality.earlier import compare
from datong.quality.faults.fault import all_faults, injected
from datong.quality.faults.ground import ground
from datong.quality.faults.known import known_score
from datong.quality.faults.score import bench, clean_findings, score
from datong.quality.finding import Verdict
from datong.quality.fit import all_uses, fitness
from datong.quality.folder import omop_version
from datong.quality.judged import Asked, judge_folder
from datong.quality.report import page
from datong.quality.result import Trend
from datong.serve.cli import main
from datong.standards.omop import fields

FAULTS = {fault.name: fault for fault in all_faults()}


def test_there_are_a_hundred_faults_and_a_part_is_kept_aside() -> None:
    assert len(FAULTS) == len(all_faults()) >= 100
    aside = sum(fault.is_aside for fault in FAULTS.values())
    assert 45 <= aside <= 55


def test_a_fault_that_nothing_shows_is_not_caught() -> None:
    fault = FAULTS["null_as_zero"]
    nothing = replace(fault, name="nothing", set={"dose": "dose"})
    (trial,) = score(bench(), [nothing])
    assert not trial.is_noticed


def test_the_ground_is_the_same_for_a_seed() -> None:
    first, again = ground(3, 20), ground(3, 20)
    assert all(first[kind].equals(again[kind]) for kind in first)


def test_the_ground_is_clean_and_faults_are_caught() -> None:
    clean = bench()
    assert clean_findings(clean) == []
    names = ("null_as_zero", "times_ten", "concept_retired", "code_padded")
    trials = list(score(clean, [FAULTS[name] for name in names]))
    assert [trial.fault.name for trial in trials if not trial.is_caught] == []


def test_a_fault_touches_the_share_that_was_asked_and_one_row_at_least() -> None:
    orders = ground(1, 30)["order"]
    fault = FAULTS["null_as_zero"]
    eligible = orders.num_rows - orders["dose"].null_count
    for percent, expected in ((0.0001, 1), (10, eligible // 10), (100, eligible)):
        made = injected(orders, fault, percent, seed=1)
        touched = sum(dose == 0 for dose in made["dose"].to_pylist())
        assert abs(touched - expected) <= 1


def months_of(rows: int, shift: int = 0) -> pa.Table:
    times = [datetime(2024, 1 + n % 6, 2) for n in range(rows)]
    return pa.table(
        {
            "record": list(range(rows)),
            "person": [1] * rows,
            "organization": [f"H{n // 6 % 2}" for n in range(rows)],
            "time": times,
            "value": [float(n % 50 + shift) for n in range(rows)],
        }
    )


def changes(before: pa.Table, now: pa.Table) -> set[str]:
    with Duck() as duck:
        found = compare(duck, {"lab": before}, {"lab": now}, "records")
    return {one.type for one in found if one.verdict is Verdict.FAIL}


def test_the_same_release_again_shows_nothing() -> None:
    assert changes(months_of(600), months_of(600)) == set()


def test_what_the_past_does_not_explain_is_found() -> None:
    before = months_of(600)
    assert "rows_lost" in changes(before, before.slice(60))
    assert "rows_added_to_closed_months" in changes(before.slice(60), before)
    assert changes(before, months_of(600, 40)) >= {"rows_changed", "distribution_moved"}
    empty = before.set_column(4, "value", pa.nulls(600, pa.float64()))
    assert "column_emptied" in changes(before, empty)


def test_a_hospital_that_fell_silent_is_found() -> None:
    before = months_of(600)
    last = pa.compute.month(before["time"])
    is_gone = pa.compute.and_(
        pa.compute.equal(last, 6), pa.compute.equal(before["organization"], "H1")
    )
    now = before.filter(pa.compute.invert(is_gone))
    assert "hospital_fell_silent" in changes(before, now)


def test_fitness_names_what_costs_most() -> None:
    use = next(use for use in all_uses() if use.name == "laboratory_trend")
    rows = 400
    measurement = pa.table(
        {
            "person_id": [n % 100 for n in range(rows)],
            "measurement_concept_id": [5] * rows,
            "measurement_date": [date(2024, 1 + n // 100, 1) for n in range(rows)],
            "value_as_number": [1.0] * rows,
            "unit_concept_id": [9 if n % 100 < 30 else None for n in range(rows)],
        }
    )
    with Duck() as duck:
        duck.see("measurement", measurement)
        judged = fitness(duck, use)
    assert judged is not None
    assert (judged.usable, judged.persons) == (30, 100)
    assert judged.reasons[0].en.startswith("70 lack a value with its unit")


def test_a_use_whose_tables_are_absent_is_not_judged() -> None:
    with Duck() as duck:
        assert fitness(duck, all_uses()[0]) is None


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    people = {"person_id": [1, 2], "year_of_birth": [1950, 1700]}
    pq.write_table(pa.table(people), tmp_path / "person.parquet")
    return tmp_path


def test_check_prints_only_json(folder: Path) -> None:
    done = CliRunner().invoke(main, ["check", "--omop", str(folder), "--json"])
    told = json.loads(done.stdout)
    assert done.exit_code == 0
    names = {"type", "table", "column", "concept", "examined", "bad", "verdict"}
    assert names <= told["checks"][0].keys()
    name = "plausibleValueLow.person.year_of_birth"
    low = next(c for c in told["checks"] if c["check"] == name)
    assert (low["examined"], low["bad"], low["verdict"]) == (2, 1, "fail")


def test_json_names_the_rows_that_fail(folder: Path) -> None:
    done = CliRunner().invoke(main, ["check", "--omop", str(folder), "--json"])
    low = "plausibleValueLow.person.year_of_birth"
    told = {one["check"]: one for one in json.loads(done.stdout)["checks"]}
    assert told[low]["keys"] == ["2"]


@pytest.mark.parametrize("version", ["5.3", "5.4"])
def test_the_version_is_told_by_any_column(tmp_path: Path, version: str) -> None:
    held = [f.name for f in fields(version) if f.table == "measurement"]
    names = [name for name in held if name != "unit_concept_id"]
    place = tmp_path / "measurement.parquet"
    pq.write_table(pa.table({name: [1] for name in names}), place)
    assert omop_version({"measurement": [place]}) == version


@pytest.mark.parametrize(("lang", "said"), [("en", "checks"), ("zh", "项检查")])
def test_check_speaks_both_languages(folder: Path, lang: str, said: str) -> None:
    done = CliRunner().invoke(main, ["check", "--omop", str(folder), "--lang", lang])
    assert said in done.stdout


def test_check_stops_where_asked_and_writes_the_report(folder: Path) -> None:
    page = folder / "report.html"
    asked = ["check", "--omop", str(folder), "--stop-at", "error", "--html", str(page)]
    assert CliRunner().invoke(main, asked).exit_code == 1
    assert page.read_text("utf-8").startswith("<!doctype html>")


def test_check_compares_with_an_earlier_folder(folder: Path, tmp_path: Path) -> None:
    earlier = tmp_path / "earlier"
    earlier.mkdir()
    people = {"person_id": [1, 2, 3], "year_of_birth": [1950, 1700, 1960]}
    pq.write_table(pa.table(people), earlier / "person.parquet")
    asked = ["check", "--omop", str(folder), "--before", str(earlier), "--json"]
    told = json.loads(CliRunner().invoke(main, asked).stdout)
    lost = next(c for c in told["checks"] if c["type"] == "rows_lost")
    assert (lost["bad"], lost["keys"]) == (1, ["3"])


@pytest.mark.parametrize("project", [[], ["-p", "."], ["--project=."]])
def test_a_folder_without_tables_is_told_without_a_traceback(
    tmp_path: Path, project: list[str]
) -> None:
    done = CliRunner().invoke(main, ["check", *project, "--omop", str(tmp_path)])
    assert done.exit_code == 1
    assert "QUALITY-NO-TABLES" in done.stderr
    assert "Traceback" not in done.stderr


def test_uses_are_listed() -> None:
    done = CliRunner().invoke(main, ["quality", "uses"])
    assert "cohort_study" in done.stdout


def test_the_score_that_is_printed_is_of_these_checks_and_faults() -> None:
    told = known_score()
    assert told is not None, "checks or faults changed: `python -m bench quality`"
    assert told[1] == sum(fault.is_aside for fault in FAULTS.values())


@pytest.mark.slow
def test_the_score_that_is_printed_is_what_comes_out() -> None:
    trials = list(score(bench(), [f for f in all_faults() if f.is_aside]))
    assert known_score() == (sum(t.is_caught for t in trials), len(trials))


def test_the_report_prints_the_score_and_the_trend(folder: Path) -> None:
    earlier = Trend(1, "2026-01-01", (9, 8, 7), frozenset({"went_away.person"}))
    result = judge_folder(folder, Asked(date(2026, 11, 24), whole=True))
    written = page(replace(result, trend=[earlier], score=(7, 9)))
    assert "catch 7 of 9" in written
    assert "went_away.person" in written
    assert "历次版本" in written
