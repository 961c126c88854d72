"""Names of columns, in three ways of writing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datong.mapping.draft.entries import all_entries
from datong.mapping.draft.names import likeness
from datong.mapping.draft.tokens import tokens
from datong.standards.records import all_kinds


def best(name: str, kind: str) -> set[tuple[str, str]]:
    """Return the fields of a kind that a name is most like."""
    scored = [
        (likeness(name, one.words).score, (one.field, one.part))
        for one in all_entries()
        if one.kind in {kind, "*"} and not one.item
    ]
    most = max(score for score, _ in scored)
    return {field for score, field in scored if score > most - 0.01}


@pytest.mark.parametrize(
    ("name", "kind", "field"),
    [
        ("检验结果", "lab_result", ("value", "")),
        ("结果回报时间", "lab_result", ("available", "")),
        ("CYSJ", "lab_result", ("collected", "")),
        ("F_CYSJ", "lab_result", ("collected", "")),
        ("caiyangshijian", "lab_result", ("collected", "")),
        ("specimen_collected_dttm", "lab_result", ("collected", "")),
        ("admittime", "encounter", ("time", "")),
        ("dischdttm", "encounter", ("time_end", "")),
        ("PatientIdentifier", "person", ("person", "")),
        ("BRTH_DT", "person", ("birth", "")),
        ("患者信息_出生日期", "person", ("birth", "")),
    ],
)
def test_a_name_is_read_in_the_way_it_is_written(
    name: str, kind: str, field: tuple[str, str]
) -> None:
    assert field in best(name, kind)


def test_words_that_run_together_are_taken_apart() -> None:
    assert tokens("ADMITTIME") == ("admit", "time")
    assert tokens("labResultCd") == ("lab", "result", "code")


@pytest.mark.parametrize(
    ("short", "word"),
    [
        ("ABN_RSLT", "result"),
        ("brth", "birth"),
        ("dsch", "discharge"),
        ("schd", "scheduled"),
    ],
)
def test_a_word_without_some_letters_is_known(short: str, word: str) -> None:
    assert word in tokens(short)


def test_letters_that_fit_two_words_alike_are_none() -> None:
    assert tokens("xq") == ("xq",)
    assert tokens("zzgh") == ("zzgh",)


@given(st.text(max_size=30))
def test_no_name_breaks_it(name: str) -> None:
    for one in all_entries()[::17]:
        assert 0 <= likeness(name, one.words).score <= 1


def test_every_entry_is_a_field_of_its_kind() -> None:
    kinds = all_kinds()
    for one in all_entries():
        if one.kind not in {"*", "-"}:
            assert one.field in kinds[one.kind].fields, (one.kind, one.field)
