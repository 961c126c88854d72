"""Law: fused or one query at a time, every check counts the same."""

from datetime import date
from pathlib import Path

import pytest

from bench.naive_dqd import Lists, count_all
from datong.engine.duckdb import Duck
from datong.quality.finding import Finding, Verdict
from datong.quality.omop.judged import judge_omop
from tests.quality.messy import DAY, write_messy

SIZES = {"5.3": 2_003, "5.4": 2_533}  # as OHDSI's lists give them


def fused(folder: Path, version: str) -> list[Finding]:
    inputs = {place.stem: place for place in folder.glob("*.parquet")}
    with Duck() as duck:
        return judge_omop(duck, inputs, version, DAY)


def must_agree(folder: Path, lists: Lists) -> list[Finding]:
    naive = count_all(folder, lists)
    findings = fused(folder, lists.version)
    ours = {
        (one.type, one.table, one.column, one.concept): (one.examined, one.bad)
        if one.verdict is not Verdict.NOT_APPLICABLE
        else None
        for one in findings
    }
    assert len(ours) == len(findings) == SIZES[lists.version]
    assert ours == naive
    return findings


@pytest.mark.parametrize(
    ("place", "version"),
    [("gibleed-omop53", "5.3"), ("synthea27nj/Synthea27NjParquet", "5.4")],
)
def test_on_real_data(real_data: Path, place: str, version: str) -> None:
    lists = Lists(real_data / "cdm" / "dqd", version, DAY)
    findings = must_agree(real_data / "cdm" / place, lists)
    assert any(one.verdict is Verdict.FAIL for one in findings)


@pytest.mark.parametrize(("version", "seed"), [("5.3", 0), ("5.4", 1)])
def test_on_tables_in_which_everything_is_wrong(
    real_data: Path, tmp_path: Path, version: str, seed: int
) -> None:
    write_messy(tmp_path, version, seed)
    lists = Lists(real_data / "cdm" / "dqd", version, DAY)
    findings = must_agree(tmp_path, lists)
    wrong = {one.type for one in findings if one.bad}
    never = {"cdmTable", "cdmField", "cdmDatatype"}  # the schema itself is right here
    assert {one.type for one in findings} - wrong <= never


@pytest.mark.slow
def test_on_many_such_tables(real_data: Path, tmp_path: Path) -> None:
    for seed in range(2, 30):
        version = ("5.3", "5.4")[seed % 2]
        write_messy(tmp_path / str(seed), version, seed, rows=400)
        lists = Lists(real_data / "cdm" / "dqd", version, date(2026, 11, 24))
        must_agree(tmp_path / str(seed), lists)
