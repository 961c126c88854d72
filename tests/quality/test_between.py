"""Three layers side by side: what was lost, invented, changed, and whose it is."""

import json
import shutil
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from click.testing import CliRunner

from datong.engine.duckdb import Duck, Input
from datong.quality.finding import Finding, Verdict
from datong.quality.from_records import of_view
from datong.quality.from_source import Traced
from datong.quality.judged import Asked, judge_layers
from datong.quality.lineage import Lineage, see_all
from datong.run.project import Project
from datong.run.trace import Tracer
from datong.serve.cli import main
from tests.region import region

__all__ = ["region"]
TODAY = date(2026, 11, 24)
SIZE = 300
FILE = 3 << 40
START = datetime(2024, 3, 1, 8)
Layers = dict[str, dict[str, pa.Table]]


def layers(bad_value: str = "") -> Layers:
    """One source of laboratory values, its records and its view, all of one mind."""
    rows = [FILE + n for n in range(SIZE)]
    values = [f"{n % 90}.{n % 7 + 1}" for n in range(SIZE)]
    times = [START + timedelta(hours=n) for n in range(SIZE)]
    texts = [bad_value if bad_value and n < 9 else v for n, v in enumerate(values)]
    numbers = [Decimal(value) for value in values]
    source = {
        "_row": rows,
        "结果": texts,
        "时间": [f"{t:%Y/%m/%d %H:%M}" for t in times],
    }
    record = {
        "record": list(range(SIZE)),
        "organization": ["H1"] * SIZE,
        "source": ["lis"] * SIZE,
        "person": [n % 40 for n in range(SIZE)],
        "_row": rows,
        "_rule": [1] * SIZE,
        "item_code": ["K"] * SIZE,
        "value_text": texts,
        "value_number": pa.array(numbers, pa.decimal128(18, 6)),
        "time": times,
    }
    view = {
        "measurement_id": list(range(SIZE)),
        "person_id": record["person"],
        "measurement_concept_id": [0] * SIZE,
        "measurement_date": [t.date() for t in times],
        "value_as_number": record["value_number"],
        "measurement_source_value": ["K"] * SIZE,
        "_record": record["record"],
        "_row": rows,
        "_rule": [1] * SIZE,
    }
    made = {"source": {"H1 lis.R": source}, "records": {"lab_result": record}}
    made |= {"omop": {"measurement": view}}
    return {
        layer: {name: pa.table(held) for name, held in tables.items()}
        for layer, tables in made.items()
    }


def entry(step: str, kept: int, **more: int) -> dict[str, object]:
    return {"step": step, "kept": kept, "merged": 0, "silent": 0, **more}


def judged(made: Layers, *, silent: int = 0) -> dict[str, Finding]:
    ledger = [
        entry("map:H1/lis.R", SIZE, silent=silent),
        entry("omop:lab_result", SIZE),
    ]
    lineage = Lineage({3: ("H1", "H1 lis.R")}, {1: "lab_result"}, ledger)
    inputs: dict[str, dict[str, Input]] = {n: dict(held) for n, held in made.items()}
    asked = Asked(TODAY, whole=True, lineage=lineage)
    found = judge_layers("test", inputs, asked).findings
    return {f"{one.layer}.{one.name}": one for one in found}


def failing(found: dict[str, Finding], *names: str) -> set[str]:
    return {
        name
        for name, one in found.items()
        if one.verdict is Verdict.FAIL and one.type in names
    }


BETWEEN = ("source_row_lost", "record_without_source", "differs_from_source")
BETWEEN += ("record_not_in_view", "view_without_record", "differs_from_record")


def test_layers_of_one_mind_differ_in_nothing() -> None:
    found = judged(layers())
    assert failing(found, *BETWEEN) == set()
    compared = {one.type for one in found.values() if one.verdict is Verdict.PASS}
    assert set(BETWEEN) <= compared


def test_a_source_row_that_became_no_record_is_lost_unless_a_rule_says_so() -> None:
    made = layers()
    made["records"]["lab_result"] = made["records"]["lab_result"].slice(4)
    lost = judged(made)["source.source_row_lost.H1 lis.R"]
    assert (lost.examined, lost.bad, lost.blame) == (SIZE, 4, "etl")
    assert judged(made, silent=4)["source.source_row_lost.H1 lis.R"].bad == 0


def test_a_record_that_no_source_row_gave_is_found() -> None:
    made = layers()
    made["source"]["H1 lis.R"] = made["source"]["H1 lis.R"].slice(2)
    found = judged(made)["records.record_without_source.lab_result"]
    assert (found.bad, found.keys) == (2, ("0", "1"))


