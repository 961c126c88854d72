"""Conformance: valid data pass, every broken rule is caught, and a repair is named."""

import csv
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pc
import pyarrow.parquet as pq
import pytest

from datong.core.reason import Trouble
from datong.core.say import Say
from datong.quality.conformance import Report, conform
from datong.quality.conformance.conform import Options
from datong.quality.conformance.headings import match
from datong.quality.conformance.labels import folded
from datong.quality.conformance.page import page
from datong.quality.conformance.repair import plan
from datong.quality.conformance.report import Repair
from datong.standards.checks import Component, compile_checks
from datong.standards.generate import boundary, invalid, valid
from datong.standards.importing import keep, read_file, with_traits
from datong.standards.library import load
from datong.standards.model import Profile
from datong.standards.narrow import narrow
from datong.standards.shelf import Shelf

NAMES = ("frontpage-western-2019", "frontpage-tcm-2019")
FIELDS = (
    "A12C",
    "A13",
    "A14",
    "A21C",
    "B11C",
    "B12",
    "B15",
    "B20",
    "B34C",
    "C34C",
    "D01",
    "D09",
    "A11",
    "A48",
    "A46C",
)


@pytest.fixture(scope="module", params=NAMES)
def profile(request: pytest.FixtureRequest) -> Profile:
    return narrow(load().profile(request.param), (), 2)


@pytest.fixture(scope="module")
def small() -> Profile:
    return narrow(load().profile(NAMES[0]), FIELDS)


@pytest.fixture
def bare(tmp_path: Path) -> Options:
    return Options(shelf=Shelf(tmp_path / "shelf"))


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory, real_data: Path) -> Shelf:
    shelf = Shelf(tmp_path_factory.mktemp("shelf"))
    codes = real_data / "codes"
    file = codes / "ICD9CM3国临版v3.0.dat"
    reading = read_file(file)
    traits = read_file(codes / "国临版手术操作分类.dat")
    table = with_traits(reading, traits).table
    shelf.put("icd9cm3-cn-clinical@3.0", table, {})
    file = codes / "ICD10国临版v2.0.dat"
    keep(read_file(file), "icd10-cn-clinical@2.0", shelf, file)
    return shelf


def broken(report: Report) -> set[str]:
    """Name the checks that were broken."""
    return {finding.check for finding in report.findings}


def changed(table: pa.Table, column: str, values: list[str | None]) -> pa.Table:
    """Replace the first values of a column."""
    old = table[column].to_pylist()
    new = pa.array([*values, *old[len(values) :]], pa.string())
    return table.set_column(table.column_names.index(column), column, new)


def test_valid_records_pass_every_check(profile: Profile, bare: Options) -> None:
    report = conform(valid(profile, load(), 300, seed=7), profile, bare)
    assert broken(report) == set()
    assert report.score == 100
    assert report.conforms
    assert report.checks > 300 * 100


def test_records_on_the_edge_pass(profile: Profile, bare: Options) -> None:
    made = boundary(profile, load())
    assert made.num_rows > 50
    assert broken(conform(made, profile, bare)) == set()


def test_every_wrong_record_is_caught_by_its_check(
    profile: Profile, bare: Options
) -> None:
    made = invalid(profile, load())
    asked = made["_check"].to_pylist()
    checks = compile_checks(profile, load(), profile.items)
    assert len(asked) == len(checks.row) + sum(map(len, checks.value.values()))
    assert set(asked) <= broken(conform(made.drop_columns(["_check"]), profile, bare))


def test_with_code_tables_classes_and_labels_are_checked(shelf: Shelf) -> None:
    profile = narrow(load().profile(NAMES[0]), (), 1)
    systems = ("icd10", "icd9")
    options = Options(shelf=shelf)
    table = valid(profile, load(), 100)
    assert broken(conform(table, profile, options)) == set()
    made = invalid(profile, load(), systems)
    asked = set(made["_check"].to_pylist())
    assert {"C17x01/needed", "C03C/domain"} <= asked
    assert asked <= broken(conform(made.drop_columns(["_check"]), profile, options))
    renamed = changed(table, "C04N", ["肺炎球菌肺炎"])
    report = conform(renamed, profile, options)
    assert [f.component for f in report.findings] == [Component.LABELS]


