"""Importers: every row is accounted for, and nothing is lost in silence."""

import json
from pathlib import Path

import pytest
from pyarrow import parquet as pq

from datong.core.reason import Trouble
from datong.standards.changelist import read_changes
from datong.standards.importing import keep, layouts, read_file, with_traits
from datong.standards.shelf import Shelf


def test_every_layout_is_whole() -> None:
    for name, module in layouts().items():
        assert name == module.NAME
        assert module.SAYS.en
        assert module.SAYS.zh
        assert callable(module.fits)
        assert callable(module.read)


def test_every_table_of_the_shared_data_is_accounted_for(real_data: Path) -> None:
    for place in sorted((real_data / "codes").glob("*.dat")):
        entry = read_file(place).entry
        parts = (entry.kept, entry.rejected, entry.merged, entry.framing)
        assert entry.read == sum(parts), place.name
        assert entry.kept, place.name


def test_a_code_with_two_labels_is_a_loss(tmp_path: Path) -> None:
    place = tmp_path / "x.dat"
    place.write_text(
        "A00.1 霍乱\nA00.1 伤寒\nA00.2 痢疾\nA00.2 痢疾\n", encoding="utf-8"
    )
    reading = read_file(place)
    assert (reading.entry.kept, reading.entry.rejected, reading.entry.merged) == (
        2,
        1,
        1,
    )
    shelf = Shelf(tmp_path / "shelf")
    with pytest.raises(Trouble, match="IMPORT-LOSS"):
        keep(reading, "x@1", shelf, place)
    keep(reading, "x@1", shelf, place, accept=True)
    assert shelf.names() == ["x@1"]
    assert shelf.manifest("x@1")["losses"]


def test_gb18030_is_read_and_headings_are_framing(tmp_path: Path) -> None:
    place = tmp_path / "x.csv"
    place.write_bytes("编码,名称,类别\n00.01,头部超声,治疗性操作\n".encode("gb18030"))
    reading = read_file(place)
    assert reading.table.to_pylist()[0]["trait"] == "治疗性操作"
    assert reading.entry.framing == 1


def test_lost_zeros_and_points_are_told(tmp_path: Path) -> None:
    place = tmp_path / "x.csv"
    place.write_text("代码,名称\n01,甲\n02,乙\n3,丙\n4.0,丁\n", encoding="utf-8")
    losses = read_file(place).losses
    assert [loss.count for loss in losses] == [2]
    assert "zeros" in losses[0].say.en


def test_full_width_codes_are_narrowed(tmp_path: Path) -> None:
    place = tmp_path / "x.csv"
    place.write_text("代码,名称\n０１,甲\n", encoding="utf-8")
    assert read_file(place).table["code"].to_pylist() == ["01"]


def test_a_table_without_headings_is_refused(tmp_path: Path) -> None:
    place = tmp_path / "x.csv"
    place.write_text("甲,乙\n1,2\n", encoding="utf-8")
    with pytest.raises(Trouble, match="IMPORT-UNREADABLE"):
        read_file(place)


@pytest.mark.parametrize("name", ["x.bin", "absent.dat"])
def test_what_no_layout_takes_is_refused(tmp_path: Path, name: str) -> None:
    if name == "x.bin":
        (tmp_path / name).write_bytes(b"\0\1")
    with pytest.raises(Trouble, match="IMPORT-UNREADABLE"):
        read_file(tmp_path / name)


def test_fhir_code_systems_keep_their_tree_and_tell_what_is_missing(
    tmp_path: Path,
) -> None:
    tree = {"code": "A", "display": "a", "concept": [{"code": "A1", "display": "b"}]}
    resource = {"resourceType": "CodeSystem", "count": 5, "concept": [tree]}
    place = tmp_path / "x.json"
    place.write_text(json.dumps(resource), encoding="utf-8")
    reading = read_file(place)
    assert reading.table["parent"].to_pylist() == ["", "A"]
    assert reading.losses[0].count == 3


