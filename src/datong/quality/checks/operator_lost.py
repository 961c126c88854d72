"""A result below the limit keeps its sign."""

from datong.core.check import Case, Check, Severity
from datong.core.say import Say
from datong.core.shape import Row
from datong.standards.records import all_kinds

SIGNS = ("<", ">", "≤", "≥")


def is_bad(row: Row) -> bool:
    """Tell whether the text has a sign and the value has none."""
    text = str(row["value_text"] or "").strip(" ")
    return text[:1] in SIGNS and bool(text) and row["value_operator"] is None


CHECK = Check(
    name="operator_lost",
    reads=all_kinds()["lab_result"].shape,
    severity=Severity.ERROR,
    why=Say(
        "<0.01 read as 0.01 is another result.", "“<0.01”若变成 0.01，含义就不同了。"
    ),
    where="regexp_matches(trim(value_text), '^[<>≤≥]') and value_operator is null",
    is_bad=is_bad,
    cases=(
        Case({"value_text": "<0.01", "value_operator": "<"}, passes=True),
        Case({"value_text": "<0.01", "value_operator": None}, passes=False),
        Case({"value_text": "5", "value_operator": None}, passes=True),
    ),
)
