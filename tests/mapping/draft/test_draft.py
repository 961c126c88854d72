"""Sources that nobody has seen: drafted, then run as they are drafted."""

import csv
import random
from pathlib import Path

import pytest

from bench.unknown import HELD, SCHEMES, judge, make
from datong.run.draft import as_plain, draft_folder
from datong.run.project import Project
from datong.run.scan import scanned
from datong.sample import build

SETTINGS = """
[project]
name = "unknown"
[[organization]]
id = "H9"
folder = "silo"
mappings = "mappings"
"""


@pytest.fixture(scope="module")
def invented(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A region that sources are made of."""
    folder = tmp_path_factory.mktemp("region") / "r"
    build(folder, 120, 6, 5)
    return folder


@pytest.mark.parametrize("scheme", ["chinese", "held pinyin prefixed", "english upper"])
def test_a_drafted_source_runs_and_every_row_is_accounted_for(
    invented: Path, tmp_path: Path, scheme: str
) -> None:
    seed = random.SystemRandom().randrange(10**6)
    source = make(invented, tmp_path / "silo", scheme, seed)
    drafted = draft_folder(tmp_path / "silo", tmp_path / "mappings")
    found = judge(source, as_plain(drafted))
    least = 0.65 if scheme in HELD else 0.9  # one source, not the mean
    assert found["tables_1"] >= 0.9 * found["tables"], seed
    assert found["columns_1"] >= least * found["columns"], seed
    (tmp_path / "datong.toml").write_text(SETTINGS, encoding="utf-8")
    report = Project(tmp_path).run()
    mapped = sum(
        int(str(line["read"]))
        for line in report.ledger
        if str(line["step"]).startswith("map:")
    )
    assert mapped == sum(source.rows.values()), seed
    assert report.records > 0


def test_all_schemes_have_words() -> None:
    assert {words for words, _ in {**SCHEMES, **HELD}.values()} == {
        "zh",
        "en",
        "zh_held",
        "en_held",
    }


def write(folder: Path, name: str, rows: list[list[str]]) -> None:
    """Write a CSV."""
    folder.mkdir(exist_ok=True)
    with (folder / name).open("w", encoding="utf-8", newline="") as opened:
        csv.writer(opened).writerows(rows)


def test_the_source_is_asked_what_only_its_owner_knows(tmp_path: Path) -> None:
    head = ["患者编号", "检验项目", "结果", "状态", "采样时间"]
    rows = [
        [
            f"P{n:05}",
            "血红蛋白",
            str(120 + n),
            "已作废" if n == 3 else "已审核",
            f"0{n % 9 + 1}/0{n % 7 + 1}/2024",
        ]
        for n in range(40)
    ]
    write(tmp_path, "结果.csv", [head, *rows])
    (one,) = draft_folder(tmp_path).drafts
    assert one.kind == "lab_result"
    asked = {(b.code, b.column) for b in one.blockers}
    assert asked >= {
        ("delivery", ""),
        ("zone", ""),
        ("cancelled", "状态"),
        ("unit", "结果"),
        ("day-month", "采样时间"),
    }


def test_what_fits_nothing_is_left_open(tmp_path: Path) -> None:
    rows = [[f"x{n}", str(n * 7919 % 101), "k"] for n in range(50)]
    write(tmp_path, "zzz.csv", [["qqq", "www", "eee"], *rows])
    (one,) = draft_folder(tmp_path).drafts
    assert one.kind == ""
    assert not any(s.field for s in one.suggestions)


def test_the_name_of_a_table_alone_says_nothing(tmp_path: Path) -> None:
    rows = [["a", "b"], *([str(n), f"甲{n}"] for n in range(1, 9))]
    write(tmp_path, "字典.csv", rows)
    (one,) = draft_folder(tmp_path).drafts
    assert (one.kind, one.confidence) == ("", 0.0)
    assert not any(suggestion.field for suggestion in one.suggestions)


def folder_of(root: Path, tables: dict[str, list[str]]) -> Path:
    """Write tables, a list of lines each."""
    for name, lines in tables.items():
        (root / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return root


def test_the_number_of_a_lone_file_is_in_its_name(tmp_path: Path) -> None:
    lines = ["PAT_ID,SEX_CD", "p01,M", "p02,F"]
    tables = dict.fromkeys(("T_PAT_01", "lab_1", "lab_2", "visit_202401"), lines)
    tables |= {"lab_1": ["a,b", "1,2"], "lab_2": ["a,b", "3,4"]}
    with scanned(folder_of(tmp_path, tables)) as scan:
        assert [one.name for one in scan.tables] == ["T_PAT_01", "lab", "visit"]


def test_a_table_of_stays_called_patient_is_of_visits(tmp_path: Path) -> None:
    """As an intensive care database has it: a row for each stay, the person in it."""
    stays = [(f"s{n:04}", f"p{n // 2:04}") for n in range(60)]
    day = "2024-03-{:02} 08:00:00".format
    patient = ["stayid,personid,gender,admittime,dischargetime"]
    patient += [f"{s},{p},Male,{day(n % 9 + 1)},{day(n % 9 + 11)}" for n, (s, p) in
                enumerate(stays)]  # fmt: skip
    lab = ["stayid,personid,labname,labresult,labtime"]
    lab += [f"{s},{p},sodium,{130 + n % 20},{day(n % 9 + 2)}" for n, (s, p) in
            enumerate(stays * 2)]  # fmt: skip
    vital = [line.replace("lab", "vital").replace("sodium", "pulse") for line in lab]
    tables = {"patient": patient, "lab": lab, "vitalsigns": vital}
    drafted = draft_folder(folder_of(tmp_path, tables))
    kinds = {one.table.name: one.kind for one in drafted.drafts}
    assert kinds["patient"] == "encounter"


def test_dates_in_pieces_become_one_time(tmp_path: Path) -> None:
    head = ["病历号", "诊断编码", "诊断名称", "诊断年", "诊断月", "诊断日"]
    rows = [
        [f"P{n:05}", "I10", "高血压病", "2024", str(n % 12 + 1), str(n % 28 + 1)]
        for n in range(60)
    ]
    write(tmp_path, "诊断.csv", [head, *rows])
    drafted = draft_folder(tmp_path, tmp_path / "mappings")
    fields = {s.column: s.field for s in drafted.drafts[0].suggestions}
    assert fields["诊断年"] == fields["诊断月"] == fields["诊断日"] == "time"
    assert "concat_ws('-'" in (tmp_path / "mappings" / "诊断.toml").read_text("utf-8")


def test_a_wide_table_gives_one_record_for_each_measure(tmp_path: Path) -> None:
    head = ["病历号", "测量时间", "体温", "脉搏", "收缩压", "舒张压"]
    rows = [
        [f"P{n:05}", f"2024-01-01 08:{n % 60:02}:00", "36.5", "80", "120", "80"]
        for n in range(60)
    ]
    write(tmp_path, "体温单.csv", [head, *rows])
    drafted = draft_folder(tmp_path, tmp_path / "mappings")
    text = (tmp_path / "mappings" / "体温单.toml").read_text("utf-8")
    assert drafted.drafts[0].kind == "vital_sign"
    assert text.count("kind = 'vital_sign'") == 4


def test_a_scan_shows_no_personal_values(tmp_path: Path) -> None:
    head = ["姓名", "性别", "身份证号"]
    rows = [[f"张{chr(0x4E00 + n)}", "男", f"11010119800101{n:04}"] for n in range(50)]
    write(tmp_path, "病人.csv", [head, *rows])
    from datong.run.scan import as_plain as scanned_plain  # noqa: PLC0415 - two of one name

    with scanned(tmp_path) as found:
        told = str(scanned_plain(found))
    assert "'男'" in told
    assert "张" not in told
    assert "110101" not in told


def test_visits_without_a_number_are_numbered_by_their_grain(tmp_path: Path) -> None:
    head = ["患者编号", "就诊类别", "就诊时间", "离院时间"]
    rows = [
        [f"P{n % 30:04}", "门诊", f"2024-01-{n % 28 + 1:02} 08:00:00", ""]
        for n in range(60)
    ]
    write(tmp_path / "silo", "就诊记录.csv", [head, *rows])
    draft_folder(tmp_path / "silo", tmp_path / "mappings")
    (tmp_path / "datong.toml").write_text(SETTINGS, encoding="utf-8")
    report = Project(tmp_path).run()
    assert report.records == 60
    assert not report.rejects


def test_items_are_joined_to_their_head_which_names_the_patient(tmp_path: Path) -> None:
    """Results without a patient are found through the request that they belong to."""
    heads = [["申请单号", "病历号", "性别", "申请时间"]]
    heads += [
        [f"SQ{n:06}", f"P{n % 40:05}", "男", f"2024-01-{n % 28 + 1:02} 08:00:00"]
        for n in range(80)
    ]
    items = [["申请单号", "项目名称", "结果", "单位", "采样时间"]]
    items += [
        [f"SQ{n % 80:06}", "白细胞计数", f"{4 + n / 100}", "10^9/L", "2024-01-02 09:00"]
        for n in range(240)
    ]
    write(tmp_path / "silo", "申请.csv", heads)
    write(tmp_path / "silo", "检验结果.csv", items)
    told = as_plain(draft_folder(tmp_path / "silo"))
    joins = told["joins"]
    assert isinstance(joins, list)
    assert {
        "table": "检验结果",
        "column": "申请单号",
        "to_table": "申请",
        "to_column": "申请单号",
        "share": 1.0,
        "person": "病历号",
    }.items() <= joins[0].items()
    assert len(joins) == 1
    asked = [b for b in told["blockers"] if b["code"] == "person"]  # type: ignore[attr-defined]  # plain values
    assert "病历号" in asked[0]["ask"]
    values = {s["column"]: s["values"] for s in told["suggestions"]}  # type: ignore[attr-defined]  # plain values
    assert values["性别"] == {"男": "1"}
    draft_folder(tmp_path / "silo", tmp_path / "mappings")
    (tmp_path / "datong.toml").write_text(SETTINGS, encoding="utf-8")
    report = Project(tmp_path).run()
    assert not report.rejects
    with Project(tmp_path).read() as reader:
        sql = "select count(*), count(distinct person) from records.lab_result"
        (counted,) = reader.query(sql).to_pylist()
    assert list(counted.values()) == [240, 40]
