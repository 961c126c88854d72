"""A release of an invented region, held against its truth."""

from pathlib import Path

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from datong.core.reason import Trouble
from datong.run.project import Project
from datong.sample import build
from datong.sample.score import score, stages
from datong.serve.cli import main


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    folder = tmp_path_factory.mktemp("scored") / "r"
    build(folder, 300, 6, seed=5)
    project = Project(folder)
    project.run()
    return project


def test_linkage_is_scored_by_pairs_of_registrations(project: Project) -> None:
    figures = score(project, "link")
    truth = pq.read_table(project.root / "truth" / "registrations.parquet")
    assert figures["registrations"] == truth.num_rows
    assert figures["registrations_without_key"] == 0
    assert figures["true_persons"] <= 300
    assert figures["precision"] > 0.9
    assert 0.2 < figures["recall"] <= 1


def test_a_linkage_that_joins_nobody_has_no_recall(tmp_path: Path) -> None:
    build(tmp_path / "r", 60, 6, seed=1)
    figures = score(Project(tmp_path / "r"), "link")
    assert figures["recall"] == 0
    assert figures["registrations_without_key"] == figures["registrations"]


def test_codes_of_a_release_are_those_that_were_meant(project: Project) -> None:
    figures = score(project, "terms")
    assert figures["diagnosis_precision"] > 0.995  # names that two codes share
    assert figures["order_coded"] > 0.7  # half of it by the step `terms`
    assert figures["order_precision"] > 0.999
    assert 0.9 < figures["diagnosis_recall"] < 1, "some codes are left out"
    assert figures["order_recall"] < 1, "some words wait for a person"


def test_rows_that_were_made_wrong_are_treated_rightly(project: Project) -> None:
    figures = score(project, "mapping")
    assert figures["rows"] > 20
    assert figures["treated_rightly"] > 0.9


def test_persons_of_omop_are_the_true_ones(project: Project) -> None:
    figures = score(project, "cdm")
    assert figures["in_person"] == 1
    assert figures["sex_right"] > 0.97
    assert figures["birth_date_right"] > 0.95
    assert figures["death_precision"] > 0.9


def test_every_step_of_a_course_is_found_at_one_person(project: Project) -> None:
    figures = score(project, "courses")
    truth = pq.read_table(project.root / "truth" / "courses.parquet").to_pylist()
    steps = {
        (t["number"], t["course"], t["day"], t["code"])
        for t in truth
        if t["stage"] != "death"
    }
    assert figures["steps"] == len(steps) > 0
    assert figures["steps_seen"] > 0.9
    assert figures["steps_coded"] > 0.8
    assert 0 < figures["courses_whole"] <= 1


def test_the_cases_of_an_outbreak_are_found(project: Project) -> None:
    figures = score(project, "outbreaks")
    assert figures["cases"] > 0
    assert figures["cases_found"] > 0.5
    assert figures["times_the_usual"] > 2


def test_checks_tell_of_what_was_made_wrong(project: Project) -> None:
    figures = score(project, "quality")
    assert figures["checks"] >= 3
    assert figures["caught"] == 1


def test_the_help_names_every_stage() -> None:
    told = CliRunner().invoke(main, ["sample", "score", "--help"]).output
    assert all(f"{stage} (" in told for stage in stages())


def test_every_stage_can_be_asked_for_and_no_other(
    project: Project, tmp_path: Path
) -> None:
    for stage in stages():
        words = ["sample", "score", stage, str(project.root)]
        told = CliRunner().invoke(main, words)
        assert told.exit_code == 0, told.output
    with pytest.raises(Trouble, match="SAMPLE-STAGE"):
        score(project, "luck")
    with pytest.raises(Trouble, match="SAMPLE-TRUTH"):
        score(Project(tmp_path), "link")
