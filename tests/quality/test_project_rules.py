"""A project's own checks, waivers and thresholds."""

from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from datong.core.reason import Trouble
from datong.quality.finding import Verdict
from datong.quality.judged import Asked, judge_folder
from datong.quality.project import read_rules

TODAY = date(2026, 11, 24)
CHECK = """
[[check]]
name = "year_is_even"
reads = "person"
where = "year_of_birth % 2 = 1"
severity = "warning"
threshold_percent = 40
why = { en = "An example.", zh = "示例。" }
pass = [{ year_of_birth = 1950 }]
fail = [{ year_of_birth = 1951 }]
"""
WAIVER = """
[[waiver]]
check = "year_is_even.*"
person = "Li Wei"
reason = "known"
until = 2026-12-31
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "cdm"
    made.mkdir()
    years = {"person_id": [1, 2], "year_of_birth": [1950, 1951]}
    pq.write_table(pa.table(years), made / "person.parquet")
    return made


def own(folder: Path, text: str, today: date = TODAY) -> tuple[Verdict, int, str]:
    place = folder.parent / "quality.toml"
    place.write_text(text, encoding="utf-8")
    result = judge_folder(folder, Asked(today, "5.4", rules=read_rules(place)))
    one = next(f for f in result.findings if f.type == "year_is_even")
    return one.verdict, one.bad, one.note


def test_an_own_check_fails_over_its_threshold(folder: Path) -> None:
    assert own(folder, CHECK)[:2] == (Verdict.FAIL, 1)


def test_a_threshold_of_the_project_counts(folder: Path) -> None:
    more = '\n[[threshold]]\ncheck = "year_is_even.person"\npercent = 60\n'
    assert own(folder, CHECK.replace("threshold_percent = 40", "") + more)[0] == "pass"


def test_a_waiver_holds_until_its_day_and_is_told(folder: Path) -> None:
    verdict, _, note = own(folder, CHECK + WAIVER)
    assert verdict is Verdict.WAIVED
    assert "Li Wei" in note
    late = own(folder, CHECK + WAIVER, date(2027, 1, 1))
    assert late[0] is Verdict.FAIL
    assert late[2].startswith("waiver ended")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (CHECK.replace("% 2", "%% 2"), "year_is_even"),
        (CHECK.replace("fail = [{ year_of_birth = 1951 }]", ""), "fail"),
        (CHECK.replace("1951", "1952"), "other verdict"),
        (CHECK.replace('"warning"', '"grave"'), "grave"),
        (CHECK.replace("{ year_of_birth = 1950 }", "{ year = 1950 }"), "has no year"),
        (WAIVER.replace("until = 2026-12-31", ""), "until"),
        ("[[check", ""),
    ],
)
def test_a_wrong_rule_is_refused_with_its_reason(
    tmp_path: Path, wrong: str, said: str
) -> None:
    place = tmp_path / "quality.toml"
    place.write_text(wrong, encoding="utf-8")
    with pytest.raises(Trouble, match="QUALITY-RULES") as caught:
        read_rules(place)
    assert said in str(caught.value)