def test_findings_say_where_what_and_how_to_mend(small: Profile, bare: Options) -> None:
    table = changed(valid(small, load(), 50), "A21C", ["20", "20", "30", "x"])
    report = conform(table, small, bare)
    found = next(f for f in report.findings if f.check == "A21C/domain")
    assert found.records == 4
    assert found.rows == (1, 2, 3, 4)
    assert found.examples == {"20": 2, "30": 1, "x": 1}
    assert found.repair
    told = {repair.say.en: repair for repair in report.repairs}
    assert any("20 → 2" in text for text in told) or any(
        "GB/T 2261.2" in t for t in told
    )
    assert report.hours > 0
    assert report.score < 100


def test_codes_of_another_list_are_told_by_the_edition(
    small: Profile, bare: Options
) -> None:
    table = changed(valid(small, load(), 50), "A46C", ["11", "21"])
    report = conform(table, small, bare)
    found = next(f for f in report.findings if f.component is Component.EDITION)
    assert found.check == "A46C/edition=T/RC032"
    assert found.records == 2
    assert report.components[Component.EDITION].share < 1


@pytest.mark.parametrize(
    "line", ["A21C,3,离婚", "B11C,1,门诊", "A21C,4,丧偶", "B34C,5,医嘱离院"]
)
def test_a_code_book_shows_inverted_meanings(
    small: Profile, tmp_path: Path, line: str
) -> None:
    report = conform(valid(small, load(), 60), small, with_book(tmp_path, line))
    (found,) = (f for f in report.findings if f.component is Component.LABELS)
    assert found.severity == "error"
    assert any(repair.kind == "recode" for repair in report.repairs)


@pytest.mark.parametrize("line", ["A12C,1,男性", "A12C,1,1 - 男", "A12C,２,女"])
def test_another_way_of_writing_a_label_is_no_finding(
    small: Profile, tmp_path: Path, line: str
) -> None:
    report = conform(valid(small, load(), 60), small, with_book(tmp_path, line))
    assert broken(report) == set()


def with_book(folder: Path, line: str) -> Options:
    """Write a code book of one line."""
    book = folder / "book.csv"
    book.write_text(f"field,code,label\n{line}\n", encoding="utf-8")
    return Options(codebook=book, shelf=Shelf(folder / "shelf"))


def test_a_label_beside_a_code_is_compared(small: Profile, bare: Options) -> None:
    table = valid(small, load(), 20)
    names = {"1": "未婚", "2": "已婚", "3": "离婚", "4": "丧偶", "9": "其他"}
    labels = [names[code] for code in table["A21C"].to_pylist()]
    report = conform(table.append_column("A21C_name", [labels]), small, bare)
    wrong = {f.check.partition("=")[2][:1] for f in report.findings}
    assert wrong == set(table["A21C"].to_pylist()) & {"3", "4"}


def test_an_absent_field_is_mapped_or_collected(small: Profile, bare: Options) -> None:
    table = valid(small, load(), 10)
    table = table.rename_columns(
        [
            "入院途径" if n == "B11C" else "婚姻情况" if n == "A21C" else n
            for n in table.column_names
        ]
    ).drop_columns(["B34C"])
    report = conform(table, small, bare)
    assert "B11C/presence" not in broken(report)  # found by its Chinese name
    kinds = {r.item: r.kind for r in report.repairs}
    assert kinds["A21C"] == "map"
    assert kinds["B34C"] == "collect"
    assert any("B34C" in silent.why.en for silent in report.silent)


def test_lost_zeros_are_seen_and_mended(bare: Options) -> None:
    profile = narrow(load().profile(NAMES[0]), ("B13C", "A48"))
    table = changed(valid(profile, load(), 10), "B13C", ["301"])
    report = conform(table, profile, bare)
    assert any("301 → 0301" in repair.say.en for repair in report.repairs)