def test_fhir_maps_and_omop_maps_are_crosswalks(tmp_path: Path) -> None:
    element = {"code": "1", "target": [{"code": "x"}, {"code": "y"}]}
    resource = {"resourceType": "ConceptMap", "group": [{"element": [element]}]}
    one, two = tmp_path / "x.json", tmp_path / "y.csv"
    one.write_text(json.dumps(resource), encoding="utf-8")
    head = "source_code,source_concept_id,target_concept_id\n"
    two.write_text(head + "A,0,8507\n", encoding="utf-8")
    assert read_file(one).table.num_rows == 2
    assert read_file(two).table.to_pylist() == [{"source": "A", "target": "8507"}]


LOINC = "LOINC_NUM,COMPONENT,CLASS,STATUS,SHORTNAME,LONG_COMMON_NAME,DisplayName\n"


@pytest.mark.parametrize(
    ("text", "lost"),
    [
        ("代码,名称,类别\nA1,甲,手术\nA1,甲,诊断\n", "with another parent, class"),
        ("代码,名称\nA1,甲\n,乙\n", "1 rows have no code"),
        ("代码,名称\nA1,甲\n共 3 条,\n", "3 rows were declared, 2 fewer"),
        ("疾病代码表（共3条）,\n代码,名称\nA1,甲\n", "3 rows were declared, 2 fewer"),
    ],
)
def test_no_row_is_lost_in_silence(tmp_path: Path, text: str, lost: str) -> None:
    place = tmp_path / "x.csv"
    place.write_text(text, encoding="utf-8")
    reading = read_file(place)
    assert [lost in one.say.en for one in reading.losses] == [True]
    with pytest.raises(Trouble, match="IMPORT-LOSS"):
        keep(reading, "x@1", Shelf(tmp_path / "shelf"), place)


def test_a_list_that_says_how_long_it_is(tmp_path: Path) -> None:
    place = tmp_path / "x.csv"
    place.write_text("代码,名称\nＡ０１,甲\n合计：1 条,\n", encoding="utf-8")
    reading = read_file(place)
    assert (reading.losses, reading.table["code"].to_pylist()) == ((), ["A01"])


def test_loinc_is_named_by_its_long_name(tmp_path: Path) -> None:
    place = tmp_path / "Loinc.csv"
    row = (
        '"2345-7","Glucose","CHEM","ACTIVE","Glucose","Glucose [Mass/vol]\nin serum",\n'
    )
    place.write_text(LOINC + row, encoding="utf-8")
    (one,) = read_file(place).table.to_pylist()
    assert one["label"].startswith("Glucose [Mass/vol]")
    assert (one["code"], one["trait"], one["status"]) == ("2345-7", "CHEM", "ACTIVE")


def test_full_width_codes_of_a_dat_are_narrowed(tmp_path: Path) -> None:
    place = tmp_path / "x.dat"
    place.write_text("Ａ００.０００ 霍乱（甲）\nA00.001 乙\n", encoding="utf-8")
    table = read_file(place).table
    assert table["code"].to_pylist() == ["A00.000", "A00.001"]
    assert table["label"].to_pylist()[0] == "霍乱（甲）"


def test_a_circle_of_parents_is_refused(tmp_path: Path) -> None:
    place = tmp_path / "x.csv"
    place.write_text("代码,名称,上级\n1,甲,2\n2,乙,1\n", encoding="utf-8")
    with pytest.raises(Trouble, match="STANDARD-CYCLE"):
        keep(read_file(place), "x@1", Shelf(tmp_path / "shelf"), place)


def test_classes_of_procedures_come_from_another_file(real_data: Path) -> None:
    codes = real_data / "codes"
    reading = read_file(codes / "ICD9CM3国临版v3.0.dat")
    traits = read_file(codes / "国临版手术操作分类.dat")
    joined = with_traits(reading, traits).table
    other = with_traits(reading, read_file(codes / "ICD10国临版v2.0.dat"))
    assert other.losses  # classes of codes that are not in the list
    rows = dict(
        zip(joined["code"].to_pylist(), joined["trait"].to_pylist(), strict=True)
    )
    assert rows["51.2300"] == "手术"
    assert rows["45.2300"] == "诊断性操作"


