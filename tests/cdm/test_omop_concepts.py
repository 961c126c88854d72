"""Codes become concepts: with the user's vocabularies, and without."""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from datong.cdm.omop.concepts import Vocabularies, convert
from datong.cdm.omop.concepts.register import FIRST
from datong.cdm.omop.eras import eras
from datong.cdm.omop.facts import fixed, rows
from datong.core.reason import Trouble
from datong.engine.duckdb import Duck

Run = Callable[..., Any]
PERSON = {"record": 1, "birth": "1980-05-06"}
AT = datetime.fromisoformat("2024-01-03 07:30")
CONCEPTS = {  # Athena's file: the folder of real data that it is made from
    "CONCEPT": "concept",
    "CONCEPT_RELATIONSHIP": "concept_relationship",
    "CONCEPT_ANCESTOR": "concept_ancestor",
}


def athena_of(duck: Duck, source: Path, into: Path) -> Path:
    """Write an Athena folder from vocabulary tables in Parquet."""
    for name, table in CONCEPTS.items():
        duck.see("told", source / f"{table}.parquet")
        place = into / f"{name}.csv"
        duck.do(f"copy told to '{place}' (delimiter '\t', header true, quote '')")
    release = "vocabulary_id\tvocabulary_version\nNone\tv5.0 TEST\nLOINC\t2.7\n"
    (into / "VOCABULARY.csv").write_text(release, encoding="utf-8")
    return into


