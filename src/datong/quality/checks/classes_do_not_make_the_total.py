"""The classes of a bill make its total."""

from decimal import Decimal

from datong.core.check import Case, Check, Severity
from datong.core.say import Say
from datong.core.shape import Row
from datong.standards.records import all_kinds

CENT = Decimal("0.01")
CLASSES = (
    *("bed_fee", "consultation_fee", "examination_fee", "laboratory_fee"),
    *("treatment_fee", "operation_fee", "nursing_fee", "material_fee"),
    *("western_drug_fee", "decoction_fee", "patent_drug_fee", "registration_fee"),
    *("general_fee", "other_fee"),
)
SUM = " + ".join(f"coalesce({name}, 0)" for name in CLASSES)


def is_bad(row: Row) -> bool:
    """Tell whether the classes, where there are some, are off the total."""
    total = row["total"]
    found = [row[name] for name in CLASSES]
    whole = sum((v for v in found if isinstance(v, Decimal)), Decimal(0))
    return isinstance(total, Decimal) and whole > 0 and abs(whole - total) > CENT


CHECK = Check(
    name="classes_do_not_make_the_total",
    reads=all_kinds()["settlement"].shape,
    severity=Severity.ERROR,
    why=Say("A class of fees was left out.", "漏掉了某一类费用。"),
    where=(f"({SUM}) > 0 and abs(({SUM}) - total) > 0.01"),
    is_bad=is_bad,
    cases=(
        Case(
            dict.fromkeys(CLASSES)
            | {"bed_fee": Decimal(6), "other_fee": Decimal(4), "total": Decimal(10)},
            passes=True,
        ),
        Case(
            dict.fromkeys(CLASSES) | {"bed_fee": Decimal(6), "total": Decimal(10)},
            passes=False,
        ),
        Case(dict.fromkeys(CLASSES) | {"total": Decimal(10)}, passes=True),
    ),
)