def test_an_absent_table_says_how_to_get_it(tmp_path: Path) -> None:
    with pytest.raises(Trouble, match="datong standards import"):
        Shelf(tmp_path).table("icd10-cn-clinical@2.0")


def test_gnu_health_gives_chinese_names_and_parents(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "locale").mkdir()
    record = (
        '<record model="gnuhealth.pathology" id="{0}"><field name="name">{2}</field>'
        '<field name="code">{1}</field></record>'
    )
    records = record.format("A00", "A00", "Cholera") + record.format(
        "A000", "A00.0", "x"
    )
    place = tmp_path / "data" / "diseases.xml"
    place.write_text(f"<tryton><data>{records}</data></tryton>", encoding="utf-8")
    names = (
        'msgctxt "model:gnuhealth.pathology,name:A00"\nmsgid "Cholera"\nmsgstr "霍乱"\n'
    )
    (tmp_path / "locale" / "zh_CN.po").write_text(names, encoding="utf-8")
    first, second = read_file(place).table.to_pylist()
    assert (first["label"], first["trait"]) == ("霍乱", "Cholera")
    assert (second["label"], second["parent"]) == ("x", "A00")
    place.write_text("<tryton>", encoding="utf-8")
    with pytest.raises(Trouble, match="IMPORT-UNREADABLE"):
        read_file(place)


def test_a_change_list_becomes_typed_changes(tmp_path: Path) -> None:
    place = tmp_path / "变更.csv"
    lines = (
        "变更类型,原编码,原名称,新编码,新名称",
        "停用并入,C16.800x001,胃体癌,C16.801,胃重叠恶性肿瘤",
        "改编码,A1,甲,A2,甲",
        "删除,A3,乙,,",
        "修改类别,00.1,丙,00.1,丙",
        "修改错字,A5,丁,A5,盯",
    )
    place.write_text("\n".join(lines), encoding="utf-8")
    found = read_changes(place)
    assert [c.kind.value for c in found.changes] == [
        "merged into",
        "recoded",
        "code deleted",
        "reclassified",
        "label corrected",
    ]
    assert found.changes[0].replacement == "C16.801"
    place.write_text(f"{lines[0]}\n不明,A1,甲,,", encoding="utf-8")
    with pytest.raises(Trouble, match="IMPORT-LOSS"):
        read_changes(place)


def test_athenas_relationships_are_a_crosswalk(tmp_path: Path) -> None:
    place = tmp_path / "CONCEPT_RELATIONSHIP.csv"
    heads = "concept_id_1\tconcept_id_2\trelationship_id\tinvalid_reason\n"
    rows = "1\t2\tMaps to\t\n1\t3\tIs a\t\n4\t5\tMaps to\tD\n"
    place.write_text(heads + rows, encoding="utf-8")
    reading = read_file(place)
    assert reading.table.to_pylist() == [{"source": "1", "target": "2"}]
    assert (reading.entry.read, reading.entry.silent) == (4, 2)


def test_a_vocabulary_as_athena_writes_it(real_data: Path, tmp_path: Path) -> None:
    concepts = pq.read_table(real_data / "cdm" / "gibleed-omop53" / "concept.parquet")
    concepts = concepts.rename_columns([name.lower() for name in concepts.column_names])
    with (tmp_path / "CONCEPT.csv").open("w", encoding="utf-8") as opened:
        opened.write("\t".join(concepts.column_names) + "\n")
        for row in zip(*(c.to_pylist() for c in concepts.columns), strict=True):
            opened.write("\t".join("" if v is None else str(v) for v in row) + "\n")
    reading = read_file(tmp_path)
    assert reading.entry.read == concepts.num_rows + 1
    assert reading.entry.kept == concepts.num_rows
    (tmp_path / "CONCEPT.csv").write_text("concept_id,concept_name\n", "utf-8")
    with pytest.raises(Trouble, match="IMPORT-UNREADABLE"):
        read_file(tmp_path)


