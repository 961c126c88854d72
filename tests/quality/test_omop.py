"""Folders of OMOP tables as people have them, the good and the bad."""

import json
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from datong.core.reason import Trouble
from datong.quality.finding import Finding, Verdict, judge
from datong.quality.judged import Asked, judge_folder
from datong.quality.report import page

TODAY = date(2026, 11, 24)
ASKED = Asked(TODAY, "5.4")


def write(folder: Path, table: str, columns: dict[str, list[object]]) -> None:
    folder.mkdir(exist_ok=True, parents=True)
    pq.write_table(pa.table(columns), folder / f"{table}.parquet")


def found(folder: Path, name: str, asked: Asked = ASKED) -> Finding:
    findings = judge_folder(folder, asked).findings
    return next(one for one in findings if one.name == name)


def person(folder: Path, **columns: list[object]) -> None:
    own: dict[str, list[object]] = {"person_id": [1, 2], "year_of_birth": [1950, 1960]}
    write(folder, "person", own | {"gender_concept_id": [8507, 8532]} | columns)


def test_skipped_is_not_passed(tmp_path: Path) -> None:
    person(tmp_path)
    write(tmp_path, "death", {"person_id": pa.array([], pa.int64())})
    assert found(tmp_path, "isForeignKey.death.person_id").verdict is Verdict.SKIPPED


def test_an_absent_table_fails_once_and_the_rest_does_not_apply(tmp_path: Path) -> None:
    person(tmp_path)
    assert found(tmp_path, "cdmTable.death").verdict is Verdict.FAIL
    absent = found(tmp_path, "isRequired.death.person_id")
    assert (absent.verdict, absent.note) == (Verdict.NOT_APPLICABLE, "death")


def test_names_in_capitals_and_folders_of_parts(tmp_path: Path) -> None:
    part = tmp_path / "PERSON"
    for number in (1, 2):
        columns = {"PERSON_ID": [number, number], "YEAR_OF_BIRTH": [1950, None]}
        part.mkdir(exist_ok=True)
        pq.write_table(pa.table(columns), part / f"{number}.parquet")
    repeated = found(tmp_path, "isPrimaryKey.person.person_id")
    assert (repeated.examined, repeated.bad) == (4, 4)
    assert found(tmp_path, "isRequired.person.year_of_birth").bad == 2


def test_keys_that_are_texts(tmp_path: Path) -> None:
    person(tmp_path, person_id=["a", "b"])
    write(tmp_path, "death", {"person_id": ["a", "c"], "death_date": [TODAY, TODAY]})
    assert found(tmp_path, "isForeignKey.death.person_id").bad == 1
    assert found(tmp_path, "cdmDatatype.person.person_id").bad == 2


def test_dates_that_are_texts(tmp_path: Path) -> None:
    person(tmp_path)
    days: list[object] = ["1940-01-01", "not a day"]
    write(tmp_path, "death", {"person_id": [1, 2], "death_date": days})
    assert found(tmp_path, "plausibleAfterBirth.death.death_date").bad == 1
    assert found(tmp_path, "plausibleValueLow.death.death_date").bad == 1


def test_a_column_of_an_impossible_type_breaks_its_checks_only(tmp_path: Path) -> None:
    person(tmp_path)
    odd: list[object] = [{"day": 1}, {"day": 2}]
    write(tmp_path, "death", {"person_id": [1, 2], "death_date": odd})
    broken = found(tmp_path, "plausibleAfterBirth.death.death_date")
    assert broken.verdict is Verdict.BROKEN
    assert found(tmp_path, "isForeignKey.death.person_id").verdict is Verdict.PASS


def test_whole_numbers_written_as_decimals(tmp_path: Path) -> None:
    person(tmp_path, month_of_birth=[3.0, 3.5])
    assert found(tmp_path, "cdmDatatype.person.month_of_birth").bad == 1


def test_a_folder_without_tables_and_a_file_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(Trouble, match="QUALITY-NO-TABLES"):
        judge_folder(tmp_path, ASKED)
    (tmp_path / "person.parquet").write_text("nothing")
    with pytest.raises(Trouble, match="QUALITY-NOT-READ"):
        judge_folder(tmp_path, ASKED)


def test_delimited_text_is_counted_as_parquet_is(tmp_path: Path) -> None:
    rows = "person_id,YEAR_OF_BIRTH,person_source_value\n1,1950,0012\n2,1700,\n2,,012\n"
    (tmp_path / "Person.csv").write_text(rows)
    death = tmp_path / "death"
    death.mkdir()
    (death / "a.tsv").write_text("person_id\tdeath_date\n1\t1949-01-01\n9\t\n")
    findings = {one.name: one for one in judge_folder(tmp_path, ASKED).findings}
    expected = {
        "isPrimaryKey.person.person_id": (3, 2),
        "cdmDatatype.person.year_of_birth": (3, 0),
        "isRequired.person.year_of_birth": (3, 1),
        "plausibleValueLow.person.year_of_birth": (2, 1),
        "isForeignKey.death.person_id": (2, 1),
        "plausibleAfterBirth.death.death_date": (1, 1),
    }
    found = {name: (findings[name].examined, findings[name].bad) for name in expected}
    assert found == expected


def test_the_version_shows_in_the_columns(tmp_path: Path) -> None:
    person(tmp_path)
    write(tmp_path, "visit_occurrence", {"admitting_source_concept_id": [0]})
    assert judge_folder(tmp_path, Asked(TODAY)).stamp["cdm"] == "5.3"


@pytest.mark.parametrize(
    ("examined", "bad", "threshold", "verdict"),
    [
        (0, 0, 5.0, Verdict.SKIPPED),
        (100, 5, 5.0, Verdict.PASS),
        (100, 6, 5.0, Verdict.FAIL),
        (100, 1, 0.0, Verdict.FAIL),
        (100, 1, None, Verdict.FAIL),
        (100, 100, 100.0, Verdict.PASS),
    ],
)
def test_a_threshold_is_the_most_that_passes(
    examined: int, bad: int, threshold: float | None, verdict: Verdict
) -> None:
    assert judge(examined, bad, threshold) is verdict


def test_failing_checks_name_the_keys_of_their_rows(tmp_path: Path) -> None:
    person(tmp_path, gender_concept_id=[8507, None])
    asked = Asked(TODAY, "5.4", whole=True)
    assert found(tmp_path, "isRequired.person.gender_concept_id", asked).keys == ("2",)


def test_the_page_asks_nothing_outside_and_speaks_both_languages(
    tmp_path: Path,
) -> None:
    person(tmp_path, person_source_value=["<b>x</b>", "  padded  "])
    write(tmp_path, "death", {"person_id": [1, 9], "death_date": [TODAY, TODAY]})
    result = judge_folder(tmp_path, Asked(TODAY, "5.4", whole=True))
    written = page(result)
    assert "http" not in written.replace("http-equiv", "")
    assert "src=" not in written
    assert "这份数据可信吗" in written
    assert "Can these data be trusted" in written
    assert "blank_padding" in written
    assert written.count('lang="en"') == written.count('lang="zh"') + 1
    assert json.loads(json.dumps(result.as_json()))["summary"]["defined"] > 2_533