def test_numbers_in_place_of_codes_are_told(small: Profile, bare: Options) -> None:
    table = valid(small, load(), 10)
    place = table.column_names.index("A48")
    numbers = table["A48"].cast(pa.int64())
    report = conform(table.set_column(place, "A48", numbers), small, bare)
    assert "A48/type" in broken(report)


def test_sensitive_values_are_shown_as_shapes_only(
    small: Profile, bare: Options
) -> None:
    long = "张三丰" * 20 + "13800001111"
    report = conform(changed(valid(small, load(), 10), "A11", [long]), small, bare)
    told = str(report.as_json()) + page(report)
    assert "张三丰" not in told
    assert "13800001111" not in told
    assert "A11/length" in broken(report)


@pytest.mark.parametrize("end", ["csv", "parquet", "gb.csv", "db"])
def test_every_kind_of_table_gives_the_same_report(
    small: Profile, tmp_path: Path, bare: Options, end: str
) -> None:
    table = changed(valid(small, load(), 30), "A21C", ["7", None])
    place = tmp_path / f"t.{end}"
    if end == "parquet":
        pq.write_table(table, place)
    elif end == "db":
        import sqlalchemy as sa  # noqa: PLC0415 - this case only

        engine = sa.create_engine(f"sqlite:///{place}")
        table.to_pandas().to_sql("t", engine, index=False)
        engine.dispose()
    else:
        pc.write_csv(table, place)
    if end == "gb.csv":
        place.write_bytes(place.read_text("utf-8").encode("gb18030"))
    given = f"sqlite:///{place}::t" if end == "db" else str(place)
    report = conform(given, small, bare)
    assert broken(report) == {"A21C/domain", "A21C/required"}
    assert report.rows == 30


def test_broken_utf8_is_told_with_its_line_and_utf16_is_read(
    small: Profile, bare: Options, tmp_path: Path
) -> None:
    table = valid(small, load(), 5)
    place = tmp_path / "page.csv"
    pc.write_csv(table, place)
    text = place.read_bytes().decode("utf-8")
    lines = text.splitlines()
    broken = [line.encode() for line in lines]
    broken[3] = broken[3].replace("·".encode(), b"\xc2", 1) + b"\xe5\xbc"
    place.write_bytes(b"\n".join([*broken, *[line.encode() for line in lines[1:]] * 9]))
    with pytest.raises(Trouble, match="line 4 is broken UTF-8"):
        conform(place, small, bare)
    place.write_bytes(text.encode("utf-16"))
    assert not conform(place, small, bare).findings


def test_two_columns_of_one_name_are_refused_and_nameless_ones_left_out(
    small: Profile, bare: Options, tmp_path: Path
) -> None:
    table = valid(small, load(), 3)
    twice = table.append_column("A12C", table["A12C"])
    with pytest.raises(Trouble, match="A12C is there 2 times"):
        conform(twice, small, bare)
    place = tmp_path / "page.csv"
    pc.write_csv(twice, place)
    with pytest.raises(Trouble, match="A12C is there 2 times"):
        conform(place, small, bare)
    nameless = table.append_column("", table["A12C"]).append_column("", table["A11"])
    assert not conform(nameless, small, bare).findings


@pytest.mark.parametrize(
    ("heading", "column"),
    [
        ("婚姻状况", "A21C"),  # the name of the value set
        ("婚姻状况代码", "A21C"),
        ("总费用", "D01"),  # the end of the name
        ("自付金额", "D09"),
        ("途径", None),  # too short
        ("诊断编码", None),  # the end of several names
    ],
)
def test_a_heading_may_name_the_value_set_or_end_a_name(
    heading: str, column: str | None
) -> None:
    found = match([heading], load().profile(NAMES[0]), {})
    assert found == ({column: heading} if column else {})


def test_data_frames_are_tables_too(small: Profile, bare: Options) -> None:
    frame = valid(small, load(), 10).to_pandas()
    assert conform(frame, small, bare).conforms


