"""Real tables, by the mapping files of examples/mimic: MIMIC-IV demo 2.2."""

import csv
import gzip
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from datong.run.project import Project
from datong.run.reader import Reader
from datong.run.runner import Report
from datong.run.trace import Tracer
from datong.standards.omop.fields import fields

EXAMPLE = Path(__file__).parents[2] / "examples" / "mimic"
# Concepts of our own for the test: where a code goes is what is tested.
CONCEPTS = [
    (900_000_001, "Status", "Observation", "ICD9CM", "S", "V45.81"),
    (900_000_002, "Finding", "Measurement", "ICD9CM", "S", "790.29"),
    (900_000_003, "Disease", "Condition", "ICD9CM", "S", "401.9"),
]
EMPTY_TEXT = {"note_text"}  # required by OMOP, kept in the vault


def mapped(folder: Path, real: Path) -> Project:
    """Copy the example and point it at the real tables."""
    shutil.copytree(EXAMPLE, folder)
    settings = folder / "datong.toml"
    place = (real / "cdm" / "mimic-src").as_posix()
    text = settings.read_text("utf-8").replace('"mimic-iv-demo"     ', f'"{place}"')
    text += '\n[vocabulary]\nathena = "athena"\n'
    settings.write_text(text, encoding="utf-8")
    athena(folder / "athena")
    return Project(folder)


def athena(folder: Path) -> None:
    """Write vocabularies of three concepts, as Athena delivers them."""
    folder.mkdir()
    names = "concept_id concept_name domain_id vocabulary_id concept_class_id"
    names += " standard_concept concept_code valid_start_date valid_end_date"
    lines = [[*names.split(), "invalid_reason"]] + [
        [number, name, domain, system, "x", standard, code, "19700101", "20991231", ""]
        for number, name, domain, system, standard, code in CONCEPTS
    ]
    maps = "concept_id_1 concept_id_2 relationship_id valid_start_date valid_end_date"
    related = [[*maps.split(), "invalid_reason"]] + [
        [number, number, "Maps to", "19700101", "20991231", ""]
        for number, *_ in CONCEPTS
    ]
    for name, rows in (("CONCEPT", lines), ("CONCEPT_RELATIONSHIP", related)):
        text = "\n".join("\t".join(map(str, row)) for row in rows)
        (folder / f"{name}.csv").write_text(f"{text}\n", encoding="utf-8")


@pytest.fixture(scope="module")
def mimic(
    real_data: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Project, Report]:
    """The demo, run once."""
    folder = tmp_path_factory.mktemp("mimic") / "project"
    project = mapped(folder, real_data)
    return project, project.run()


@pytest.fixture(scope="module")
def reader(mimic: tuple[Project, Report]) -> Iterator[Reader]:
    """Its release."""
    with mimic[0].read() as opened:
        yield opened


def count(reader: Reader, sql: str) -> int:
    """Ask for one number."""
    return int(reader.query(sql).to_pylist()[0]["n"])


def lines(real: Path, name: str) -> Iterator[dict[str, str]]:
    """Read a source table the plain way."""
    place = real / "cdm" / "mimic-src" / f"{name}.csv.gz"
    with gzip.open(place, "rt", encoding="utf-8", newline="") as opened:
        yield from csv.DictReader(opened)


@pytest.mark.parametrize(
    "table",
    ["hosp/patients", "hosp/admissions", "hosp/prescriptions", "icu/inputevents"],
)
def test_what_was_landed_is_what_the_file_holds(
    mimic: tuple[Project, Report], real_data: Path, table: str
) -> None:
    held = sum(1 for _ in lines(real_data, table))
    steps = {str(e["step"]): e for e in mimic[1].ledger}
    assert steps[f"land:MIMIC/{table}.csv.gz"]["kept"] == held
    assert steps[f"map:MIMIC/{table.replace('/', '.')}"]["read"] == held


def test_no_row_is_lost_between_the_steps(mimic: tuple[Project, Report]) -> None:
    """Each table's rows are read by its mapping; each record by the view's account."""
    steps = {str(e["step"]): e for e in mimic[1].ledger}
    landed = [e for step, e in steps.items() if step.startswith("land:")]
    mapped_ = [e for step, e in steps.items() if step.startswith("map:")]
    assert len(landed) == len(mapped_) == 21
    kept = sum(int(str(e["kept"])) for e in landed)
    assert kept == sum(int(str(e["read"])) for e in mapped_)
    with mimic[0].read() as opened:
        held = opened.tables()
    accounted = [step for step in steps if step.startswith("omop:")]
    assert len(accounted) >= 12
    for step in accounted:
        assert steps[step]["read"] == held[f"records.{step[5:]}"], step


