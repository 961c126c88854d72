"""A row of totals is no row of data."""

from datong.core.check import Severity
from datong.core.say import Say
from datong.quality.own import TextCheck

WORDS = ("合计", "小计", "总计", "合计：", "总计：", "Total", "TOTAL", "Sum")
LISTED = ", ".join(f"'{word}'" for word in WORDS)


def is_bad(text: str) -> bool:
    """Tell whether it is a word for a sum."""
    return text in WORDS


CHECK = TextCheck(
    name="totals_row",
    severity=Severity.ERROR,
    why=Say(
        "A line with the sum of the others was kept as a datum.",
        "合计行被当作一条数据保留下来。",
    ),
    where=f"value in ({LISTED})",
    is_bad=is_bad,
    cases=(
        ("合计", False),
        ("小计", False),
        ("Total", False),
        ("总胆红素", True),
    ),
)
