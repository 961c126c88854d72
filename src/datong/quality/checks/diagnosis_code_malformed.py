"""A diagnosis code has the form of the classification."""

import re

from datong.core.check import Case, Check, Severity
from datong.core.say import Say
from datong.core.shape import Row
from datong.standards.records import all_kinds

FORM = "[A-Z][0-9]{2}([.x+*]|$)"


def is_bad(row: Row) -> bool:
    """Tell whether a letter and two digits do not begin it."""
    code = row["diagnosis_code"]
    return code is not None and re.match(FORM, str(code)) is None


CHECK = Check(
    name="diagnosis_code_malformed",
    reads=all_kinds()["diagnosis"].shape,
    severity=Severity.WARNING,
    why=Say(
        "A name, a number or a code of another kind stands in the code column.",
        "编码列中是名称、数字或其他分类的编码。",
    ),
    where="not regexp_matches(diagnosis_code, '^[A-Z][0-9]{2}([.x+*]|$)')",
    is_bad=is_bad,
    cases=(
        Case({"diagnosis_code": "J18.900"}, passes=True),
        Case({"diagnosis_code": "肺炎"}, passes=False),
        Case({"diagnosis_code": "8140/3"}, passes=False),
        Case({"diagnosis_code": None}, passes=True),
    ),
)