@pytest.fixture(scope="module")
def athena(
    duck: Duck, real_data: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A small Athena folder."""
    place = tmp_path_factory.mktemp("athena")
    return athena_of(duck, real_data / "cdm" / "gibleed-omop53", place)


@pytest.fixture(scope="module")
def known(
    duck: Duck, athena: Path, tmp_path_factory: pytest.TempPathFactory
) -> Vocabularies:
    """The same, converted."""
    return convert(duck, athena, tmp_path_factory.mktemp("vocabularies"))


def diagnosis(record: int, system: str, code: str) -> dict[str, Any]:
    return {
        "record": record,
        "time": AT,
        "diagnosis_system": system,
        "diagnosis_code": code,
        "diagnosis_text": f"text of {code}",
    }


def test_a_source_code_maps_to_its_standard_concept(
    omop: Run, known: Vocabularies
) -> None:
    told = [
        diagnosis(20, "http://hl7.org/fhir/sid/icd-10-cm", "K92.2"),
        diagnosis(21, "icd10cm", "K922"),
        diagnosis(22, "icd10cm", "Z99.99"),
    ]
    out = omop({"person": [PERSON], "diagnosis": told}, vocabularies=known)
    dotted, bare, strange = out.rows("condition_occurrence")
    for row in (dotted, bare):
        assert row["condition_concept_id"] == 192671
        assert row["condition_source_concept_id"] == 35208414
    assert strange["condition_concept_id"] == 0
    assert strange["condition_source_concept_id"] >= 2_000_000_000
    assert known.release == "v5.0 TEST"


def meaning(code: str, means: str, system: str = "icd10cm") -> dict[str, str]:
    place = {"kind": "diagnosis", "field": "diagnosis", "system": "H1:local"}
    means_it = {"means_system": system, "means_code": means, "means_name": means}
    return {**place, "code": code, **means_it}


def test_a_word_goes_the_way_of_the_code_that_it_means(
    omop: Run, known: Vocabularies
) -> None:
    told = [diagnosis(number, "H1:local", f"L{number}") for number in (20, 21, 22, 23)]
    told.append(diagnosis(24, "icd10cm", "K92.2"))
    meant = [
        meaning("L20", "K92.2"),
        meaning("L21", "Z99.99"),
        meaning("L22", "K92.2"),
        meaning("L22", "Z99.99"),
        meaning("K92.2", "Z99.99") | {"system": "icd10cm"},  # it is known: no word
    ]
    out = omop(
        {"person": [PERSON], "diagnosis": told}, vocabularies=known, meanings=meant
    )
    rows = {
        (row["condition_source_value"], row["condition_concept_id"]): row[
            "condition_source_concept_id"
        ]
        for row in out.rows("condition_occurrence")
    }
    strange = rows["L21", 0]
    assert rows["L20", 192671] == rows["K92.2", 192671] == 35208414
    assert strange >= 2_000_000_000
    assert rows["L22", 192671] == 35208414
    assert rows["L22", 0] == strange
    assert rows["L23", 0] not in (0, strange)
    assert len(rows) == 6
    assert out.account("diagnosis")["kept"] == 5


def test_the_domain_of_the_concept_decides_the_table(
    omop: Run, known: Vocabularies
) -> None:
    told = [
        diagnosis(20, "http://snomed.info/sct", "232717009"),  # a bypass graft
        diagnosis(21, "http://snomed.info/sct", "74474003"),  # a haemorrhage
    ]
    out = omop({"person": [PERSON], "diagnosis": told}, vocabularies=known)
    moved = out.one("procedure_occurrence")
    assert (moved["procedure_concept_id"], moved["_why"]) == (4336464, "domain")
    assert moved["procedure_type_concept_id"] == 32817
    assert out.one("condition_occurrence")["_why"] == "kind"
    assert out.account("diagnosis") == {"kept": 2}


def test_a_drug_era_is_of_the_ingredient(omop: Run, known: Vocabularies) -> None:
    rxnorm = "http://www.nlm.nih.gov/research/umls/rxnorm"
    told = [  # donepezil with memantine, then donepezil alone
        {"record": 40, "time": AT, "item_system": rxnorm, "item_code": "1599803"},
        {"record": 41, "time": AT, "item_system": "rxnorm", "item_code": "997223"},
        {"record": 42, "time": AT, "item_system": "ndc", "item_code": "00025152531"},
    ]
    out = omop({"person": [PERSON], "dispensing": told}, vocabularies=known)
    drugs = [r["drug_concept_id"] for r in out.rows("drug_exposure")]
    assert drugs == [45892894, 40223768, 1118088]
    eras = {r["drug_concept_id"]: r for r in out.rows("drug_era")}
    counts = {concept: r["drug_exposure_count"] for concept, r in eras.items()}
    assert counts == {701322: 1, 715997: 2, 1118088: 1}
    assert len({r["drug_era_id"] for r in eras.values()}) == 3


def test_a_substance_is_no_exposure_of_who_is_allergic_to_it(
    omop: Run, known: Vocabularies
) -> None:
    told = {
        "record": 30,
        "time": AT,
        "substance_system": "rxnorm",
        "substance_code": "140587",
    }
    out = omop({"person": [PERSON], "allergy": [told]}, vocabularies=known)
    row = out.one("observation")
    assert row["observation_concept_id"] == 0
    assert row["value_as_concept_id"] == 1118084
    assert not out.rows("drug_exposure")


def test_a_code_that_maps_to_two_concepts_gives_two_rows(
    omop: Run, duck: Duck, tmp_path: Path
) -> None:
    concepts = (
        "concept_id\tconcept_name\tdomain_id\tvocabulary_id\tconcept_class_id"
        "\tstandard_concept\tconcept_code\tvalid_start_date\tvalid_end_date"
        "\tinvalid_reason\n"
    ) + "".join(
        f"{row}\t20020131\t20991231\t\n"
        for row in (
            "1\tboth\tCondition\tICD10\tx\t\tA00",
            "2\tone\tCondition\tSNOMED\tx\tS\t1",
            "3\tother\tCondition\tSNOMED\tx\tS\t2",
            "4\tseen\tObservation\tSNOMED\tx\tS\t3",
            "5\tworth\tMeas Value\tSNOMED\tx\tS\t4",
            "6\tunnamed\tMeas Value\tSNOMED\tx\tS\t5",
        )
    )
    maps = "concept_id_1\tconcept_id_2\trelationship_id\tinvalid_reason\n" + "".join(
        f"1\t{target}\t{how}\t\n"
        for target, how in [
            (2, "Maps to"),
            (3, "Maps to"),
            (4, "Maps to"),
            (5, "Maps to value"),
        ]
    )
    (tmp_path / "CONCEPT.csv").write_text(concepts, encoding="utf-8")
    (tmp_path / "CONCEPT_RELATIONSHIP.csv").write_text(maps, encoding="utf-8")
    known = convert(duck, tmp_path, tmp_path / "out")
    out = omop(
        {"person": [PERSON], "diagnosis": [diagnosis(20, "icd10", "A00")]},
        vocabularies=known,
    )
    conditions = out.rows("condition_occurrence")
    assert [r["condition_concept_id"] for r in conditions] == [2, 3]
    assert len({r["condition_occurrence_id"] for r in conditions}) == 2
    assert out.one("observation")["value_as_concept_id"] == 5
    assert out.account("diagnosis") == {"kept": 1}
    named = {c["concept_id"]: c for c in out.rows("concept")}
    assert {1, 2, 3, 4, 5} < named.keys()
    assert 6 not in named
    assert named[2]["valid_start_date"] == date(2002, 1, 31)


def test_the_vocabularies_are_read_once(
    duck: Duck, athena: Path, tmp_path: Path
) -> None:
    convert(duck, athena, tmp_path)
    first = (tmp_path / "concept.parquet").stat().st_mtime_ns
    assert convert(duck, athena, tmp_path).release == "v5.0 TEST"
    assert (tmp_path / "concept.parquet").stat().st_mtime_ns == first


def test_a_folder_without_concepts_is_told(duck: Duck, tmp_path: Path) -> None:
    with pytest.raises(Trouble, match="CDM-ATHENA"):
        convert(duck, tmp_path, tmp_path / "out")


def test_a_local_number_is_never_given_twice(omop: Run, known: Vocabularies) -> None:
    first = omop({"person": [PERSON], "diagnosis": [diagnosis(20, "icd10cm", "K92.2")]})
    told = [diagnosis(20, "a", "1"), diagnosis(21, "icd10cm", "K92.2")]
    again = omop(
        {"person": [PERSON], "diagnosis": told},
        register=first.folder / "register.parquet",
        vocabularies=known,
    )
    after = {c["concept_id"]: c for c in again.rows("concept")}
    after = {number: c for number, c in after.items() if number >= FIRST}
    before = {c["concept_id"]: c["concept_code"] for c in first.rows("concept")}
    before = {number: code for number, code in before.items() if number >= FIRST}
    assert {n: after[n]["concept_code"] for n in before} == before
    assert min(set(after) - set(before)) > max(before)
    retired = [c["concept_code"] for c in after.values() if c["invalid_reason"]]
    assert retired == ["K92.2"]


def test_the_same_codes_get_the_same_numbers(omop: Run) -> None:
    told = [diagnosis(20, "b", "1"), diagnosis(21, "a", "2"), diagnosis(22, "a", "1")]
    one = omop({"person": [PERSON], "diagnosis": told})
    two = omop({"person": [PERSON], "diagnosis": told[::-1]})
    assert one.rows("concept") == two.rows("concept")


def test_our_facts_agree_with_published_concepts(real_data: Path) -> None:
    folder = real_data / "cdm" / "synthea27nj" / "Synthea27NjParquet"
    held = pq.read_table(folder / "concept.parquet").to_pylist()
    held += pq.read_table(
        real_data / "cdm" / "gibleed-omop53" / "concept.parquet"
    ).to_pylist()
    units = {
        c["concept_code"]: c["concept_id"]
        for c in held
        if c["vocabulary_id"] == "UCUM" and c["standard_concept"] == "S"
    }
    ours = {
        r["code"]: int(r["concept_id"])
        for r in rows("seeds")
        if r["vocabulary"] == "UCUM"
    }
    both = units.keys() & ours.keys()
    assert len(both) > 50
    assert {u: units[u] for u in both} == {u: ours[u] for u in both}
    domains = {c["concept_id"]: c["domain_id"] for c in held}
    ours = {int(f["concept_id"]): f["domain"] for f in fixed()}
    both = domains.keys() & ours.keys()
    assert len(both) > 60
    assert {c: domains[c] for c in both} == {c: ours[c] for c in both}
    names = {c["concept_id"]: c["concept_name"].lower() for c in held}
    for fact in rows("facts"):
        if fact["group"] in ("visit", "sex") and int(fact["concept_id"]) in names:
            assert names[int(fact["concept_id"])].startswith(fact["name"][:8].lower())


def test_eras_are_those_that_ohdsi_published(duck: Duck, real_data: Path) -> None:
    folder = real_data / "cdm" / "gibleed-omop53"
    duck.see("cond", folder / "condition_occurrence.parquet")
    duck.see("published", folder / "condition_era.parquet")
    duck.do(
        "create or replace temp view occurred as select condition_occurrence_id as id,"
        " person_id, condition_concept_id as concept,"
        " condition_start_date as start_date,"
        " coalesce(condition_end_date, condition_start_date + 1) as end_date"
        " from cond where condition_concept_id <> 0"
    )
    ours = (
        f"with {eras('occurred')} select person_id, concept, era_start, era_end, events"
        " from eras"
    )
    theirs = (
        "select person_id, condition_concept_id, condition_era_start_date,"
        " condition_era_end_date, condition_occurrence_count from published"
        " where condition_concept_id <> 0"
    )
    count, same = duck.one(
        f"select (select count(*) from ({theirs})),"
        f" (select count(*) from (({ours}) intersect ({theirs})))"
    )
    assert count == same


def test_no_fact_is_said_twice() -> None:
    keys = [(f["group"], f["key"]) for f in rows("facts")]
    assert len(keys) == len(set(keys))
    assert pa.table({"n": [int(f["concept_id"]) for f in rows("facts")]}).num_rows
