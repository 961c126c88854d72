"""The report: problems, what to do next, commands that work, small numbers hidden."""

import csv
import html
import json
import re
import shlex
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from datong.quality import between, discovered, earlier
from datong.quality.advice import _advice, advice_for, problems
from datong.quality.check_types import TYPES
from datong.quality.checks import all_checks
from datong.quality.from_shapes import SHAPES
from datong.quality.groups import GroupedBy
from datong.quality.judged import Asked, judge_folder
from datong.quality.report import page
from datong.run.project import Project
from datong.run.trace import Tracer
from datong.serve.cli import main
from tests.region import region

__all__ = ["region"]
TODAY = date(2026, 11, 24)


def test_what_is_advised_is_of_checks_that_there_are() -> None:
    made = {*TYPES, *SHAPES, *between.WHY, *earlier.WHY, *discovered.WHY}
    known = made | {check.name for check in all_checks()}
    assert made <= _advice().keys() <= known


def test_a_check_without_an_entry_is_told_by_its_question() -> None:
    assert advice_for("esr_needs_a_unit").wrong.en == "esr_needs_a_unit"


def write(folder: Path, table: str, **columns: list[object]) -> None:
    pq.write_table(pa.table(columns), folder / f"{table}.parquet")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Forty persons, some born too early; visits at two sites, one of them small."""
    years: list[object] = [1950] * 37 + [1700] * 3
    write(tmp_path, "person", person_id=list(range(40)), year_of_birth=years)
    sites: list[object] = ["large"] * 95 + ["tiny"] * 5
    write(
        tmp_path,
        "visit_occurrence",
        visit_occurrence_id=list(range(100)),
        person_id=[900 + n if n % 3 == 0 else n % 37 for n in range(100)],
        visit_start_date=[date(2024, 1 + n % 12, 3) for n in range(100)],
        data_partner_id=sites,
    )
    return tmp_path


def test_places_of_one_check_are_one_problem(folder: Path) -> None:
    result = judge_folder(folder, Asked(TODAY, whole=True))
    held = {one.type: one for one in result.problems}
    assert len(held["cdmTable"].findings) > 20
    assert sum(len(one.findings) for one in held.values()) == len(result.failed)
    told = json.loads(json.dumps(result.as_json()))["problems"]
    assert all(one["wrong"]["zh"] and one["next"]["zh"] for one in told)


def test_the_widest_of_the_gravest_comes_first(folder: Path) -> None:
    result = judge_folder(folder, Asked(TODAY, whole=True))
    first = result.problems[0]
    assert (first.type, first.persons) == ("isForeignKey", 34)
    silent = replace(result.failed[0], type="hospital_fell_silent", unit="sites")
    again = problems([*result.failed, silent])
    assert again[0].type == "hospital_fell_silent"


def test_the_checks_of_a_project_say_for_themselves(folder: Path) -> None:
    (folder / "rules.toml").write_text(
        '[[check]]\nname = "born_long_ago"\nreads = "person"\nseverity = "error"\n'
        'where = "year_of_birth < 1800"\n'
        'why = { en = "Nobody is so old.", zh = "没有人这么老。" }\n'
        "pass = [{ year_of_birth = 1950 }]\nfail = [{ year_of_birth = 1700 }]\n",
        encoding="utf-8",
    )
    asked = ["check", "--omop", str(folder), "--rules", str(folder / "rules.toml")]
    done = CliRunner().invoke(main, [*asked, "--lang", "zh"])
    assert "没有人这么老。 (born_long_ago)" in done.stdout
    assert "错误" in done.stdout
    assert "error" not in done.stdout
    assert "\n→" not in done.stdout
    assert re.search(r"→\S", done.stdout)


def test_few_persons_and_small_groups_are_not_told(folder: Path) -> None:
    result = judge_folder(folder, Asked(TODAY, whole=True, by=GroupedBy()))
    low = next(f for f in result.failed if f.type == "plausibleValueLow")
    assert low.persons == 3
    told = page(result)
    assert "Persons touched: &lt; 10" in told
    assert "<span>large</span>" in told
    assert "<span>tiny</span>" not in told


def test_a_number_of_the_grid_leads_to_what_failed(folder: Path) -> None:
    told = page(judge_folder(folder, Asked(TODAY, whole=True)))
    assert 'data-jump="visit_occurrence"' in told
    assert 'id="failed"' in told
    assert "<small>(person.person_id)</small>" in told
    assert re.search(r'id="p-isForeignKey"[^>]*data-text="[^"]*visit_occurrence', told)


def test_the_csv_has_one_line_a_check(folder: Path, tmp_path: Path) -> None:
    place = tmp_path / "checks.csv"
    asked = ["check", "--omop", str(folder), "--csv", str(place), "--json"]
    told = json.loads(CliRunner().invoke(main, asked).stdout)
    with place.open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.DictReader(file))
    assert len(lines) == told["summary"]["defined"]
    failed = sum(line["verdict"] == "fail" for line in lines)
    assert failed == told["summary"]["failed"]


def test_a_folder_cannot_be_handed_back(folder: Path) -> None:
    done = CliRunner().invoke(main, ["check", "--omop", str(folder), "--for", "H001"])
    assert done.exit_code == 2
    assert "--for" in done.stderr


@pytest.fixture(scope="module")
def project(region: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return shutil.copytree(region, tmp_path_factory.mktemp("report") / "pro ject")


def test_a_project_has_uses_of_its_own(project: Path) -> None:
    (project / "uses").mkdir()
    (project / "uses" / "births.toml").write_text(
        'use = "births"\nedition = "1"\nlayer = "records"\nperson = "person"\n'
        'title = { en = "Births", zh = "出生" }\n'
        'population = "select person from person"\n[[variable]]\nname = "birth"\n'
        'title = { en = "a birth", zh = "出生日期" }\n'
        'persons = "select person from person where birth is not null"\n'
        "[require]\npersons = 10\ncomplete_percent = 50\n",
        encoding="utf-8",
    )
    done = CliRunner().invoke(main, ["check", str(project), "--json"])
    told = {one["use"]: one for one in json.loads(done.stdout)["fitness"]}
    assert told["births"]["fit"]
    assert told["births"]["persons"] > 100


def test_each_command_of_the_report_works_when_copied(project: Path) -> None:
    place = project / "report.html"
    asked = ["check", str(project), "--html", str(place)]
    assert CliRunner().invoke(main, asked).exit_code == 0
    told = re.findall(r'<code class="copy">(.*?)</code>', place.read_text("utf-8"))
    commands = {html.unescape(one) for one in told}
    traces = sorted(one for one in commands if one.startswith("datong trace"))
    assert any("--file" in one for one in traces)
    assert any("--file" not in one for one in traces)
    assert any(one.startswith("datong rejects") for one in commands)
    for command in [*traces[:2], *traces[-2:]]:
        done = CliRunner().invoke(main, shlex.split(command)[1:])
        assert done.exit_code == 0, (command, done.output)


def test_a_file_is_found_by_whose_it_is(project: Path) -> None:
    opened = Project(project)
    with opened.read(opened.releases.current()) as reader:
        tracer = Tracer(opened.settings, reader)
        for told in list(tracer.places.files.values())[::9]:
            name = f"{told['organization']}/{told['path']}"
            if name.endswith(".csv"):
                assert tracer.line(name, 2).place.organization == told["organization"]
        assert tracer.places.row_at("H004/检验结果_2024.csv", 2) is None


def test_a_hospital_is_handed_its_own_rows_only(project: Path) -> None:
    made, lines = project / "H001.html", project / "H001.csv"
    asked = ["check", str(project), "--for", "H001", "--json"]
    done = CliRunner().invoke(main, [*asked, "--html", str(made), "--csv", str(lines)])
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    named = [line for item in told["items"] for line in item["lines"]]
    own = {path.name for path in (project / "silos" / "H001").iterdir()}
    assert named
    assert {Path(line["file"]).name for line in named} <= own
    assert all(item["next"]["zh"] for item in told["items"])
    assert any(item["records"] for item in told["items"])
    assert {step["step"].split(":")[1][:5] for step in told["ledger"]} == {"H001/"}
    written = made.read_text("utf-8")
    assert "整改单" in written
    assert "H004" not in written
    with lines.open(encoding="utf-8-sig", newline="") as file:
        assert len(list(csv.DictReader(file))) == len(named)


def test_an_organization_that_is_none_is_told(project: Path) -> None:
    done = CliRunner().invoke(main, ["check", str(project), "--for", "H009"])
    assert done.exit_code == 1
    assert "QUALITY-NO-SITE" in done.stderr