def test_a_big_table_is_counted_the_same_by_both_ways(
    small: Profile, bare: Options
) -> None:
    table = valid(small, load(), 3_000)
    unique = [
        f"2024-01-{1 + i % 28:02d} {i // 3600 % 24:02d}:{i // 60 % 60:02d}:{i % 60:02d}"
        for i in range(3_000)
    ]
    broken_one = ["2024-02-30 00:00:00", *unique[1:]]
    place = table.column_names.index("B15")
    table = table.set_column(place, "B15", pa.array(broken_one))
    report = conform(table, small, bare)
    form = next(f for f in report.findings if f.check == "B15/form")
    assert (form.records, form.rows) == (1, (1,))


@pytest.mark.parametrize("name", ["absent.csv", "x.bin", "empty.csv"])
def test_what_is_no_table_is_refused(
    small: Profile, tmp_path: Path, bare: Options, name: str
) -> None:
    if name != "absent.csv":
        (tmp_path / name).write_bytes(b"")
    with pytest.raises(Trouble, match="CONFORM-"):
        conform(str(tmp_path / name), small, bare)


def test_a_table_without_a_known_column_is_refused(
    small: Profile, bare: Options
) -> None:
    with pytest.raises(Trouble, match="CONFORM-NO-COLUMNS"):
        conform(pa.table({"x": ["1"]}), small, bare)


def test_a_broken_code_book_is_refused(
    small: Profile, tmp_path: Path, bare: Options
) -> None:
    book = tmp_path / "book.csv"
    book.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(Trouble, match="CONFORM-CODEBOOK"):
        conform(valid(small, load(), 5), small, Options(book, shelf=bare.shelf))


def test_the_page_stands_alone_and_speaks_both_languages(
    small: Profile, bare: Options
) -> None:
    report = conform(changed(valid(small, load(), 10), "A21C", ["7"]), small, bare)
    html = page(report)
    assert "://" not in html
    assert "<svg" in html
    assert "lang=zh" in html
    assert "lang=en" in html
    assert f"{report.score:.1f}" in html


def test_the_cheapest_repairs_are_found_exactly() -> None:
    def one(name: str, hours: float, *units: str) -> Repair:
        return Repair("map", name, Say(name, name), hours, 0, frozenset(units))

    every = [
        one("a", 1, "x"),
        one("b", 1, "y"),
        one("c", 1, "z"),
        one("all", 2, "x", "y", "z"),
    ]
    chosen, exact = plan(every, {"x": 1, "y": 1, "z": 1})
    assert [repair.item for repair in chosen] == ["all"]
    assert exact
    assert chosen[0].gains == 3
    many = [one(f"r{i}", 1, f"u{i}", "shared") for i in range(30)]
    chosen, exact = plan(many, {f"u{i}": 1 for i in range(30)} | {"shared": 1})
    assert len(chosen) == 30
    assert not exact


@pytest.mark.parametrize(
    ("a", "b"),
    [("A型", "A"), ("Rh（阴性）", "RH阴"), ("１ - 男", "男性"), ("浙江省", "浙江")],
)
def test_ways_of_writing_a_label_agree(a: str, b: str) -> None:
    assert folded(a) == folded(b)


def test_the_command_tells_and_leaves_with_one(tmp_path: Path, small: Profile) -> None:
    from click.testing import CliRunner  # noqa: PLC0415 - the door, tried last

    from datong.serve.cli import main  # noqa: PLC0415

    place = tmp_path / "t.csv"
    table = changed(valid(small, load(), 10), "A21C", ["7"])
    with place.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.writer(opened)
        writer.writerow(table.column_names)
        writer.writerows(zip(*(c.to_pylist() for c in table.columns), strict=True))
    asked = ["conform", str(place), "--profile", NAMES[0]]
    html = tmp_path / "r.html"
    run = CliRunner().invoke(
        main, [*asked, "--html", str(html)], env={"DATONG_LANG": "zh"}
    )
    assert run.exit_code == 1
    assert "婚姻" in run.output
    assert html.exists()
    run = CliRunner().invoke(main, [*asked, "--json"])
    assert '"score"' in run.output
    bad = CliRunner().invoke(main, ["conform", str(place), "--profile", "no"])
    assert bad.exit_code == 1
    assert "STANDARD-UNKNOWN" in bad.output
