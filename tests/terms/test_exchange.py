"""Mappings to other programs and back."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from datong.core.reason import Trouble
from datong.terms.check import mismatches
from datong.terms.codes import table_of
from datong.terms.exchange import LAYOUTS, layout_of
from datong.terms.mapped import Mapped, Relation
from datong.terms.shelf import shelf_of

TEXT = st.text(alphabet="肺癌 ab,\"';|-", min_size=1, max_size=12).filter(
    lambda text: text == text.strip()
)
CODE = st.text(alphabet="AB0123456789.", min_size=1, max_size=8).filter(
    lambda code: code.strip("0.") != ""
)
SAME_FILE = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


@st.composite
def mapped(draw: st.DrawFn) -> Mapped:
    """Draw an approved mapping, with a target or with none."""
    found = draw(st.booleans())
    relations = [one for one in Relation if one is not Relation.NONE]
    return Mapped(
        text=draw(TEXT),
        code=draw(CODE) if found else "",
        name=draw(TEXT) if found else "",
        source_code=draw(CODE),
        relation=draw(st.sampled_from(relations)) if found else Relation.NONE,
        who=draw(TEXT),
        at="2026-01-02T03:04:05+00:00",
        comment=draw(TEXT),
    )


@SAME_FILE
@given(st.lists(mapped(), max_size=5))
def test_usagi_loses_nothing(tmp_path: Path, mappings: list[Mapped]) -> None:
    layout = layout_of("usagi")
    layout.write(mappings, tmp_path / "u.csv")
    for before, after in zip(mappings, layout.read(tmp_path / "u.csv"), strict=True):
        for field in ("text", "code", "name", "relation", "who", "at", "comment"):
            assert getattr(before, field) == getattr(after, field), field


@SAME_FILE
@given(st.lists(mapped(), max_size=5))
def test_sssom_loses_nothing_but_the_time_of_day(
    tmp_path: Path, mappings: list[Mapped]
) -> None:
    layout = layout_of("sssom")
    layout.write(mappings, tmp_path / "s.tsv")
    for before, after in zip(mappings, layout.read(tmp_path / "s.tsv"), strict=True):
        for field in ("text", "code", "name", "relation", "who", "comment"):
            assert getattr(before, field) == getattr(after, field), field
        assert after.at == before.at[:10]


@SAME_FILE
@given(st.lists(mapped(), max_size=5))
def test_fhir_and_omop_keep_every_text_and_target(
    tmp_path: Path, mappings: list[Mapped]
) -> None:
    """Also where one source code was written in several ways."""
    for name in ("fhir", "source_to_concept_map"):
        layout = layout_of(name)
        layout.write(mappings, tmp_path / "m")
        told = [(one.text, one.code, one.has_target) for one in mappings]
        back = layout.read(tmp_path / "m")
        assert sorted((m.text, m.code, m.has_target) for m in back) == sorted(told)


def test_fhir_keeps_every_writing_of_a_source_code(tmp_path: Path) -> None:
    told = [Mapped(text, "C34", source_code="7") for text in ("肺癌", "肺Ca", "肺癌")]
    layout_of("fhir").write(told, tmp_path / "m.json")
    back = layout_of("fhir").read(tmp_path / "m.json")
    assert [(m.text, m.source_code) for m in back] == [
        *(2 * [("肺癌", "7")]),
        ("肺Ca", "7"),
    ]


@pytest.mark.parametrize("name", sorted(LAYOUTS))
@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", "{}", "[1]", "\udcff"])
def test_another_layout_is_refused(tmp_path: Path, name: str, text: str) -> None:
    place = tmp_path / "m"
    place.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(Trouble, match="TERMS-LAYOUT"):
        layout_of(name).read(place)


def test_a_right_code_with_a_wrong_name_is_found() -> None:
    table = table_of(
        [
            {"code": "I10", "name": "原发性高血压", "synonyms": "高血压病"},
            {"code": "E11", "name": "2型糖尿病"},
        ]
    )
    rows = [
        {"code": "I10", "name": "高血压病"},
        {"code": "I10", "name": "原发性高血压(良性)"},
        {"code": "I10", "name": "Ⅱ型糖尿病"},
        {"code": "E11", "name": "原发性高血压3级"},
        {"code": "E11", "name": "消渴"},
        {"code": "Z99", "name": "未知"},
        {"code": "", "name": "无码"},
    ]
    found = list(mismatches(shelf_of(table, [], []), rows))
    assert [(m.code, m.text, m.meant) for m in found] == [
        ("I10", "Ⅱ型糖尿病", "E11"),
        ("E11", "原发性高血压3级", "I10"),
        ("Z99", "未知", ""),
    ]
    assert "Z99" in found[2].say.en
    assert "原发性高血压" in found[0].say.zh


def test_excel_keeps_every_field_and_runs_no_formula(tmp_path: Path) -> None:
    place = tmp_path / "m.xlsx"
    told = [
        Mapped("右肺囊肿", "10.0000", "肺病损切除术", "icd9", "2026", rows=7, who="王"),
        Mapped("=1+1", relation=Relation.NONE, approved=False, comment="-x"),
        Mapped("a", "1", relation=Relation.BROADER, confidence=0.25, domain="d"),
    ]
    layout_of("excel").write(told, place)
    assert layout_of("excel").read(place) == told
    book = load_workbook(place)
    assert {cell.data_type for cell in book.active["A"]} == {"s"}


def test_a_hand_made_workbook_needs_a_column_text_only(tmp_path: Path) -> None:
    book = Workbook()
    book.active.append(["text", "code", "approved"])
    book.active.append(["肺囊肿", 100, None])
    book.active.append([None, None, None])
    book.active.append(["怪病", None, "否"])
    book.save(tmp_path / "m.xlsx")
    one, two = layout_of("excel").read(tmp_path / "m.xlsx")
    assert (one.code, one.approved, two.approved) == ("100", True, False)
    assert two.relation is Relation.NONE
    book.active["A1"] = "术语"
    book.save(tmp_path / "m.xlsx")
    with pytest.raises(Trouble, match="TERMS-LAYOUT"):
        layout_of("excel").read(tmp_path / "m.xlsx")


def test_fhir_keeps_who_and_when_and_writes_nothing_empty(tmp_path: Path) -> None:
    one = Mapped("肺癌", "C34", "肺恶性肿瘤", who="王", at="2026-01-02T03:04:05+00:00")
    layout, place = layout_of("fhir"), tmp_path / "m.json"
    layout.write([one], place)
    (back,) = layout.read(place)
    assert (back.who, back.at) == (one.who, one.at)
    assert '""' not in place.read_text("utf-8")


def test_files_as_people_save_them_are_read(tmp_path: Path) -> None:
    told = "sourceName,conceptId,mappingStatus\n肺癌,C34,APPROVED\n"
    for encoding in ("utf-8", "utf-8-sig", "gb18030", "utf-16"):
        (tmp_path / "u.csv").write_text(told, encoding)
        (one,) = layout_of("usagi").read(tmp_path / "u.csv")
        assert (one.text, one.code) == ("肺癌", "C34"), encoding
    (tmp_path / "u.csv").write_text(told.replace("conceptId", "concept"), "utf-8")
    with pytest.raises(Trouble, match=r"conceptId\? \(sourceName, concept, "):
        layout_of("usagi").read(tmp_path / "u.csv")


def test_sssom_of_other_programs_has_curies_and_may_lack_labels(tmp_path: Path) -> None:
    lines = (
        "subject_id\tpredicate_id\tobject_id\tmapping_justification",
        "L:肺癌\tskos:exactMatch\tICD10:C34.9\tsemapv:ManualMappingCuration",
        "L:怪病\tskos:exactMatch\tsssom:NoTermFound\tsemapv:ManualMappingCuration",
    )
    (tmp_path / "m.tsv").write_text("\n".join(lines), "utf-8")
    one, none = layout_of("sssom").read(tmp_path / "m.tsv")
    assert (one.text, one.code, one.system) == ("肺癌", "C34.9", "ICD10")
    assert (none.text, none.has_target, none.system) == ("怪病", False, "")
