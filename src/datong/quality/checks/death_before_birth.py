"""Nobody dies before birth."""

import re
from datetime import date, datetime

from datong.core.check import Case, Check, Severity
from datong.core.say import Say
from datong.core.shape import Row
from datong.standards.records import all_kinds

DAY = "[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
DIED = datetime.fromisoformat("2024-03-02")


def is_bad(row: Row) -> bool:
    """Tell whether death lies before a full date of birth."""
    death, birth = row["death"], str(row["birth"] or "")
    if not isinstance(death, datetime) or re.fullmatch(DAY, birth) is None:
        return False
    return death.date() < date.fromisoformat(birth)


CHECK = Check(
    name="death_before_birth",
    reads=all_kinds()["person"].shape,
    severity=Severity.ERROR,
    why=Say(
        "A wrong century, or dates of two people.", "世纪写错，或混入了他人的日期。"
    ),
    where="cast(death as date) < try_cast(birth as date)",
    is_bad=is_bad,
    cases=(
        Case({"death": DIED, "birth": "1950-01-01"}, passes=True),
        Case({"death": DIED, "birth": "2050-01-01"}, passes=False),
        Case({"death": DIED, "birth": "1950"}, passes=True),
        Case({"death": None, "birth": "1950-01-01"}, passes=True),
    ),
)
