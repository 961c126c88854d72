"""A code was not turned into a date."""

import re

from datong.core.check import Severity
from datong.core.say import Say
from datong.quality.own import TextCheck

MONTHS = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
SIGNS = f"[0-9]{{1,2}}-({MONTHS})|[0-9]{{1,2}}月[0-9]{{1,2}}日"


def is_bad(text: str) -> bool:
    """Tell whether it looks like a spreadsheet's short date."""
    return re.fullmatch(SIGNS, text) is not None


CHECK = TextCheck(
    name="spreadsheet_date_code",
    severity=Severity.ERROR,
    why=Say(
        "A spreadsheet reads codes such as 3-1 as a date: 1-Mar, 3月1日.",
        "表格软件会把 3-1 之类的编码变成日期：1-Mar、3月1日。",
    ),
    where=f"regexp_full_match(value, '{SIGNS}')",
    is_bad=is_bad,
    only="strlen(value) <= 10 and (contains(value, '-') or contains(value, '月'))",
    cases=(
        ("1-Mar", False),
        ("3月1日", False),
        ("2024-03-01", True),
        ("M81.0", True),
    ),
)
