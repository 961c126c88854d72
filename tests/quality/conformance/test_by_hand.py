"""Records written by hand, not by our generator: each rule of the front page is broken
in the ways that a person breaks it, and what only looks wrong is left alone."""

from collections import Counter
from pathlib import Path

import pyarrow as pa
import pytest

from datong.quality.conformance import conform
from datong.quality.conformance.conform import Options
from datong.standards.generate import valid
from datong.standards.library import load
from datong.standards.narrow import narrow
from datong.standards.shelf import COLUMNS, Shelf

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def card(born: str, end: str = "001") -> str:
    """Make an identity number of Beijing with its check character."""
    body = f"110101{born}{end}"
    left = sum(int(a) * b for a, b in zip(body, WEIGHTS, strict=True)) % 11
    return body + "10X98765432"[left]


ICD10 = """
J18.900 肺炎|I10.x00 高血压|C34.900 肺恶性肿瘤|D48.900 肿瘤|D50.900 贫血
S72.000 骨折|C61.x00 前列腺癌|O80.000 顺产|P59.900 新生儿黄疸|X59.900 外因
Z37.000 单一活产|Z37.100 单一死产|N40.x00 前列腺增生
"""
ICD9 = (
    "51.2300 胆囊切除术 手术|45.2300 结肠镜检查 诊断性操作|38.9300 静脉置管 治疗性操作"
)
MAN = {
    "A12C": "1",
    "A13": "1964-02-29",
    "A14": "59",
    "A20": card("19640229"),
    "B12": "2024-02-28 08:30:00",
    "B15": "2024-03-01 10:00:00",
    "B20": "2",
    "C01C": "J18.900",
    "C02N": "肺炎",
    "C03C": "J18.900",
    "C04N": "肺炎",
    "C24C": "1",
    "B36C": "1",
    "B34C": "1",
    "C14x01C": "51.2300",
    "B33": "2024-03-01",
    "C15x01N": "胆囊切除术",
    "C16x01": "2024-02-29 09:00:00",
}
NONE = [
    *["A16", "A17", "C25", "B37", "B35", "C34C", "C09C", "C10N", "C11", "C12C"],
    *["C13N", "A18x01", "A18x02", "A18x03", "A18x04"],
]
WOMAN = {"A12C": "2", "A20": card("19640229", "002")}
BABY = {"A13": "2024-02-20", "A14": "0", "A16": "8", "A20": card("20240220")}
FED = BABY | {"A17": "3200", "A18x01": "3200"}
LUNG = {"C03C": "C34.900", "C04N": "肺恶性肿瘤"}
BONE = {"C03C": "S72.000", "C04N": "骨折", "C12C": "X59.900", "C13N": "外因"}
PATH = {"C09C": "M81400/3", "C10N": "腺癌", "C11": "7"}
SCOPE = {"C14x01C": "45.2300", "C15x01N": "结肠镜检查"}


def other(code: str, name: str | None, poa: str | None = "1") -> dict[str, str | None]:
    """Write the second of the other diagnoses."""
    return {"C06x02C": code, "C07x02N": name, "C08x02C": poa}


