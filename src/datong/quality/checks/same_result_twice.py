"""A result is there once."""

from collections import Counter
from datetime import datetime

from datong.core.check import Severity
from datong.core.say import Say
from datong.core.shape import Row, Value
from datong.quality.own import Scene, Tables, Together
from datong.standards.records import all_kinds

KINDS = all_kinds()


def find(tables: Tables) -> set[int]:
    """Find results equal in person, item, time and value to another."""
    names = (
        "organization",
        "person",
        "item_code",
        "time",
        "value_text",
        "value_number",
    )
    needed = ("item_code", "time", "person")
    some = [r for r in tables["lab_result"] if all(r[n] is not None for n in needed)]
    many = Counter(tuple(r[name] for name in names) for r in some)
    return {int(str(r["record"])) for r in some if many[tuple(r[n] for n in names)] > 1}


def _result(record: int, text: str) -> Row:
    """Make a result for the scenes."""
    time = datetime.fromisoformat("2024-03-02T08:00")
    own: dict[str, Value] = {
        "record": record,
        "organization": "H001",
        "person": 1,
        "time": time,
    }
    return {**own, "item_code": "K", "value_text": text, "value_number": None}


CHECK = Together(
    name="same_result_twice",
    table="lab_result",
    reads=(KINDS["lab_result"].shape,),
    severity=Severity.WARNING,
    why=Say(
        "A file was delivered twice under new numbers, or a join multiplied rows.",
        "文件以新编号重复递交，或关联使行数翻倍。",
    ),
    examined="true",
    bad="""
        select record from lab_result where item_code is not null and time is not null
        and person is not null qualify count(*) over (partition by organization, person,
        item_code, time, value_text, value_number) > 1
    """,
    find=find,
    scenes=(
        Scene({"lab_result": [_result(1, "5.1"), _result(2, "5.2")]}, frozenset(())),
        Scene(
            {"lab_result": [_result(1, "5.1"), _result(2, "5.1")]}, frozenset((1, 2))
        ),
    ),
)
