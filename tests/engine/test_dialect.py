"""Expressions of mapping files: what they mean, and what they may not do."""

from datetime import datetime
from decimal import Decimal

import pytest

from datong.core.reason import Trouble
from datong.engine.dialect import compile_expression
from datong.engine.duckdb import Duck, literal

CASES = [
    ("number_of(x)", "5.6", Decimal("5.6")),
    ("number_of(x)", "<0.5", Decimal("0.5")),
    ("number_of(x)", "＜０.５", Decimal("0.5")),
    ("number_of(x)", "1,000.5", Decimal("1000.5")),
    ("number_of(x)", "1,5", None),
    ("number_of(x)", "5.6↑", Decimal("5.6")),
    ("number_of(x)", "阳性", None),
    ("number_of(x)", "1.2.3", None),
    ("operator_of(x)", "≤ 3", "<="),
    ("operator_of(x)", "＞3", ">"),
    ("operator_of(x)", "3", None),
    ("number2_of(x)", "1:160", Decimal(160)),
    ("whole_of(x)", " １２ ", 12),
    ("whole_of(x)", "1.5", None),
    ("whole_of(x)", "2.0", 2),
    ("half_width(x)", "ＡＢ１２", "ＡＢ12"),
    ("blank_to_null(x)", "  ", None),
    (
        "time_of(x, '%Y-%m-%d', '%Y/%m/%d %H:%M')",
        " 2017/3/5 8:01 ",
        datetime(2017, 3, 5, 8, 1),
    ),
    ("time_of(x, '%Y-%m-%d')", "2017-02-30", None),
    ("partial_of(x, '%Y%m%d')", "20170305", "2017-03-05"),
    ("partial_of(x, '%Y%m%d')", "2017-03", "2017-03"),
    ("instant_of(x)", "2017-03-01T20:00:00Z", datetime(2017, 3, 2, 4)),
    ("instant_of(x)", "2017-03", datetime(2017, 3, 1)),
    ("precision_of(x)", "2017-03", "month"),
    ("reference_id(x)", "urn:uuid:ab-1", "ab-1"),
    ("reference_id(x)", "Practitioner?identifier=http://x|9", "9"),
    ("base64_text(x)", "5oKj6ICF", "患者"),
    ("base64_text(x)", "###", None),
]


@pytest.mark.parametrize(("expression", "text", "meaning"), CASES)
def test_what_a_house_function_means(
    expression: str, text: str, meaning: object
) -> None:
    sql = compile_expression(expression, "Asia/Shanghai", "here").sql
    with Duck() as duck:
        assert duck.one(f"select {sql} from (select {literal(text)} as x)") == (
            meaning,
        )


@pytest.mark.parametrize(
    ("expression", "code"),
    [
        ("read_csv('/etc/passwd')", "MAP-FUNCTION"),
        ("getenv('HOME')", "MAP-FUNCTION"),
        ("(select 1)", "MAP-FUNCTION"),
        ("count(*)", "MAP-FUNCTION"),
        ("sum(x) over ()", "MAP-FUNCTION"),
        ("cast(x as int)", "MAP-CAST"),
        ("x::date", "MAP-CAST"),
        ("number_of(", "MAP-EXPRESSION"),
        ("x, y", "MAP-EXPRESSION"),
        ("x from t", "MAP-EXPRESSION"),
        ("1; drop table x", "MAP-EXPRESSION"),
    ],
)
def test_what_an_expression_may_not_do(expression: str, code: str) -> None:
    with pytest.raises(Trouble) as told:
        compile_expression(expression, "UTC", "mappings/x.toml [person]")
    assert told.value.reason.code == code
    assert told.value.where == "mappings/x.toml [person]"


def test_an_expression_knows_its_columns_and_what_may_be_lost() -> None:
    made = compile_expression(
        """time_of(coalesce(nullif("采样时间", ''), "报告时间"), '%Y')""", "UTC", ""
    )
    assert made.columns == {"采样时间", "报告时间"}
    assert made.filled == ("""COALESCE(NULLIF("采样时间", ''), "报告时间")""",)


@pytest.mark.parametrize(
    ("unit", "value", "lost"),
    [("mg", "a", ["a"]), ("ml", "a", []), ("?", "a", ["a"]), ("mg", "", [])],
)
def test_what_a_branch_does_not_take_is_not_lost(
    unit: str, value: str, lost: list[str]
) -> None:
    made = compile_expression(
        "case when unit = 'ml' then null when unit = 'mg' then number_of(x)"
        " else whole_of(x) end",
        "UTC",
        "",
    )
    texts = ", ".join(made.filled)
    row = f"(select {literal(unit)} as unit, {literal(value)} as x)"
    with Duck() as duck:
        found = duck.one(f"select list_filter([{texts}], lambda c: c <> '') from {row}")
    assert found == (lost,)


def test_the_variable_of_a_lambda_is_no_column() -> None:
    made = compile_expression("list_filter(a.b, lambda c: c.d = e)[1].f", "UTC", "")
    assert made.columns == {"a", "e"}