# What must be found, and what is changed in the record of a sound man.
CASES: list[tuple[str, dict[str, str | None]]] = [
    ("", {}),
    (
        "stay-order length-of-stay age-in-years",
        {"B12": "2024-03-02 08:30:00", "C16x01": None},
    ),
    ("", {"B12": "2024-03-01 10:00:00", "B20": "1", "A14": "60", "C16x01": None}),
    ("length-of-stay", {"B20": "3"}),
    (
        "length-of-stay",
        {"B12": "2024-03-01 08:00:00", "B20": "0", "A14": "60", "C16x01": None},
    ),
    (
        "",
        {
            "B12": "2024-02-29 23:59:00",
            "B15": "2024-03-01 00:01:00",
            "B20": "1",
            "A14": "60",
        },
    ),
    ("age-in-years", {"A14": "60"}),  # born on 29 February, admitted on the 28th
    ("", {"B12": "2024-02-29 00:00:00", "A14": "60", "B20": "1"}),
    ("age-not-negative age-in-years", {"A14": "-1"}),
    ("A14/form", {"A14": "59岁"}),
    ("A16/needed", BABY | {"A16": None}),
    ("age-in-days", FED | {"A16": "9"}),
    ("A17/needed A18x01/needed", BABY),
    ("", FED),
    ("birth-weight-range", FED | {"A18x01": "3205"}),
    ("admission-weight-range", FED | {"A17": "3"}),
    ("admission-weight-of-newborn", {"A17": "3200"}),
    ("infant-is-under-one age-in-days", {"A16": "20"}),
    ("A18x01/needed", WOMAN | other("Z37.000", "单一活产")),
    ("", WOMAN | other("Z37.100", "单一死产")),
    ("C09C/needed C10N/needed", LUNG),
    ("", LUNG | PATH),
    ("C11/needed", LUNG | PATH | {"C11": None}),
    ("pathology-is-morphology", LUNG | PATH | {"C09C": "C34.900"}),
    ("C09C/needed C10N/needed", {"C03C": "D48.900", "C04N": "肿瘤"}),
    ("", {"C03C": "D50.900", "C04N": "贫血"}),
    ("", BONE),
    ("C12C/needed", BONE | {"C12C": None}),
    ("C13N/needed", BONE | {"C13N": None}),
    ("cause-is-external", BONE | {"C12C": "I10.x00", "C13N": "高血压"}),
    ("C25/needed", {"C24C": "2"}),
    ("no-allergy-no-drug", {"C25": "青霉素"}),
    ("B37/needed", {"B36C": "2"}),
    ("no-plan-no-purpose", {"B37": "复查"}),
    ("B35/needed", {"B34C": "2"}),
    ("B35/needed", {"B34C": "3"}),
    # A word that stands for nothing does not fill a field that must be filled.
    ("A11/required", {"A11": "NULL"}),
    ("A11/required", {"A11": "--"}),
    ("B35/needed", {"B34C": "2", "B35": "null"}),
    ("B37/needed", {"B36C": "2", "B37": "-"}),
    ("", {"B35": "-"}),  # where nothing is needed it says so
    ("costs-not-negative", {"D11": "-5.00"}),
    ("A15C/form", {"A15C": "张\N{REPLACEMENT CHARACTER}"}),
    ("A15C/form", {"A15C": "张三".encode().decode("latin-1")}),
    ("A15C/form", {"A15C": "锟斤拷"}),
    ("autopsy-of-the-dead", {"B34C": "5"}),
    (
        "card-check",
        {"A20": card("19640229")[:-1] + ("0" if card("19640229")[-1] != "0" else "1")},
    ),
    ("card-birth", {"A20": card("19650101")}),
    ("card-sex", {"A12C": "2"}),  # sexes inverted: the number tells
    ("card-length", {"A20": "12345"}),
    ("sex-of-diagnosis", {"C03C": "O80.000", "C04N": "顺产"}),
    ("sex-of-diagnosis", WOMAN | LUNG | PATH | {"C03C": "C61.x00", "C04N": "前列腺癌"}),
    ("sex-of-other-diagnosis[02]", WOMAN | other("N40.x00", "前列腺增生")),
    ("", other("N40.x00", "前列腺增生")),
    ("age-of-diagnosis", {"C03C": "P59.900", "C04N": "新生儿黄疸"}),
    ("principal-is-no-cause", {"C03C": "X59.900", "C04N": "外因"}),
    ("procedure-in-stay", {"C16x01": "2024-02-27 09:00:00"}),
    ("procedure-in-stay", {"C16x01": "2024-03-02 09:00:00"}),
    ("other-diagnosis-named[02]", other("I10.x00", None)),
    ("other-diagnosis-named[02]", other("I10.x00", "高血压", None)),
    ("coma-days", {"C28": "-1"}),
    ("coma-hours", {"C29": "24"}),
    ("coma-minutes", {"C30": "60"}),
    ("cost-positive cost-sum self-paid", {"D01": "0.00"}),
    ("cost-sum", {"D01": "100.00", "D11": "100.01", "D09": "1.00"}),
    ("self-paid", {"D09": "9999999.00"}),
    ("surgery-parts", {"D20x01": "999999.00"}),
    ("C03C/label=J18.900|高血压", {"C04N": "高血压"}),
    ("C03C/domain", {"C03C": "J99.Z99", "C04N": "某病"}),
    ("C17x01/needed", {"C17x01": None}),
    ("C18x01/needed", {"C18x01": None}),
    ("C21x01C/needed", {"C21x01C": None}),
    ("C22x01C/needed", {"C22x01C": None}),
    ("C23x01/needed", {"C23x01": None}),
    ("", SCOPE | {"C17x01": None, "C21x01C": None, "C22x01C": None, "C23x01": None}),
    ("postcodes", {"A25C": "1000"}),
    ("B33/form", {"B33": "2024-13-01"}),
    ("admission-count", {"A49": "0"}),
    ("A12C/domain", {"A12C": "3"}),
    ("A11/length", {"A11": "阿" * 21}),
    ("", {"A11": "阿卜杜拉·买买提"}),
    ("", {"B21C": "03,04"}),
    ("B21C/domain", {"B21C": "03,ZZ"}),
    ("A11/required", {"A11": "  "}),
]


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    """Hold the few codes that the records use."""
    shelf = Shelf(tmp_path_factory.mktemp("shelf"))
    systems = {"icd10-cn-clinical@2.0": ICD10, "icd9cm3-cn-clinical@3.0": ICD9}
    for name, text in systems.items():
        rows = [line.split() for line in text.replace("\n", "|").split("|") if line]
        full = [(row[0], row[1], "", "".join(row[2:]), "") for row in rows]
        columns = (pa.array(list(c), pa.string()) for c in zip(*full, strict=True))
        shelf.put(name, pa.table(list(columns), COLUMNS), {})
    return shelf


