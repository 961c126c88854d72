"""Typed changes of sets, profiles, elements and code tables; what they touch."""

from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest

from datong.core.reason import Trouble
from datong.standards.change import WEIGHTS, Change, ChangeKind, Weight
from datong.standards.difference import compare, compare_elements
from datong.standards.impact import impact
from datong.standards.importing import read_file
from datong.standards.library import load
from datong.standards.recoding import compare_codes

K = ChangeKind


def table(*rows: tuple[str, ...]) -> pa.Table:
    """Make a code table."""
    names = ("code", "label", "trait")
    cells = [[(*row, "", "")[i] for row in rows] for i in range(3)]
    return pa.table([pa.array(c, pa.string()) for c in cells], names)


def kinds(changes: tuple[Change, ...]) -> dict[str, ChangeKind]:
    """Map codes to the kind of their change."""
    return {change.code: change.kind for change in changes}


def test_swapped_labels_are_redefined_for_both_sides() -> None:
    found = compare("W/RC002", "T/RC002", load())
    assert kinds(found.changes) == {"3": K.REDEFINED, "4": K.REDEFINED}
    assert found.same == 3
    for change in found.changes:
        assert change.producer is change.consumer is Weight.CRITICAL


def test_a_recoding_keeps_the_meaning() -> None:
    found = compare("W/RC032", "T/RC032", load())
    moved = {c.code: c.replacement for c in found.changes}
    assert moved == {"1.1": "11", "1.2": "12", "2.1": "21", "2.2": "22"} | {
        "3.1": "31",
        "3.2": "32",
    }
    assert {c.kind for c in found.changes} == {K.RECODED}


def test_two_profiles_are_compared_field_by_field() -> None:
    found = compare("frontpage-western-2019", "frontpage-tcm-2019", load())
    swapped = {c.subject for c in found.changes if c.kind is K.DOMAIN_SWAPPED}
    assert {"B11C", "A21C", "B36C"} <= swapped
    assert not any(c.kind is K.ELEMENT_REMOVED for c in found.changes)


def test_an_element_that_narrows_breaks_who_submits() -> None:
    library = load()
    name = library.elements["DE02.01.039.00"]
    shorter = replace(name, domain=replace(name.domain, format="A..30"))
    (change,) = compare_elements(name, shorter, library)
    assert change.kind is K.NARROWED
    assert (change.producer, change.consumer) == (Weight.BREAKING, Weight.NONE)
    (back,) = compare_elements(shorter, name, library)
    assert back.kind is K.WIDENED
    unit = replace(name, domain=replace(name.domain, unit="g"))
    assert [c.kind for c in compare_elements(name, unit, library)] == [K.UNIT_CHANGED]


def test_every_kind_has_a_weight_for_both_sides() -> None:
    assert set(WEIGHTS) == set(ChangeKind)


def test_code_tables_are_compared_by_label() -> None:
    before = table(
        ("A1", "霍乱"),
        ("A2", "伤寒"),
        ("A3", "痢疾"),
        ("A4", "肠炎"),
        ("A5", "阿米巴病"),
    )
    after = table(
        ("A1", "伤寒"), ("A2", "霍乱"), ("A3", "痢疾病"), ("B4", "肠炎"), ("C9", "鼠疫")
    )
    found = kinds(compare_codes(before, after).changes)
    assert found == {
        "A1": K.REDEFINED,
        "A2": K.REDEFINED,
        "A3": K.LABEL_CORRECTED,
        "A4": K.RECODED,
        "A5": K.DELETED,
        "C9": K.ADDED,
    }


def test_a_crosswalk_decides_what_labels_cannot() -> None:
    before = table(("A1", "甲"), ("A2", "乙"), ("A3", "丙"), ("A4", "丁"))
    after = table(("A1", "甲"), ("B1", "乙种"), ("B2", "丙丁"), ("B3", "丁二"))
    walk = {"source": ["A2", "A3", "A4", "A4"], "target": ["B1", "A1", "B2", "B3"]}
    found = kinds(compare_codes(before, after, pa.table(walk)).changes)
    assert found["A2"] is K.RECODED
    assert found["A3"] is K.MERGED
    assert found["A4"] is K.SPLIT


def test_a_changed_class_is_told_beside_the_rest() -> None:
    found = compare_codes(table(("1", "甲", "诊断性操作")), table(("1", "甲", "手术")))
    (change,) = found.changes
    assert change.kind is K.RECLASSIFIED
    assert change.consumer is Weight.BREAKING


def test_beijing_against_national(real_data: Path) -> None:
    codes = real_data / "codes"
    before = read_file(codes / "ICD10北京版v7.0.dat").table
    after = read_file(codes / "ICD10国临版v2.0.dat").table
    walk = read_file(codes / "ICD10北京版v7.0对照国临版v2.0.dat").table
    counts = compare_codes(before, after, walk).counts
    assert counts["shared"] == 7_680
    share = counts["shared_that_mean_another"] / counts["shared_in_crosswalk"]
    assert 0.80 < share < 0.85


def test_impact_weighs_changes_by_use() -> None:
    library = load()
    found = compare("W/RC002", "T/RC002", library)
    usage = pa.table(
        {
            "hospital": ["甲", "乙", "乙"],
            "field": ["A21C", "A21C", "A21C"],
            "code": ["3", "3", "1"],
            "records": [120, 30, 900],
        }
    )
    (one,) = impact(found, usage, library)
    assert (one.hospitals, one.records) == (2, 150)
    assert one.fields == ("A21C",)
    assert "frontpage-western-2019" in one.profiles
    assert not one.safe


@pytest.mark.parametrize(
    ("a", "b"), [("W/RC002", "DE02.01.039.00"), ("W/RC002", "CV08.50.002")]
)
def test_unlike_things_are_not_compared(a: str, b: str) -> None:
    with pytest.raises(Trouble, match="DIFF-KINDS"):
        compare(a, b, load())


@pytest.mark.parametrize(
    ("a", "b", "changed"),
    [
        ("W/RC026", "CV09.00.403", {"1": K.REDEFINED, "2": K.REDEFINED}),
        ("T/RC026", "CV09.00.403", {}),
        ("T/RC039", "CV06.00.225", {"1.1": K.RECODED, "1.2": K.RECODED}),
        ("T/RC014.2", "CV05.10.023", {"4": K.RECODED}),  # other is 9 there
    ],
)
def test_a_form_and_the_national_list_meet_in_their_meanings(
    a: str, b: str, changed: dict[str, ChangeKind]
) -> None:
    assert kinds(compare(a, b, load()).changes) == changed
