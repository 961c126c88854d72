"""Counts by group: what a group counts is what its rows alone would count."""

import json
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from datong.core.reason import Trouble
from datong.engine.duckdb import Duck, Input
from datong.quality.finding import Finding, failing_groups
from datong.quality.groups import Detail, GroupedBy
from datong.quality.omop.judged import judge_omop
from datong.serve.cli import main
from tests.quality.messy import write_messy

TODAY = date(2026, 11, 24)
TABLE = "condition_occurrence"


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> dict[str, pa.Table]:
    place = tmp_path_factory.mktemp("messy")
    write_messy(place, "5.4", seed=11)
    made = {file.stem: pq.read_table(file) for file in place.glob("*.parquet")}
    size = made[TABLE].num_rows
    sites = pa.array([f"S{n % 3}" for n in range(size)])
    made[TABLE] = made[TABLE].append_column("data_partner_id", sites)
    return made


def judged(tables: dict[str, pa.Table], by: GroupedBy | None = None) -> list[Finding]:
    inputs: dict[str, Input] = dict(tables)
    with Duck() as duck:
        return judge_omop(duck, inputs, "5.4", TODAY, Detail(by=by))


@pytest.fixture(scope="module")
def split(tables: dict[str, pa.Table]) -> list[Finding]:
    return judged(tables, GroupedBy())


def test_splitting_changes_no_count(
    tables: dict[str, pa.Table], split: list[Finding]
) -> None:
    plain = judged(tables)
    counts = [(one.name, one.examined, one.bad, one.verdict) for one in plain]
    assert counts == [(o.name, o.examined, o.bad, o.verdict) for o in split]
    assert sum(bool(one.groups) for one in split) > 500


def test_sites_add_up_to_the_whole(split: list[Finding]) -> None:
    of_sites = [one for one in split if "site" in one.groups]
    assert len(of_sites) > 30
    for one in of_sites:
        examined, bad = zip(*one.groups["site"].values(), strict=True)
        assert (sum(examined), sum(bad)) == (one.examined, one.bad), one.name


def alone(tables: dict[str, pa.Table], keep: pa.Array) -> dict[str, tuple[int, int]]:
    only = {**tables, TABLE: tables[TABLE].filter(keep)}
    found = judged(only)
    return {one.name: (one.examined, one.bad) for one in found if one.table == TABLE}


def test_a_site_counts_what_its_rows_alone_count(
    tables: dict[str, pa.Table], split: list[Finding]
) -> None:
    mine = alone(tables, pc.equal(tables[TABLE]["data_partner_id"], "S1"))
    for one in split:
        if one.table == TABLE and "site" in one.groups:
            assert one.groups["site"].get("S1", (0, 0)) == mine[one.name], one.name


def test_all_cohorts_in_one_run(tables: dict[str, pa.Table]) -> None:
    members = {"1": list(range(20)), "2": list(range(10, 30)), "7": [3]}
    rows = [
        {"cohort_definition_id": int(name), "subject_id": person}
        for name, persons in members.items()
        for person in persons
    ]
    by_cohort = judged(tables, GroupedBy(cohorts=pa.Table.from_pylist(rows)))
    counted = 0
    for name, persons in members.items():
        of = pc.is_in(tables[TABLE]["person_id"], pa.array(persons, pa.int64()))
        mine = alone(tables, of)
        for one in by_cohort:
            if one.table == TABLE and "cohort" in one.groups:
                assert one.groups["cohort"].get(name, (0, 0)) == mine[one.name]
                counted += 1
    assert counted > 90


def test_months_are_those_of_the_events(
    tables: dict[str, pa.Table], split: list[Finding]
) -> None:
    one = next(one for one in split if one.name == f"isRequired.{TABLE}.person_id")
    dates = tables[TABLE]["condition_start_date"].drop_null().to_pylist()
    months = one.groups["month"]
    assert sum(examined for examined, _ in months.values()) == len(dates)
    assert set(months) == {f"{day:%Y-%m}" for day in dates}


def test_cohorts_that_are_none_are_told(tables: dict[str, pa.Table]) -> None:
    wrong = pa.table({"cohort": [1]})
    with pytest.raises(Trouble, match="QUALITY-COHORTS"):
        judged(tables, GroupedBy(cohorts=wrong))


def write(folder: Path, table: str, columns: dict[str, list[object]]) -> None:
    pq.write_table(pa.table(columns), folder / f"{table}.parquet")


def test_a_site_that_fails_below_the_threshold_of_all_is_told(tmp_path: Path) -> None:
    concepts: list[object] = [0] * 12 + [5] * 588
    sites: list[object] = ["small"] * 20 + ["large"] * 580
    rows = {"condition_occurrence_id": list(range(600)), "person_id": [1] * 600}
    rows |= {"condition_concept_id": concepts, "data_partner_id": sites}
    write(tmp_path, "condition_occurrence", rows)
    write(tmp_path, "person", {"person_id": [1], "year_of_birth": [1950]})
    page = tmp_path / "page.html"
    asked = ["check", "--omop", str(tmp_path), "--json", "--html", str(page)]
    told = json.loads(CliRunner().invoke(main, asked).stdout)
    name = "standardConceptRecordCompleteness.condition_occurrence"
    one = next(c for c in told["checks"] if c["check"].startswith(name))
    assert (one["verdict"], one["bad"]) == ("pass", 12)
    assert one["fails_at"]["site"] == {"small": [20, 12]}
    assert "small" in page.read_text("utf-8")


def test_the_door_takes_cohorts(tmp_path: Path) -> None:
    years: list[object] = [1950] * 12 + [1700] * 12
    write(tmp_path, "person", {"person_id": list(range(24)), "year_of_birth": years})
    cohorts = tmp_path / "mine.parquet"
    of = {"cohort_definition_id": [1] * 12 + [2] * 12, "subject_id": list(range(24))}
    pq.write_table(pa.table(of), cohorts)
    asked = ["check", "--omop", str(tmp_path), "--cohorts", str(cohorts), "--json"]
    told = json.loads(CliRunner().invoke(main, asked).stdout)
    name = "plausibleValueLow.person.year_of_birth"
    one = next(c for c in told["checks"] if c["check"] == name)
    assert one["fails_at"]["cohort"] == {"2": [12, 12]}


@pytest.mark.parametrize("check", ["isRequired", "plausibleAfterBirth"])
def test_small_groups_are_not_judged(split: list[Finding], check: str) -> None:
    for one in split:
        if one.type == check:
            told = failing_groups(one, "month")
            assert all(examined >= 10 for examined, _ in told.values())