def test_a_value_that_the_mapping_changed_is_found() -> None:
    made = layers()
    lab = made["records"]["lab_result"]
    tenfold = pc.multiply(lab["value_number"], pa.scalar(Decimal(1_000)))
    is_bad = pc.less(lab["record"], 5)
    changed = pc.if_else(
        is_bad, tenfold.cast(lab["value_number"].type), lab["value_number"]
    )
    place = lab.column_names.index("value_number")
    made["records"]["lab_result"] = lab.set_column(place, "value_number", changed)
    found = judged(made)
    one = found["records.differs_from_source.lab_result.value_number"]
    assert (one.bad, one.blame) == (5, "etl")
    assert found["omop.differs_from_record.measurement.value_as_number"].bad == 5


def with_column(table: pa.Table, name: str, values: list[Any]) -> pa.Table:
    held = pa.array(values, table.schema.field(name).type)
    return table.set_column(table.column_names.index(name), name, held)


def coded() -> Layers:
    """The same, with a word that the mapping puts into other words, and UTC times."""
    made = layers()
    source, record = made["source"]["H1 lis.R"], made["records"]["lab_result"]
    words = ["升高" if n % 3 else "正常" for n in range(SIZE)]
    made["source"]["H1 lis.R"] = source.append_column("标志", pa.array(words))
    codes = pa.array(["H" if n % 3 else "N" for n in range(SIZE)])
    record = record.append_column("flag_code", codes)
    utc = [START + timedelta(hours=n - 8) for n in range(SIZE)]
    made["records"]["lab_result"] = with_column(record, "time", utc)
    return made


def test_a_code_and_a_time_are_held_against_what_the_mapping_makes_of_them() -> None:
    made = coded()
    assert failing(judged(made), *BETWEEN[:3]) == set()
    record = made["records"]["lab_result"]
    flags = record["flag_code"].to_pylist()
    record = with_column(record, "flag_code", [None, "N", "N", *flags[3:]])
    times = record["time"].to_pylist()
    moved = [*times[:-2], *(time + timedelta(hours=8) for time in times[-2:])]
    made["records"]["lab_result"] = with_column(record, "time", moved)
    found = judged(made)
    flag = found["records.differs_from_source.lab_result.flag_code"]
    assert (flag.examined, flag.bad, flag.keys) == (SIZE, 3, ("0", "1", "2"))
    time = found["records.differs_from_source.lab_result.time"]
    assert (time.examined, time.bad) == (SIZE, 2)


def test_a_row_of_a_view_that_is_there_twice_is_found() -> None:
    made = layers()
    view = made["omop"]["measurement"]
    again = with_column(view.slice(0, 2), "measurement_id", [9001, 9002])
    made["omop"]["measurement"] = pa.concat_tables([view, again])
    assert failing(judged(made), *BETWEEN, "record_twice_in_view") == {
        "omop.record_twice_in_view.measurement.lab_result"
    }


def test_a_view_that_lost_or_changed_rows_is_found() -> None:
    made = layers()
    view = made["omop"]["measurement"]
    person = pc.if_else(pc.less(view["measurement_id"], 7), 99, view["person_id"])
    place = view.column_names.index("person_id")
    made["omop"]["measurement"] = view.set_column(place, "person_id", person).slice(3)
    found = judged(made)
    assert found["omop.record_not_in_view.lab_result"].bad == 3
    assert found["omop.differs_from_record.measurement.person_id"].bad == 4


def test_what_is_bad_at_the_source_already_is_the_sources() -> None:
    found = judged(layers(bad_value="５.５"))
    one = found["records.full_width.lab_result.value_text"]
    assert (one.bad, one.blame, one.blames) == (9, "source", {"source": 9})
    assert found["source.full_width.H1 lis.R.结果"].bad == 9


def test_what_only_the_record_has_wrong_is_not_the_sources() -> None:
    made, spoilt = layers(), layers(bad_value="５.５")
    made["records"] = spoilt["records"]
    one = judged(made)["records.full_width.lab_result.value_text"]
    assert one.blame != "source"


