"""A line is billed once."""

from collections import Counter
from datetime import datetime
from decimal import Decimal

from datong.core.check import Severity
from datong.core.say import Say
from datong.core.shape import Row, Value
from datong.quality.own import Scene, Tables, Together
from datong.standards.records import all_kinds

KINDS = all_kinds()


def find(tables: Tables) -> set[int]:
    """Find lines equal in visit, item, time and amount to another."""
    names = ("encounter", "item_code", "item_text", "time", "amount")
    some = [
        line
        for line in tables["fee_line"]
        if line["encounter"] is not None
        and line["time"] is not None
        and isinstance(line["amount"], Decimal)
        and line["amount"] > 0
    ]
    many = Counter(tuple(line[name] for name in names) for line in some)
    double = [line for line in some if many[tuple(line[n] for n in names)] > 1]
    return {int(str(line["record"])) for line in double}


def _line(record: int, item: str) -> Row:
    """Make a line for the scenes."""
    time = datetime.fromisoformat("2024-03-02T08:00")
    own: dict[str, Value] = {
        "record": record,
        "encounter": 1,
        "time": time,
        "amount": Decimal(3),
    }
    return {**own, "item_code": item, "item_text": item}


CHECK = Together(
    name="billed_twice",
    table="fee_line",
    reads=(KINDS["fee_line"].shape,),
    severity=Severity.WARNING,
    why=Say(
        "The same item at the same moment under two numbers.",
        "同一项目在同一时刻以两个流水号计费。",
    ),
    examined="true",
    bad="""
        select record from fee_line where encounter is not null and time is not null
        and amount > 0 qualify count(*) over (
            partition by encounter, item_code, item_text, time, amount) > 1
    """,
    find=find,
    scenes=(
        Scene({"fee_line": [_line(1, "a"), _line(2, "b")]}, frozenset(())),
        Scene({"fee_line": [_line(1, "a"), _line(2, "a")]}, frozenset((1, 2))),
    ),
)
