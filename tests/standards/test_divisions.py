"""Administrative divisions: at a year, by name, their heirs, cut from addresses."""

from itertools import pairwise

import pyarrow as pa
import pytest

from datong.standards.identifiers.addresses import cut
from datong.standards.identifiers.divisions import LISTS, divisions, stem


@pytest.mark.parametrize(
    ("code", "year", "path"),
    [
        ("330110", None, ("浙江省", "杭州市", "余杭区")),
        ("330125", 1990, ("浙江省", "杭州市", "余杭县")),
        ("330125", 1950, ("浙江省", "杭州市", "余杭县")),  # the list begins in 1984
        ("330125", None, ()),
        ("310104", None, ("上海市", "徐汇区")),  # no 市辖区 in between
        ("469021", None, ("海南省", "定安县")),
        ("510223", 1990, ("四川省", "重庆市", "綦江县")),
        ("310000", None, ("上海市",)),
        ("999999", None, ()),
    ],
)
def test_path_is_that_of_the_year(
    code: str, year: int | None, path: tuple[str, ...]
) -> None:
    """A code names other places in other years."""
    assert divisions().path(code, year) == path


def test_code_that_ended_within_the_year_still_counts_in_it() -> None:
    """南汇区 was merged in 2009: who registered in spring was still there."""
    found = divisions().at("310119", 2009)
    assert found is not None
    assert found.name == "南汇区"
    assert divisions().at("310119", 2010) is None


@pytest.mark.parametrize(
    ("code", "now"),
    [
        ("330125", "330110"),  # county, city, district
        ("310119", "310115"),  # merged
        ("500105", "500157"),  # merged in 2025
        ("330110", "330110"),  # still itself
        ("371202", "370116"),  # to another prefecture
        ("510223", "500110"),  # to another province
    ],
)
def test_former_code_leads_to_that_of_today(code: str, now: str) -> None:
    """Chains of renaming, recoding and merging are followed to their end."""
    assert [one.code for one in divisions().now(code)] == [now]
    assert all(one.last is None for one in divisions().now(code))


def test_what_became_a_division_is_told() -> None:
    """The way back names those that were merged."""
    was = {one.name for one in divisions().was("310115")}
    assert {"南汇区", "川沙县"} <= was


@pytest.mark.parametrize(
    ("written", "within", "codes"),
    [
        ("沪", "", {"310000"}),
        ("内蒙古", "", {"150000"}),
        ("内蒙", "", set()),
        ("海宁", "33", {"330481"}),
        ("海宁市", "", {"330481"}),
        ("恩施", "42", {"422800", "422801"}),
        ("余杭县", "", {"330125"}),  # none of today: the former ones
        ("朝阳区", "", {"110105", "220104"}),
        ("朝阳区", "11", {"110105"}),
    ],
)
def test_written_name_finds_its_divisions(
    written: str, within: str, codes: set[str]
) -> None:
    """With rank or without, by abbreviation, below a place."""
    assert {one.code for one in divisions().named(written, within)} == codes


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("恩施土家族苗族自治州", "恩施"),
        ("长白朝鲜族自治县", "长白"),
        ("内蒙古自治区", "内蒙古"),
        ("东乡族自治县", "东乡族"),
        ("沙县", "沙县"),
        ("香港特别行政区", "香港"),
    ],
)
def test_stem_leaves_rank_and_peoples(name: str, short: str) -> None:
    """A name of one character stays whole."""
    assert stem(name) == short


def test_table_is_sound() -> None:
    """No code has two names in one year; what it became was in force thereafter."""
    all_ = divisions()
    for rows in all_.by_code.values():
        for one, next_ in pairwise(rows):
            assert one.last is not None
            assert one.last < next_.first
    for row in all_.rows:
        assert row.seen
        assert set(row.seen) <= set(LISTS)
        if row.became:
            assert row.last is not None
            for code in row.became:
                assert any(r.is_in(row.last + 1) for r in all_.by_code[code]), row
    present = [row for row in all_.rows if row.last is None and not row.is_collective]
    # 34 provinces; 333 prefectures; 2,800-odd counties.
    assert sum(row.code.endswith("0000") for row in present) == 34
    assert sum(r.code.endswith("00") for r in present) == 34 + 333
    assert len([row for row in all_.rows if not row.is_verified]) < 60


@pytest.mark.parametrize(
    ("address", "code", "rest"),
    [
        ("浙江省杭州市西湖区文三路12号", "330106", "文三路12号"),
        ("中国浙江杭州西湖区文三路12号", "330106", "文三路12号"),
        ("浙江省余杭县临平镇1号", "330110", "临平镇1号"),
        ("海宁市长安镇", "330481", "长安镇"),
        ("北京市市辖区东城区东单", "110101", "东单"),
        ("湖北恩施市", "422801", ""),
        ("海南省省直辖县级行政区划定安县", "469021", ""),
        ("新疆维吾尔自治区石河子市", "659001", ""),
        ("上海市南京东路100号", "310000", "南京东路100号"),
        ("南京东路100号", None, "南京东路100号"),
        ("河北路12号", None, "河北路12号"),
        ("朝阳区建国路", None, "朝阳区建国路"),  # there are two
        ("", None, ""),
        (None, None, None),
    ],
)
def test_address_is_cut_after_its_divisions(
    address: str | None, code: str | None, rest: str | None
) -> None:
    """Levels may lack, ranks may lack, former names lead to today's code."""
    codes, rests = cut(pa.array([address, address], pa.string()))
    assert codes.to_pylist() == [code] * 2
    assert rests.to_pylist() == [rest] * 2