def test_a_project_is_judged_on_three_layers_and_its_verdict_kept(
    region: Path, tmp_path: Path
) -> None:
    project = shutil.copytree(region, tmp_path / "project")
    page = tmp_path / "report.html"
    asked = ["check", str(project), "--json", "--html", str(page)]
    done = CliRunner().invoke(main, asked)
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert {one["layer"] for one in told["checks"]} == {"source", "records", "omop"}
    compared = {one["type"] for one in told["checks"] if one["verdict"] == "pass"}
    assert {"source_row_lost", "differs_from_source", "differs_from_record"} <= compared
    sites = {
        label
        for one in told["checks"]
        for label in one.get("groups", {}).get("site", {})
    }
    assert len(sites) > 1
    kept = json.loads((project / ".datong" / "quality.json").read_text("utf-8"))
    assert kept["summary"] == told["summary"]
    assert "datong trace" in page.read_text("utf-8")
    must_lead_to_lines(project, told, page.read_text("utf-8"))


def must_lead_to_lines(project: Path, told: dict[str, Any], page: str) -> None:
    """Each example names the line that `datong trace` names, and the page shows it."""
    failing = [one for one in told["checks"] if one["verdict"] == "fail"]
    examples = [(one, e) for one in failing for e in one["examples"]]
    assert {one["layer"] for one, _ in examples} >= {"records", "omop"}
    made = [(one, e) for one, e in examples if one["layer"] != "source"]
    opened = Project(project)
    with opened.read(opened.releases.current()) as reader:
        tracer = Tracer(opened.settings, reader)
        for one, example in made[::7]:
            places = [t.place for t in tracer.value(one["table"], int(example["key"]))]
            lines = {(f"{p.organization}/{p.file}", p.line) for p in places}
            assert (example["file"], example["line"]) in lines
            assert f"<td>{example['file']}</td>" in page


def test_a_run_can_be_judged_at_once(region: Path, tmp_path: Path) -> None:
    project = shutil.copytree(region, tmp_path / "project")
    done = CliRunner().invoke(main, ["run", "-p", str(project), "--check"])
    assert done.exit_code == 0, done.output
    assert "with something to judge" in done.output
    assert (project / ".datong" / "verdicts" / "1.json").exists()


def test_a_gate_keeps_the_release_before(region: Path, tmp_path: Path) -> None:
    project = shutil.copytree(region, tmp_path / "project")
    with (project / "datong.toml").open("a", encoding="utf-8") as file:
        file.write('\n[check]\nstop_at = "error"\n')
    mapping = min((project / "mappings").rglob("*.toml"))
    mapping.write_text(f"# again\n{mapping.read_text('utf-8')}", encoding="utf-8")
    done = CliRunner().invoke(main, ["run", "-p", str(project)])
    assert done.exit_code == 1
    assert "QUALITY-GATE" in done.stderr
    assert Project(project).releases.current() == 1
    assert (project / ".datong" / "verdicts" / "2.json").exists()


def folded(*, flipped: int = 0, later: int = 0) -> dict[str, Finding]:
    """Judge a view of eighty people; of each there are two records, one without sex."""
    size = 160
    record = {
        "record": list(range(size)),
        "person": [n % 80 for n in range(size)],
        "_row": [FILE + n for n in range(size)],
        "_rule": [1] * size,
        "sex_code": ["12"[n % 2] if n < 80 or n % 3 else None for n in range(size)],
        "birth": [f"19{40 + n % 80 % 50}-0{1 + n % 9}-11" for n in range(size)],
    }
    concepts = [8507 if n % 2 == 0 else 8532 for n in range(80)]
    view = {
        "person_id": list(range(80)),
        "gender_concept_id": [
            15_000 + 2_039 - c if n < flipped else c for n, c in enumerate(concepts)
        ],
        "year_of_birth": [1940 + n % 50 + (10 if n < later else 0) for n in range(80)],
        "_record": list(range(80)),
        "_row": [FILE + n for n in range(80)],
        "_rule": [1] * 80,
    }
    with Duck() as duck:
        held = see_all(duck, "record", {"person": pa.table(record)})
        views = see_all(duck, "view", {"person": pa.table(view)})
        traced = Traced(held, views, {1: "person"}, {})
        return {one.column: one for one in of_view(duck, "person", traced)}


def test_a_person_of_the_view_is_as_one_of_its_records_says() -> None:
    found = folded()
    sex, year = found["gender_concept_id"], found["year_of_birth"]
    assert (sex.examined, sex.bad, year.examined, year.bad) == (80, 0, 80, 0)
    found = folded(flipped=3, later=2)
    sex, year = found["gender_concept_id"], found["year_of_birth"]
    assert (sex.keys, sex.verdict, sex.blame) == (("0", "1", "2"), Verdict.FAIL, "etl")
    assert (year.keys, year.verdict) == (("0", "1"), Verdict.FAIL)
