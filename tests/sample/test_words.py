"""The lexicon: its codes are those of the published tables, its words usable."""

import csv
import re
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from datong.sample.words import forms, links, positions, words

KINDS = ("diagnoses", "procedures", "drugs", "laboratory", "vaccines", "allergies")
VENDORS = Path(__file__).parents[2] / "src" / "datong" / "sample" / "vendors"


def published(folder: Path, *names: str) -> set[str]:
    """Read the codes of published tables, without the fillers of short ones."""
    codes = set()
    for name in names:
        text = (folder / name).read_text("utf-8", errors="replace")
        codes |= {line.split()[0] for line in text.splitlines() if line.strip()}
    return {code.lower() for code in codes}


def stem(code: str) -> str:
    """Leave out what fills a code up to its full width."""
    return code.lower().removesuffix("x00").removesuffix("00")


@pytest.mark.parametrize("name", KINDS)
def test_a_code_stands_once_and_every_form_is_a_word(name: str) -> None:
    every, count = forms(name)
    assert len(positions(name)) == len(count), "a code stands twice"
    for row, many in zip(every, count, strict=True):
        assert all(row[:many]), row
        assert len(set(row[:many])) == many, f"a form stands twice: {row[0]}"


@pytest.mark.parametrize(
    ("name", "least"),
    [("diagnoses", 400), ("procedures", 150), ("drugs", 250), ("laboratory", 120)],
)
def test_the_lexicon_is_large(name: str, least: int) -> None:
    assert len(words(name)["name"]) >= least


def test_what_a_diagnosis_asks_for_is_in_the_lexicon() -> None:
    assert links("diagnoses", "drugs", "drugs").max() < len(words("drugs")["atc"])
    links("diagnoses", "operations", "procedures")
    panels = set(words("laboratory")["panel"])
    for asked in words("diagnoses")["panels"]:
        assert set(filter(None, asked.split("|"))) <= panels, asked


def test_every_procedure_drug_and_panel_is_asked_for() -> None:
    for column, other in (("operations", "procedures"), ("drugs", "drugs")):
        used = set(np.unique(links("diagnoses", column, other)))
        unused = set(range(len(forms(other)[1]))) - used
        assert not unused, [str(words(other)["name"][place]) for place in unused]
    asked = {p for cell in words("diagnoses")["panels"] for p in cell.split("|")}
    assert set(words("laboratory")["panel"]) <= asked


def test_most_diagnoses_have_a_misspelling_that_is_none_of_the_forms() -> None:
    wrong = words("diagnoses")["wrong"]
    assert (wrong != "").mean() > 0.7
    right = {str(form) for row in forms("diagnoses")[0] for form in row if form}
    assert not right & {str(w) for w in wrong if w}


def test_a_written_word_means_one_thing_with_few_exceptions() -> None:
    every, count = forms("diagnoses")
    meant = Counter(f for row, n in zip(every, count, strict=True) for f in row[:n])
    twice = [str(form) for form, many in meant.items() if many > 1]
    assert len(twice) < 0.04 * len(meant), twice


@pytest.mark.parametrize("vendor", ["chinese", "pinyin", "english", "community"])
def test_every_written_unit_is_in_the_value_maps(vendor: str) -> None:
    place = VENDORS / vendor / "values" / "unit.csv"
    with place.open(encoding="utf-8", newline="") as file:
        known = {row["from"]: row["to"] for row in csv.DictReader(file)}
    table = words("laboratory")
    for cell, unit in zip(table["written_units"], table["unit"], strict=True):
        for written in filter(None, cell.split("|")):
            assert known[written].split("{")[0] == unit.split("{")[0], written


def test_diagnosis_codes_are_in_a_national_table(real_data: Path) -> None:
    tables = ("ICD10国临版v2.0.dat", "ICD10医保版v2.0.dat")
    known = published(real_data / "codes", *tables)
    for code in words("diagnoses")["code"]:
        assert any(one.startswith(code.lower()) for one in known), code


def test_procedure_codes_are_in_a_national_table(real_data: Path) -> None:
    tables = ("ICD9CM3国临版v3.0.dat", "ICD9CM3医保版v2.0.dat")
    known = published(real_data / "codes", *tables)
    for code in words("procedures")["code"]:
        assert any(one.startswith(stem(code)) for one in known), code


def test_loinc_codes_have_right_check_digits() -> None:
    for code in [*words("laboratory")["loinc"], *words("vitals")["loinc"]]:
        body, _, check = str(code).partition("-")
        every = body[::-1]
        doubled = str(2 * int(every[0::2][::-1]))
        total = sum(map(int, doubled + every[1::2]))
        assert check == str(-total % 10), code


def test_atc_codes_and_units_have_the_form_of_their_systems() -> None:
    for code in words("drugs")["atc"]:
        assert re.fullmatch(r"[ABCDGHJLMNPRSV]\d\d[A-Z]{2}(\d\d)?", code), code
    unit = r"[A-Za-z%\[\]_{}.*/0-9^'-]+"
    for code in words("laboratory")["unit"]:
        assert not code or re.fullmatch(unit, code), code
