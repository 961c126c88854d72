"""Rules as people write them, well and badly."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datong.core.reason import Trouble
from datong.guard import masks, reference
from datong.guard.grammar import And, Compare, In, Literal, Name, Not, Or, parse
from tests.guard.test_policy_laws import Duck


def test_not_binds_tighter_than_and_and_and_than_or() -> None:
    a, b, c = Name("in_care"), Name("is_self"), Name("break_glass")
    assert parse("in_care or not is_self and break_glass") == Or((a, And((Not(b), c))))
    assert parse("(in_care or is_self) and break_glass") == And((Or((a, b)), c))


def test_tests_of_every_kind() -> None:
    assert parse("purpose = 'TREAT'") == Compare("=", Name("purpose"), Literal("TREAT"))
    assert parse("subject.site in resource.sites") == In(
        Name("subject.site"), Name("resource.sites")
    )
    among = Literal(frozenset({"PAY", "STUDY"}))
    assert parse("purpose in ['PAY', 'STUDY']") == In(Name("purpose"), among)
    assert parse("column.grade<=3") == Compare("<=", Name("column.grade"), Literal(3))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "purpose",
        "purpose = ",
        "purpose = TREAT",
        "purpos = 'TREAT'",
        "purpose = 'TREAT",
        "purpose = 3",
        "purpose < 'TREAT'",
        "in_care and",
        "(in_care",
        "in_care)",
        "in_care = resource.sites",
        "resource.sites",
        "'a' in ['b',]",
        "'a' in purpose",
        "purpose in []",
        "column.grade in ['1']",
        "drop table x;",
        "in_care is nothing",
        "__import__('os')",
    ],
)
def test_a_mistake_is_told_with_the_rule(text: str) -> None:
    with pytest.raises(Trouble, match="GUARD-RULE"):
        parse(text, "policy.toml [x]")


@given(st.text(max_size=40))
def test_any_text_is_a_rule_or_a_trouble(text: str) -> None:
    try:
        rule = parse(text)
    except Trouble:
        return
    assert reference.truth(rule, {}) in (True, False, None)


def test_null_in_a_forbid_forbids() -> None:
    assert reference.truth(parse("not (consent.study = 'given')"), {}) is None
    assert reference.truth(parse("consent.study is null"), {}) is True


@given(
    st.lists(st.none() | st.text(max_size=20) | st.integers(0, 10**6).map(str)),
    st.sampled_from(
        ["null", "last4", "first1", "middle4", "year", "month", "area4", "band10"]
    ),
)
def test_a_mask_is_the_same_in_python_and_sql(
    values: list[str | None], mask: str
) -> None:
    import pyarrow as pa  # noqa: PLC0415 - only this law needs it

    kept = [v for v in values if v is None or v.isprintable()]
    table = pa.table({"c": pa.array(kept, pa.string())})
    with Duck() as duck:
        answer = duck.fetch(f"select {masks.sql(mask, 'c')} as m from t", {"t": table})
    assert answer.column("m").to_pylist() == [masks.plain(mask, v) for v in kept]


@pytest.mark.parametrize("mask", ["last", "lastx", "nothing", "pseudonym4", ""])
def test_masks_are_a_closed_list(mask: str) -> None:
    assert (masks.read(mask) is None) is (mask != "last")


def test_a_pseudonym_needs_the_key_of_its_recipient() -> None:
    one, other = masks.pseudonym(b"a", "7"), masks.pseudonym(b"b", "7")
    assert one != other
    assert len(one) == 26
    assert one == masks.plain("pseudonym", 7, b"a")