HEAD = "source_code,source_vocabulary_id,target_concept_id,invalid_reason\n"


def test_a_map_to_nothing_and_one_that_holds_no_more_are_no_pairs(
    tmp_path: Path,
) -> None:
    file = tmp_path / "source_to_concept_map.csv"
    file.write_text(HEAD + "A,L,8507,\nB,L,0,\nC,L,8532,D\n", "utf-8")
    reading = read_file(file)
    assert reading.table.to_pylist() == [{"source": "A", "target": "8507"}]
    assert (reading.entry.read, reading.entry.silent) == (4, 2)
    assert not reading.losses
    element = [
        {"code": "1", "target": [{"code": "x", "equivalence": "equal"}]},
        {"code": "2", "target": [{"equivalence": "unmatched"}]},
        {"code": "3", "target": [{"code": "y", "relationship": "not-related-to"}]},
        {"code": "4"},
    ]
    resource = {"resourceType": "ConceptMap", "group": [{"element": element}]}
    (tmp_path / "map.json").write_text(json.dumps(resource), "utf-8")
    mapped = read_file(tmp_path / "map.json")
    assert mapped.table.to_pylist() == [{"source": "1", "target": "x"}]
    assert mapped.entry.silent == 3


def test_codes_of_two_vocabularies_are_not_mixed(tmp_path: Path) -> None:
    file = tmp_path / "source_to_concept_map.csv"
    file.write_text(HEAD + "A,K,8507,\nA,L,8532,\n", "utf-8")
    (lost,) = read_file(file).losses
    assert lost.examples == ("K", "L")


@pytest.mark.parametrize(
    ("resource", "said"),
    [
        ({"resourceType": "CodeSystem", "content": "not-present"}, "part only"),
        (
            {
                "resourceType": "CodeSystem",
                "content": "fragment",
                "concept": [{"code": "1"}],
            },
            "part only",
        ),
        (
            {
                "resourceType": "ValueSet",
                "compose": {
                    "include": [
                        {"system": "a", "concept": [{"code": "1"}]},
                        {"system": "b", "filter": [{"op": "is-a"}]},
                    ]
                },
            },
            "rules or whole systems",
        ),
        (
            {
                "resourceType": "ValueSet",
                "compose": {
                    "include": [{"system": "a", "concept": [{"code": "1"}]}],
                    "exclude": [{"valueSet": ["http-less"]}],
                },
            },
            "- http-less",
        ),
        ({"resourceType": "ValueSet"}, "no code can be read"),
    ],
)
def test_a_resource_that_does_not_hold_its_codes_is_refused(
    tmp_path: Path, resource: dict[str, object], said: str
) -> None:
    file = tmp_path / "resource.json"
    file.write_text(json.dumps(resource), "utf-8")
    with pytest.raises(Trouble, match="IMPORT-LOSS") as refused:
        keep(read_file(file), "x@1", Shelf(tmp_path / "shelf"), file)
    assert said in str(refused.value)


def test_an_empty_list_is_never_kept(tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_text("code,name\n", "utf-8")
    with pytest.raises(Trouble, match="IMPORT-LOSS"):
        keep(read_file(file), "x@1", Shelf(tmp_path / "s"), file, accept=True)


def test_broken_utf8_is_no_gb18030(tmp_path: Path) -> None:
    """Read as GB18030 the list would be whole, and every name another word."""
    file = tmp_path / "list.csv"
    sound = "code,name\n1,肺炎\n3,感冒咳嗽\n".encode()
    file.write_bytes(sound + "2,肺".encode() + b"\xe7\x82\n")
    reading = read_file(file)
    assert reading.table["label"].to_pylist() == ["肺炎", "感冒咳嗽"]
    assert [one.examples for one in reading.losses] == [("2",)]
    file.write_bytes("code,name\n1,肺炎\n".encode("utf-16"))
    assert read_file(file).table["label"].to_pylist() == ["肺炎"]
