"""The OMOP shapes say what OHDSI's own lists say."""

import csv
from pathlib import Path

import pytest

from datong.core.shape import Kind
from datong.standards.omop import VERSIONS, fields, tables


def test_the_person_table_is_the_published_one() -> None:
    person = tables()["person"]
    assert person.key == ("person_id",)
    assert person.columns[0].name == "person_id"
    assert {c.name for c in person if c.required} == {
        "person_id",
        "gender_concept_id",
        "year_of_birth",
        "race_concept_id",
        "ethnicity_concept_id",
    }
    assert next(c for c in person if c.name == "birth_datetime").kind is Kind.TIME


@pytest.mark.parametrize("version", VERSIONS)
def test_every_reference_leads_to_a_field(version: str) -> None:
    known = {(field.table, field.name) for field in fields(version)}
    assert {f.references for f in fields(version) if f.references} <= known


def test_the_versions_differ_where_the_standard_does() -> None:
    visits = {version: tables(version)["visit_occurrence"] for version in VERSIONS}
    names = {version: {c.name for c in shape} for version, shape in visits.items()}
    assert "admitting_source_concept_id" in names["5.3"] - names["5.4"]
    assert "admitted_from_concept_id" in names["5.4"] - names["5.3"]
    assert "episode" not in tables("5.3")


def test_all_fields_agree_with_the_published_definition(real_data: Path) -> None:
    place = real_data / "cdm" / "ddl" / "OMOP_CDMv5.4_Field_Level.csv"
    with place.open(encoding="utf-8") as lines:
        published = {
            (line["cdmTableName"].lower(), line["cdmFieldName"].strip('"')): line
            for line in csv.DictReader(lines)
        }
    ours = {(field.table, field.name): field for field in fields("5.4")}
    assert ours.keys() == published.keys()
    for key, line in published.items():
        field = ours[key]
        assert field.required is (line["isRequired"] == "Yes"), key
        assert field.key is (line["isPrimaryKey"] == "Yes"), key
        assert bool(field.references) is (line["isForeignKey"] == "Yes"), key
