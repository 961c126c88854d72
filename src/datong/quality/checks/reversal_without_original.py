"""A reversal reverses a line that exists."""

from datong.core.check import Severity
from datong.core.say import Say
from datong.quality.own import Scene, Tables, Together
from datong.standards.records import all_kinds

KINDS = all_kinds()


def find(tables: Tables) -> set[int]:
    """Find reversals of a line that the same organization does not have."""
    lines = [line for line in tables["fee_line"] if line["organization"] is not None]
    there = {(line["organization"], line["fee_number"]) for line in lines}
    return {
        int(str(line["record"]))
        for line in tables["fee_line"]
        if line["reverses"] is not None
        and (line["organization"], line["reverses"]) not in there
    }


CHECK = Together(
    name="reversal_without_original",
    table="fee_line",
    reads=(KINDS["fee_line"].shape,),
    severity=Severity.ERROR,
    why=Say(
        "The original was dropped, or the number is wrong.",
        "原始收费缺失，或流水号有误。",
    ),
    examined="reverses is not null",
    bad="""
        select l.record from fee_line l anti join fee_line o
        on o.organization = l.organization and o.fee_number = l.reverses
        where l.reverses is not null
    """,
    find=find,
    scenes=(
        Scene(
            {
                "fee_line": [
                    {
                        "record": 1,
                        "organization": "H",
                        "fee_number": "F1",
                        "reverses": None,
                    },
                    {
                        "record": 2,
                        "organization": "H",
                        "fee_number": "F2",
                        "reverses": "F1",
                    },
                ]
            },
            frozenset(()),
        ),
        Scene(
            {
                "fee_line": [
                    {
                        "record": 2,
                        "organization": "H",
                        "fee_number": "F2",
                        "reverses": "F1",
                    }
                ]
            },
            frozenset((2,)),
        ),
    ),
)
