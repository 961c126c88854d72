"""The unit as a witness for a laboratory item; tables in pairs."""

from pathlib import Path

import pytest

from datong.terms.codes import read_rows, read_table, table_of
from datong.terms.normalizer import Normalizer
from datong.terms.starter import starter
from datong.terms.step import decide
from datong.terms.verdict import Verdict

ITEMS = (
    ("6690-2", "白细胞计数", "白细胞|WBC", "10*9/L"),
    ("5821-4", "尿沉渣白细胞", "白细胞|WBC", "/[HPF]"),
    ("2345-7", "葡萄糖", "血糖|GLU", "mmol/L"),
    ("770-8", "中性粒细胞", "NEU%", "%"),
    ("751-8", "中性粒细胞", "NEU#", "10*9/L"),
    ("X", "无单位项目", "", ""),
)
PARTS = ("code", "name", "synonyms", "unit")


@pytest.fixture
def normalizer() -> Normalizer:
    """The starter over a few laboratory items."""
    rows = [dict(zip(PARTS, item, strict=True)) for item in ITEMS]
    return Normalizer(starter(table_of(rows, "LOINC", "2.80")))


@pytest.mark.parametrize(
    ("text", "unit", "verdict", "code"),
    [
        ("白细胞", "", Verdict.ASK, "6690-2"),
        ("白细胞", "×10^9/L", Verdict.ACCEPT, "6690-2"),
        ("白细胞", "个/HP", Verdict.ACCEPT, "5821-4"),
        ("葡萄糖", "mg/dL", Verdict.ACCEPT, "2345-7"),
        ("葡萄糖", "％", Verdict.ABSTAIN, None),
        ("葡萄糖", "没有这个单位", Verdict.ACCEPT, "2345-7"),
        ("葡萄糖", "%|mmol/L", Verdict.ABSTAIN, None),
        ("中性粒细胞", "×10^9/L", Verdict.ACCEPT, "751-8"),
        ("中性粒细胞", "%", Verdict.ACCEPT, "770-8"),
        ("无单位项目", "mmHg", Verdict.ACCEPT, "X"),
    ],
)
def test_a_unit_strikes_what_is_never_measured_so(
    normalizer: Normalizer, text: str, unit: str, verdict: Verdict, code: str | None
) -> None:
    answer = normalizer.normalize([text], [unit])[0]
    assert answer.verdict is verdict
    assert next((one.code for one in answer.concepts), None) == code


def test_an_approval_holds_for_the_units_of_its_concept(
    normalizer: Normalizer,
) -> None:
    normalizer.approve({"白细胞": ["6690-2"]})
    blood, urine = normalizer.normalize(["白细胞"] * 2, ["/uL", "/HP"])
    assert (blood.approved, blood.concepts[0].code) == (True, "6690-2")
    assert (urine.verdict, urine.concepts[0].code) == (Verdict.ASK, "5821-4")
    normalizer.approve({urine.asked: ["5821-4"]})
    blood, urine = normalizer.normalize(["白细胞"] * 2, ["/uL", "/HP"])
    assert (urine.verdict, urine.text) == (Verdict.ACCEPT, "白细胞")
    assert [blood.concepts[0].code, urine.concepts[0].code] == ["6690-2", "5821-4"]


def test_the_step_says_which_unit_spoke(normalizer: Normalizer) -> None:
    rows = decide(["葡萄糖", "葡萄糖"], normalizer, None, ["%", None]).to_pylist()
    assert (rows[0]["unit"], rows[1]["unit"]) == ("%", None)
    assert "葡萄糖 is not measured in %" in rows[0]["reason"]
    assert "不以 % 计量" in rows[0]["reason_zh"]
    assert rows[1]["decision"] == "accept"


def test_a_table_in_pairs_is_split_at_its_code(tmp_path: Path) -> None:
    place = tmp_path / "icd.dat"
    lines = "# 编码 名称\nA01.000x003 +G01* 伤寒 脑膜炎\n00.0100 治疗性超声 \n\n"
    place.write_text(lines, "utf-8")
    codes = {c.name: c.code for c in read_table(place).concepts}
    assert codes == {"伤寒 脑膜炎": "A01.000x003 +G01*", "治疗性超声": "00.0100"}
    place.write_text("00.01 00.02\n00.03 -\n00.04\n", "utf-8")
    crossed = {row["source"]: row["target"] for row in read_rows(place)}
    assert crossed == {"00.01": "00.02", "00.03": "", "00.04": ""}
