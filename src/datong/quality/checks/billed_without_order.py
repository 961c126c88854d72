"""A line is billed for an order."""

from datong.core.check import Severity
from datong.core.say import Say
from datong.quality.own import Scene, Tables, Together
from datong.standards.records import all_kinds

KINDS = all_kinds()


def find(tables: Tables) -> set[int]:
    """Find rows that refer to a number that the same organization does not have."""
    there = {(row["organization"], row["order_number"]) for row in tables["order"]}
    return {
        int(str(row["record"]))
        for row in tables["fee_line"]
        if row["order"] is not None and (row["organization"], row["order"]) not in there
    }


CHECK = Together(
    name="billed_without_order",
    table="fee_line",
    reads=(
        KINDS["fee_line"].shape,
        KINDS["order"].shape,
    ),
    severity=Severity.WARNING,
    why=Say(
        "The order was lost on the way, or the number is wrong.",
        "医嘱丢失，或医嘱号有误。",
    ),
    examined='"order" is not null',
    bad="""
        select a.record from "fee_line" a anti join "order" b
        on b.organization = a.organization and b.order_number = a."order"
        where a."order" is not null
    """,
    find=find,
    scenes=(
        Scene(
            {
                "order": [{"organization": "H", "order_number": "1"}],
                "fee_line": [{"record": 2, "organization": "H", "order": "1"}],
            },
            frozenset(()),
        ),
        Scene(
            {
                "order": [{"organization": "G", "order_number": "1"}],
                "fee_line": [{"record": 2, "organization": "H", "order": "1"}],
            },
            frozenset((2,)),
        ),
    ),
)
