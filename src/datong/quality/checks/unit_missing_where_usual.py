"""A test that has a unit always has it."""

from datong.core.check import Severity
from datong.core.say import Say
from datong.quality.own import Tables, Together
from datong.quality.usual_unit import UsualUnit
from datong.standards.records import all_kinds

RESULTS = UsualUnit("lab_result", "value_number", "unit_code")


def find(tables: Tables) -> set[int]:
    """Find rows without the unit that most rows of their item have."""
    return RESULTS.find(tables, lambda unit, _: unit is None)


CHECK = Together(
    name="unit_missing_where_usual",
    table="lab_result",
    reads=(all_kinds()["lab_result"].shape,),
    severity=Severity.WARNING,
    why=Say(
        "The unit was lost for some results of a test that has one.",
        "同一项目的部分结果丢失了单位。",
    ),
    examined="value_number is not null",
    bad=RESULTS.bad("r.unit_code is null"),
    find=find,
    scenes=(RESULTS.scene("mg"), RESULTS.scene(None, 21)),
)
