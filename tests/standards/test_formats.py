"""Formats: read tolerantly, written strictly; SQL and Python say the same."""

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from datong.core.reason import Trouble
from datong.engine.duckdb import Duck
from datong.standards import formats
from datong.standards.formats import Format, length, read
from datong.standards.grammar import Names, identify
from datong.standards.model import Kind


@pytest.mark.parametrize(
    ("written", "kind", "normal"),
    [
        ("AN..50", Kind.TEXT, "AN..50"),
        ("ＡＮ..５０", Kind.TEXT, "AN..50"),
        ("AN....50", Kind.TEXT, "AN..50"),
        ("N ..5", Kind.NUMBER, "N..5"),
        ("N1..", Kind.LISTED, "N1"),
        ("N3..5,1", Kind.NUMBER, "N3..5,1"),
        ("n 3..4,1", Kind.NUMBER, "N3..4,1"),
        ("T/F..", Kind.FLAG, "T/F"),
        ("TF", Kind.FLAG, "T/F"),
        ("DT15..", Kind.MOMENT, "DT15"),
        ("DT..15", Kind.MOMENT, "DT15"),
        ("A..ul", Kind.TEXT, "A..ul"),
        ("AN..100X3", Kind.TEXT, "AN..100X3"),
    ],
)
def test_circulating_formats_are_read_to_their_normal_form(
    written: str, kind: Kind, normal: str
) -> None:
    reading = read(written, kind)
    assert str(reading.format) == normal
    assert bool(reading.tolerated) == (written != normal)
    assert str(formats.strict(normal, kind)) == normal


@pytest.mark.parametrize("broken", ["", "X5", "N5..3", "AN..50,2", "D9", ".."])
def test_what_is_no_format_is_refused(broken: str) -> None:
    with pytest.raises(Trouble, match="STANDARD-FORMAT"):
        read(broken, Kind.TEXT)


def test_the_length_of_a_decimal_counts_the_point() -> None:
    form = read("N3..4,1", Kind.NUMBER).format
    assert not form.bad_length("5.6", "gb18030")
    assert not form.bad_length("12.5", "gb18030")
    assert form.bad_length("112.5", "gb18030")
    assert form.bad_form("5.66")


def test_a_lost_comma_proves_no_whole_number() -> None:
    assert not read("N4", Kind.NUMBER).format.bad_form("36.5")


def test_a_chinese_character_counts_two_bytes_or_one_point() -> None:
    assert length("阿卜杜拉·买买提", "gb18030") == 16
    assert length("𬭛", "gb18030") == 4
    assert length("阿卜杜拉·买买提", "codepoint") == 8


def test_names_with_a_dot_and_mixed_text_are_letters() -> None:
    form = read("A..50", Kind.TEXT).format
    assert not form.bad_form("阿卜杜拉·买买提")
    assert not form.bad_form("3号楼")
    assert form.bad_form("12345")


@pytest.mark.parametrize("sound", ["José·María", "±5℃", "×½片", "Å", "3号楼"])
def test_letters_of_other_tongues_are_no_damage(sound: str) -> None:
    assert not read("AN..50", Kind.TEXT).format.bad_form(sound)


@pytest.mark.parametrize(
    "harmed", ["张\N{REPLACEMENT CHARACTER}", "锟斤拷", "Â·", "å¼\xa0"]
)
def test_text_that_a_wrong_encoding_harmed_has_no_good_form(harmed: str) -> None:
    assert read("AN..50", Kind.TEXT).format.bad_form(harmed)


FORMS = (
    Format("AN", 0, 6),
    Format("A", 2, 8),
    Format("N", 2, 2),
    Format("N", 3, 5, 1, number=True),
    Format("N", 0, 4, 0, number=True),
    Format("N", 0, 5, number=True),
    Format("T/F"),
    *(Format(layout) for layout in formats.LAYOUTS),
)
NEAR = st.sampled_from(
    [
        *("å¼ ä¸", "张\N{REPLACEMENT CHARACTER}", "锟斤拷", "José·María", "Â·", "±5℃"),
        *("20240229", "20230229", "2024-02-29", "2024-02-30", "00000101", "2024-3-5"),
        *("2024-03-05 24:00:00", "2024-03-05 23:59:59", "20240305T235959"),
        *("20240305T246060", "235959", "240000", "235960", "-024-03-05", "+024-03-05"),
        *("1e5", "nan", "-5", "5.", ".5", "36.55", "T", "true", "２０２４０２２９"),
    ]
)
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8)


@given(st.lists(NEAR | TEXTS, min_size=1, max_size=20), st.sampled_from(FORMS))
def test_sql_and_python_agree_on_every_value(values: list[str], form: Format) -> None:
    length_sql = form.bad_length_sql("v", "gb18030") or "false"
    form_sql = form.bad_form_sql("v") or "false"
    with Duck() as duck:
        asked = f"select v, {form_sql} as f, {length_sql} as l from given"
        found = duck.fetch(asked, {"given": pa.table({"v": values})}).to_pylist()
    for row in found:
        assert row["f"] == form.bad_form(row["v"]), row
        assert row["l"] == form.bad_length(row["v"], "gb18030"), row


@pytest.mark.parametrize(
    ("written", "names", "normal"),
    [
        ("DE02.01.039.00", Names.ELEMENT, "DE02.01.039.00"),
        ("de08.10.002.0O", Names.ELEMENT, "DE08.10.002.00"),
        ("ＤＥ02.01.039.00", Names.ELEMENT, "DE02.01.039.00"),
        ("DE02.01.039.00.1", Names.ELEMENT, "DE02.01.039.00.1"),
        ("CV04.50.005", Names.VALUE_SET, "CV04.50.005"),
        ("HDSD00.11.055", Names.DATA_SET, "HDSD00.11.055"),
        ("C0053", Names.DOCUMENT, "C0053"),
        ("CV5101.27", Names.LOCAL, "CV5101.27"),
        ("W/RC014.1", Names.LOCAL, "W/RC014.1"),
    ],
)
def test_identifiers_are_read(written: str, names: Names, normal: str) -> None:
    found = identify(written)
    assert (found.names, found.text) == (names, normal)
    assert bool(found.tolerated) == (
        written != normal or (normal.endswith(".1") and names is Names.ELEMENT)
    )


@pytest.mark.parametrize("broken", ["", "C0054", "C0000", "DE2.01.039.00", "CV04.50"])
def test_what_is_no_identifier_is_refused(broken: str) -> None:
    with pytest.raises(Trouble, match="STANDARD-IDENTIFIER"):
        identify(broken)