def test_each_rule_finds_what_a_person_breaks_and_nothing_else(shelf: Shelf) -> None:
    profile = narrow(load().profile("frontpage-western-2019"), (), 3)
    (base,) = valid(profile, load(), 1, seed=5).to_pylist()
    repeated = [c for c, item in profile.items.items() if item.repeats]
    blank = dict.fromkeys([*NONE, *repeated])
    rows = [base | blank | MAN | change for _, change in CASES]
    names = list(base)
    table = pa.table({n: pa.array([r[n] for r in rows], pa.string()) for n in names})
    report = conform(table, profile, Options(shelf=shelf))
    wanted = Counter(check for said, _ in CASES for check in said.split())
    # A value that breaks one check may break its length or its name too.
    found = {f.check: f.records for f in report.findings if f.check in wanted}
    assert found == dict(wanted)
    more = {f.check for f in report.findings} - set(wanted)
    lengths = {f"{name}/length" for name in ("A12C", "A14", "C03C")}
    assert more <= lengths | {"C16x01/required"}
    every = {rule.id for rule in profile.rules if not rule.each}
    without = {"born-before-admission", "age-in-days-range", *PARTS}
    assert every - without <= {check.split("[")[0] for check in wanted}


PARTS = {"physiotherapy-part", "antimicrobial-part"}  # as `surgery-parts`


