"""Where a table begins."""

import pytest

from datong.sources.grid import read_head

DATA = [["001", "2024-01-02", "1.5"], ["002", "2024-01-03", "2.5"]] * 3


@pytest.mark.parametrize(
    ("above", "height", "names"),
    [
        ([["号", "日期", "值"]], 1, ("号", "日期", "值")),
        ([["某院", "", ""], ["号", "日期", "值"]], 2, ("号", "日期", "值")),
        (
            [["患者", "检验", ""], ["", "日期", "值"]],
            2,
            ("患者", "检验_日期", "检验_值"),
        ),
        ([], 0, ("c1", "c2", "c3")),
        ([["号", "号", ""]], 1, ("号", "号_2", "c3")),
    ],
    ids=["one row", "a title", "two rows", "none", "names twice"],
)
def test_the_head_is_what_stands_above_the_data(
    above: list[list[str]], height: int, names: tuple[str, ...]
) -> None:
    head = read_head([*above, *DATA])
    assert (head.height, head.names) == (height, names)
    assert head.is_told == bool(above)


def test_a_table_of_texts_only_has_one_row_of_names() -> None:
    rows = [["科室", "医生"], ["内科", "张"], ["外科", "李"], ["内科", "王"]]
    assert read_head(rows).names == ("科室", "医生")


def test_nothing_has_no_head() -> None:
    assert read_head([]).names == ()
