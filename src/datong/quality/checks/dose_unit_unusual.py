"""A drug is dosed in its usual unit."""

from datong.core.check import Severity
from datong.core.say import Say
from datong.quality.own import Tables, Together
from datong.quality.usual_unit import UsualUnit
from datong.standards.records import all_kinds

DOSES = UsualUnit("order", "dose", "dose_unit_code")


def find(tables: Tables) -> set[int]:
    """Find rows with another unit than nearly all rows of their item have."""
    return DOSES.find(tables, lambda unit, usual: unit not in (None, usual), 0.9)


CHECK = Together(
    name="dose_unit_unusual",
    table="order",
    reads=(all_kinds()["order"].shape,),
    severity=Severity.WARNING,
    why=Say(
        "The number may stand for a thousandth or a thousandfold.",
        "数值可能相差一千倍。",
    ),
    examined="dose is not null",
    bad=DOSES.bad("r.dose_unit_code <> u.unit and u.share >= 0.9"),
    find=find,
    scenes=(DOSES.scene("mg"), DOSES.scene("g", 21)),
)
