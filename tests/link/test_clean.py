"""What becomes of identifiers as people write them."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datong.link.columns.address import ChineseAddress
from datong.link.columns.birth import BirthDate, BirthYear, Sex
from datong.link.columns.column import Column
from datong.link.columns.identity import BROKEN, UPGRADED, VERIFIED, Identity
from datong.link.columns.name import ChineseName
from datong.link.columns.phone import Phone
from datong.link.columns.tokens import Tokens
from datong.link.columns.word import Postcode, Word
from datong.standards.identifiers.resident import CHECKS, WEIGHTS


def column(kind: type[Column], *texts: str | None) -> Column:
    read = kind("it")
    read.read(pa.chunked_array([pa.array(texts, pa.string())]))
    return read


def level(kind: type[Column], a: str, b: str, *others: str) -> str:
    """Say in words how two writings agree; `others` stand in the column too."""
    read = column(kind, a, b, *others)
    found = int(read.level(np.array([0]), np.array([1]))[0])
    return read.words[found - 1].en if found else "missing"


def number(head: str) -> str:
    total = sum(int(d) * int(w) for d, w in zip(head, WEIGHTS, strict=True))
    return head + chr(CHECKS[total % 11])


WANG = number("11010119900307461")
LI = number("32010119880102002")


def test_a_number_is_trusted_by_its_check() -> None:
    wrong = WANG[:5] + str((int(WANG[5]) + 1) % 10) + WANG[6:]
    short = WANG[:6] + WANG[8:17]
    read = column(Identity, WANG, wrong, f" {WANG.lower()} ", short)
    trust = read.rows["row_trust"].tolist()
    assert trust == [VERIFIED, BROKEN, VERIFIED, UPGRADED]
    assert read.codes[0] == read.codes[2] == read.codes[3]
    assert read.rows["row_birth"].tolist() == [19900307, 0, 19900307, 19900307]


@pytest.mark.parametrize(
    "nothing",
    ["", "无", "不详", "-", "NULL", "111111111111111111", "123456789012345678"],
)
def test_a_placeholder_is_no_number(nothing: str) -> None:
    assert column(Identity, nothing, WANG).codes[0] == -1


def test_numbers_agree_by_their_digits() -> None:
    swapped = WANG[:12] + WANG[13] + WANG[12] + WANG[14:]
    assert level(Identity, WANG, LI) == "both verified and different"
    assert level(Identity, WANG, swapped, LI) == "one digit or neighbours swapped"
    assert level(Identity, WANG, "H12345678", LI) == "missing"
    assert level(Identity, "H1234567801", "H8765432101", WANG, LI, WANG) == "missing"


@given(st.from_regex(r"[1-9]\d{16}", fullmatch=True), st.integers(0, 16))
def test_the_check_finds_every_wrong_digit(head: str, place: int) -> None:
    right = number(head)
    other = str((int(head[place]) + 1) % 10)
    assert number(head[:place] + other + head[place + 1 :])[17] != right[17]


@pytest.mark.parametrize(
    ("a", "b", "how"),
    [
        ("张伟", "张 伟(2)", "equal"),
        ("張偉", "张伟", "equal"),
        ("张伟", "章玮", "same pinyin"),
        ("单雄信", "山雄信", "same pinyin"),
        ("曾志伟", "增志伟", "same pinyin"),
        ("尉迟恭", "玉池恭", "same pinyin"),
        ("张伟", "臧伟", "similar sound"),
        ("王小明", "王明", "a character missing, swapped or unreadable"),
        ("王小明", "王明小", "a character missing, swapped or unreadable"),
        ("王小䶮", "王小?", "a character missing, swapped or unreadable"),
        ("王建国", "王建军", "one character differs"),
        ("王大双", "王小双", "one character differs"),
        ("欧阳娜娜", "欧阳修", "same surname"),
        ("买买提·艾力", "买买提艾力", "equal"),
        ("买买提·艾力", "买买提", "a character missing, swapped or unreadable"),
        ("王伟", "李娜", "different"),
    ],
)
def test_chinese_names(a: str, b: str, how: str) -> None:
    assert level(ChineseName, a, b) == how


@pytest.mark.parametrize("nobody", ["无名氏", "测试", "未知", "", "王芳之女", "宝宝"])
def test_who_has_no_name_yet_is_not_compared(nobody: str) -> None:
    assert level(ChineseName, nobody, "王芳") == "missing"


def test_zhi_can_be_a_name() -> None:
    assert level(ChineseName, "王羲之", "王羲之") == "equal"


@pytest.mark.parametrize(
    ("a", "b", "how"),
    [
        ("1990-03-07", "19900307", "equal"),
        ("1990-03-07", "1990年3月7日", "equal"),
        ("1990-03-07", "1990/3/7 00:00:00", "equal"),
        (
            "1990-03-07",
            "1990-07-03",
            "one slip: a digit, day and month, first of January",
        ),
        (
            "1990-03-07",
            "1990-01-01",
            "one slip: a digit, day and month, first of January",
        ),
        (
            "1990-03-07",
            "1980-03-07",
            "one slip: a digit, day and month, first of January",
        ),
        ("1990-03-07", "1990-03-25", "same month, or same day some years apart"),
        ("1990-03-07", "1990-11-25", "same year"),
        ("1990-03-07", "1945-11-25", "different"),
        ("1990-03-07", "1990-02-30", "missing"),
        ("1990-03-07", "2990-03-07", "missing"),
    ],
)
def test_birth_dates(a: str, b: str, how: str) -> None:
    assert level(BirthDate, a, b) == how


def test_day_and_month_are_told_apart_by_the_column() -> None:
    assert level(BirthDate, "07/03/1990", "1990-03-07", "25/12/1980") == "equal"
    assert level(BirthDate, "03/07/1990", "1990-03-07", "12/25/1980") == "equal"


def test_years_phones_sexes_postcodes() -> None:
    assert level(BirthYear, "1990", "1991") == "a year apart, or one digit"
    assert level(Sex, "男", "M") == "equal"
    assert level(Sex, "1", "女性") == "different"
    assert level(Phone, "+86 139-1234-5678", "13912345678") == "equal"
    assert level(Phone, "13912345678", "13912345687") == (
        "one digit or neighbours swapped"
    )
    assert level(Phone, "13800138000", "13912345678") == "missing"
    assert level(Postcode, "2600", "2606") == "one digit or neighbours swapped"


@pytest.mark.parametrize(
    ("a", "b", "how"),
    [
        (
            "湖北省襄樊市樊城区人民路12号3栋401室",
            "湖北省襄阳市樊城区人民路12号3号楼401",
            "same down to the room",
        ),
        ("北京市朝阳区建国路1号", "建国路1号", "same down to the room"),
        ("北京市朝阳区建国路1号", "上海市建国路1号", "different"),
        ("浙江杭州余杭县人民路1号", "杭州市余杭区人民路1号", "same down to the room"),
        ("浙江省嘉兴市人民路1号", "浙江省湖州市人民路1号", "different"),
        ("浙江省人民路1号", "浙江省湖州市人民路1号", "same down to the room"),
        ("四川省万县市人民路1号", "重庆市万州区人民路1号", "same down to the room"),
        ("人民路12号3栋401室", "人民路12号", "same road and number, or village"),
        ("人民路12号", "人民路14号", "same road"),
        ("人民路12号", "解放路3号", "different"),
        ("不详", "解放路3号", "missing"),
    ],
)
def test_chinese_addresses(a: str, b: str, how: str) -> None:
    assert level(ChineseAddress, a, b) == how


@pytest.mark.parametrize(
    ("a", "b", "how"),
    [
        ("José", "Jose", "equal"),
        ("O'Brien", "OBRIEN", "equal"),
        ("Jonathan", "Jonathon", "very similar"),
        ("Müller", "Muller", "equal"),
        ("Иванов", "иванов", "equal"),
        ("김민준", "김민준", "equal"),
        ("Anna", "Zoltan", "different"),
    ],
)
def test_words_in_any_alphabet(a: str, b: str, how: str) -> None:
    assert level(Word, a, b) == how


def test_full_names_in_an_alphabet_are_sets_of_words() -> None:
    others = tuple(f"{first} Smith" for first in ("Ann", "Bob", "Cleo", "Dan"))
    assert level(Tokens, "Smith, John A", "John A. Smith", *others) == "same words"
    assert level(Tokens, "Dr. John Smith", "John Smith", *others) == "same words"
    assert level(Tokens, "John Smith", "Jon Smith", *others) != "different"
    assert level(Tokens, "John Baker", "Mary Cooper", *others) == "different"


CHARACTERS = st.sampled_from(
    "0123456789X-.·/ \t\n()（）无不详省市县路号室之双b年月T□\u200b々"
)
KINDS = (ChineseName, Sex, BirthDate, Identity, Phone, ChineseAddress)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.text(CHARACTERS, max_size=14), min_size=1, max_size=4))
def test_a_few_texts_are_cleaned_as_many_are(few: list[str]) -> None:
    more = [f"11010119{year}0307{year}" for year in range(50, 70)]
    many = pa.array([*few, *more])
    for kind in KINDS:
        read = column(kind, *many.to_pylist())
        text, whole = read.describe(many)
        some, alone = read.describe(many.slice(0, len(few)))
        assert some.to_pylist() == text.to_pylist()[: len(few)]
        for name, values in alone.items():
            held = whole[name][: len(few)]
            assert (values == held).all(), (kind, name)
