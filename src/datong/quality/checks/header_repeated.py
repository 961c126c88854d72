"""A row of names is no row of data."""

from datong.core.check import Severity
from datong.core.say import Say
from datong.quality.own import NOT_ASCII, TextCheck

WORDS = (
    *("sex_code", "item_code", "item_text", "diagnosis_code", "diagnosis_text"),
    *(
        "性别",
        "姓名",
        "诊断名称",
        "诊断编码",
        "项目名称",
        "检验项目",
        "单位",
        "科室名称",
    ),
)
LISTED = ", ".join(f"'{word}'" for word in WORDS)


def is_bad(text: str) -> bool:
    """Tell whether it is the name of a column."""
    return text.lower() in WORDS


CHECK = TextCheck(
    name="header_repeated",
    severity=Severity.ERROR,
    why=Say(
        "A column name stands among the values: a header was repeated inside the file.",
        "列名出现在数据中：文件内重复了表头。",
    ),
    where=f"lower(value) in ({LISTED})",
    is_bad=is_bad,
    only=f"contains(value, '_') or {NOT_ASCII}",
    cases=(
        ("sex_code", False),
        ("性别", False),
        ("男", True),
    ),
)
