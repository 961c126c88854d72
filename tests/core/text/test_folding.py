"""What must hold of the foldings of written words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datong.core.text.numerals import fold_numerals, value_of
from datong.core.text.pinyin import sounds
from datong.core.text.script import fold_script
from datong.core.text.width import fold_width

DIGITS = "零一二三四五六七八九"


def written(number: int) -> str:
    """Write a number below 1,000 in Chinese, plainly."""
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    text = f"{DIGITS[hundreds]}百" if hundreds else ""
    if tens:
        text += f"{DIGITS[tens]}十"
    elif hundreds and ones:
        text += "零"
    return text + (DIGITS[ones] if ones or not number else "")


@given(st.text())
def test_folding_width_twice_changes_nothing_more(text: str) -> None:
    once = fold_width(text)
    assert fold_width(once) == once


@given(st.text())
def test_folding_script_twice_changes_nothing_more(text: str) -> None:
    once = fold_script(text)
    assert fold_script(once) == once


@given(st.lists(st.integers(0, 6762)))
def test_simplified_text_never_changes(places: list[int]) -> None:
    rows = [bytes((0xB0 + at // 94, 0xA1 + at % 94)) for at in places]
    text = b"".join(rows).decode("gb2312", errors="ignore")
    assert fold_script(text) == text


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("ＶＡＴＳ（右）", "vats(右)"),
        ("“双”Ｊ管", '"双"j管'),
        ("3×5ｃｍ", "3*5cm"),
        ("a\u200bb\u3000 c", "ab c"),
        ("高血压病、糖尿病；", "高血压病,糖尿病;"),
        ("", ""),
    ],
)
def test_width_case_and_marks(typed: str, plain: str) -> None:
    assert fold_width(typed) == plain


def test_traditional_becomes_simplified() -> None:
    assert fold_script("胸腔鏡下右肺上葉切除術") == "胸腔镜下右肺上叶切除术"
    assert fold_script("显著") == "显著"


@given(st.integers(1, 999))
def test_a_chinese_numeral_has_its_value(number: int) -> None:
    assert value_of(written(number)) == number
    assert fold_numerals(f"第{written(number)}次") == f"第{number}次"


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("iib期", "2b期"),
        ("二型糖尿病", "2型糖尿病"),
        ("三叉神经", "三叉神经"),
        ("十二指肠", "十二指肠"),
        ("vi级", "6级"),
        ("vitamin", "vitamin"),
        ("civil", "civil"),
    ],
)
def test_only_what_counts_is_a_number(typed: str, plain: str) -> None:
    assert fold_numerals(typed) == plain


def test_sounds_have_no_tones() -> None:
    assert sounds("绿溃a") == ["lv", "kui", "a"]