def test_every_stay_diagnosis_and_result_is_there(
    reader: Reader, real_data: Path
) -> None:
    stays = {row["hadm_id"] for row in lines(real_data, "hosp/admissions")}
    assert count(reader, "select count(*) n from person") == 100
    inpatient = "visit_concept_id = 9201"
    sql = f"select count(*) n from visit_occurrence where {inpatient}"
    assert count(reader, sql) == len(stays) == 275
    died = sum(bool(row["dod"]) for row in lines(real_data, "hosp/patients"))
    assert count(reader, "select count(*) n from death") == died
    sql = "select count(*) n from records.lab_result where antibiotic_code is null"
    assert count(reader, sql) > 107_000
    coded = count(reader, "select count(*) n from records.diagnosis")
    tables = ("condition_occurrence", "observation", "measurement")
    routed = sum(
        count(
            reader,
            "select count(*) n from ledger.lineage l join records.diagnosis d"
            f" on d.record = l.record where l.target_table = '{table}'",
        )
        for table in tables
    )
    assert coded == routed == 4_506


@pytest.mark.parametrize(
    ("code", "table", "why"),
    [
        ("V45.81", "observation", "domain"),
        ("790.29", "measurement", "domain"),
        ("401.9", "condition_occurrence", "kind"),
    ],
)
def test_the_domain_of_the_concept_decides_the_table(
    reader: Reader, code: str, table: str, why: str
) -> None:
    here = "from records.diagnosis where diagnosis_code = ?"
    wanted = reader.query(f"select count(*) n {here}", code).to_pylist()[0]["n"]
    found = reader.query(
        "select count(*) n, min(why) why, max(why) last from ledger.lineage"
        f" where target_table = ? and record in (select record {here})",
        table,
        code,
    ).to_pylist()[0]
    assert wanted > 0
    assert found == {"n": wanted, "why": why, "last": why}


def test_what_cannot_be_a_number_is_told_and_nothing_else(
    mimic: tuple[Project, Report], reader: Reader, real_data: Path
) -> None:
    """Doses such as `1-2`: the record stays, the cell is a reject with its value."""
    assert set(mimic[1].rejects) == {"MAP-NUMBER"}
    plain = re.compile(r"\s*[\d,]*\.?\d*\s*")
    ranges = [
        row["dose_val_rx"]
        for row in lines(real_data, "hosp/prescriptions")
        if not plain.fullmatch(row["dose_val_rx"])
    ]
    told = reader.query(
        "select value from ledger.rejects where field = 'dose' order by value"
    )["value"].to_pylist()
    assert told == sorted(ranges)
    sql = "select count(*) n from records.order where type_code = 'drug'"
    assert count(reader, sql) == 18_087


def test_required_fields_are_filled_and_keys_are_keys(reader: Reader) -> None:
    held = reader.tables()
    for field in fields("5.4"):
        place = f"omop.{field.table}"
        if not held.get(place) or field.name in EMPTY_TEXT:
            continue
        name = f'"{field.name}"'
        if field.required:
            sql = f"select count(*) n from {place} where {name} is null"
            assert count(reader, sql) == 0, f"{place} {name}"
        if field.key:
            sql = f"select count(*) - count(distinct {name}) n from {place}"
            assert count(reader, sql) == 0, f"{place} {name}"


def test_a_result_without_a_stay_finds_its_visit_by_time(reader: Reader) -> None:
    wrong = count(
        reader,
        "select count(*) n from measurement m join visit_occurrence v"
        " using (visit_occurrence_id) where m.person_id <> v.person_id"
        " or m.measurement_date > v.visit_end_date + 40",
    )
    assert wrong == 0
    sql = "select count(*) n from records.vital_sign where encounter is not null"
    assert count(reader, f"{sql} and source = 'hosp'") > 0  # omr knows no stay


def test_a_drug_given_leads_to_its_order(reader: Reader) -> None:
    joined = count(
        reader,
        "select count(*) n from fact_relationship f"
        " join drug_exposure g on g.drug_exposure_id = f.fact_id_1"
        " join drug_exposure o on o.drug_exposure_id = f.fact_id_2"
        " where g.drug_type_concept_id = 32818 and o.drug_type_concept_id = 32833"
        " and g.person_id = o.person_id",
    )
    assert joined > 20_000


def test_every_measurement_leads_to_its_source_line(
    mimic: tuple[Project, Report], reader: Reader
) -> None:
    untraced = count(
        reader,
        "select count(*) n from measurement anti join (select target from"
        " ledger.lineage where target_table = 'measurement' and source_row is not null)"
        " on target = measurement_id",
    )
    assert untraced == 0
    tracer = Tracer(mimic[0].settings, reader)
    asked = reader.query(
        "select measurement_id, value_source_value from measurement"
        " where value_source_value is not null using sample 4 (reservoir, 7)"
    ).to_pylist()
    for row in asked:
        (trace,) = tracer.value("measurement", row["measurement_id"])
        assert trace.place.line > 1
        assert row["value_source_value"] in trace.place.text


def test_running_again_rests(mimic: tuple[Project, Report]) -> None:
    again = mimic[0].run()
    assert (again.worked, again.is_new) == (0, False)