def test_headings_may_be_written_in_many_ways(tmp_path: Path) -> None:
    profile = narrow(load().profile("frontpage-western-2019"), (), 2)
    table = valid(profile, load(), 5)
    options = Options(shelf=Shelf(tmp_path / "shelf"))
    items = profile.data_set.items
    for language in ("zh", "en"):
        heads = []
        for item in items:
            name = item.name.in_(language).replace("（", "(").replace("）", ")")
            numbered = [f"{name}{n}" for n in range(1, len(item.repeats) + 1)]
            heads += numbered or [f" {name.upper()}"]
        order = [c for item in items for c in item.columns]
        renamed = table.select(order).rename_columns(heads)
        assert not conform(renamed, profile, options).findings, language
    pinyin = table.select(["A12C", "A21C", "B20"]).rename_columns(["XB", "HY", "SJZY"])
    found = conform(pinyin, profile, options)
    assert {"A12C/presence", "B20/presence"}.isdisjoint(f.check for f in found.findings)


def test_a_name_beside_its_code_is_its_label(tmp_path: Path) -> None:
    profile = narrow(load().profile("frontpage-western-2019"), ("A12C", "A21C"))
    table = pa.table({"性别": ["男", "女"], "性别代码": ["2", "1"], "婚姻": ["1", "2"]})
    report = conform(table, profile, Options(shelf=Shelf(tmp_path / "shelf")))
    told = {f.check: f.repair.en if f.repair else "" for f in report.findings}
    assert set(told) == {"A12C/label=2|男", "A12C/label=1|女"}
    assert "1→2" in told["A12C/label=2|男"]


def test_storage_types_are_no_faults_of_values(tmp_path: Path) -> None:
    fields = ("A12C", "A13", "A14", "B12", "B15", "D01")
    profile = narrow(load().profile("frontpage-western-2019"), fields)
    made = valid(profile, load(), 20).to_pandas()
    moments = {c: made[c].astype("datetime64[us]") for c in ("A13", "B12", "B15")}
    numbers = {c: made[c].astype(float) for c in ("A12C", "A14", "D01")}
    report = conform(
        made.assign(**moments, **numbers), profile, Options(shelf=Shelf(tmp_path))
    )
    assert [f.check for f in report.findings] == ["A12C/type"]


def test_values_that_are_only_written_otherwise_are_rewritten(tmp_path: Path) -> None:
    profile = narrow(load().profile("frontpage-western-2019"), ("A12C", "A14", "B12"))
    table = pa.table(
        {
            "A12C": ["１", "男", "1.0", "1"],
            "A14": ["５６", "7.0", "8岁", "9"],
            "B12": [
                "2024/3/1 8:00",
                "20240301 080000",
                "2024年3月1日",
                "2024-03-01 08:00:00",
            ],
        }
    )
    report = conform(table, profile, Options(shelf=Shelf(tmp_path)))
    todo = {repair.say.en for repair in report.repairs}
    assert {f"Recode A12C (sex): {v} → 1" for v in ("１", "男", "1.0")} <= todo
    assert "Write A14 as N..3,0 (age (years)): 2 records can be read" in todo
    assert "Write B12 as DT19 (admission date and time): 2 records can be read" in todo


def test_sexes_that_are_exchanged_are_one_recoding(tmp_path: Path) -> None:
    """Without labels the identity number tells; a few wrong records are no pattern."""
    profile = narrow(load().profile("frontpage-western-2019"), ["A12C", "A20"])
    options = Options(shelf=Shelf(tmp_path))
    men = [{"A12C": "1", "A20": card("19640229", f"{n:02}1")} for n in range(20)]
    women = [{"A12C": "2", "A20": card("19640229", f"{n:02}2")} for n in range(30)]
    right = [*men, *women]
    wrong = [row | {"A12C": "21"[int(row["A12C"]) - 1]} for row in right]
    advised = "Exchange 1 and 2 of A12C (sex): they seem to be swapped"
    report = conform(pa.Table.from_pylist(wrong), profile, options)
    (repair,) = report.repairs
    assert (repair.say.en, repair.records) == (advised, 50)
    some = conform(pa.Table.from_pylist([*wrong[:8], *right[8:]]), profile, options)
    assert [one.kind for one in some.repairs] == ["correct"]
