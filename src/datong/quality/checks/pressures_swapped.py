"""The systolic pressure is the greater one."""

from datetime import datetime
from decimal import Decimal

from datong.core.check import Severity
from datong.core.say import Say
from datong.core.shape import Row
from datong.quality.own import Scene, Tables, Together
from datong.standards.records import all_kinds


def find(tables: Tables) -> set[int]:
    """Find systolic pressures below the diastolic one of the same moment."""
    low = [v for v in tables["vital_sign"] if v["item_code"] == "diastolic"]
    high = [v for v in tables["vital_sign"] if v["item_code"] == "systolic"]
    return {int(str(s["record"])) for s in high if any(_is_swapped(s, d) for d in low)}


def _is_swapped(high: Row, low: Row) -> bool:
    """Tell whether two pressures of one moment stand the wrong way round."""
    shared = ("person", "time", "encounter")
    is_one = all(high[name] == low[name] for name in shared)
    if not is_one or high["person"] is None or high["time"] is None:
        return False
    a, b = high["value_number"], low["value_number"]
    return isinstance(a, Decimal) and isinstance(b, Decimal) and a < b


def _pressures(systolic: int, diastolic: int) -> list[Row]:
    """Make two pressures of one moment for the scenes."""
    shared: Row = {
        "person": 1,
        "encounter": 2,
        "time": datetime.fromisoformat("2024-03-02"),
    }
    high: Row = {
        "record": 9,
        "item_code": "systolic",
        "value_number": Decimal(systolic),
    }
    low: Row = {
        "record": 8,
        "item_code": "diastolic",
        "value_number": Decimal(diastolic),
    }
    return [{**shared, **high}, {**shared, **low}]


CHECK = Together(
    name="pressures_swapped",
    table="vital_sign",
    reads=(all_kinds()["vital_sign"].shape,),
    severity=Severity.ERROR,
    why=Say("Two columns were swapped, or a digit was lost.", "两列互换，或数字丢失。"),
    examined="item_code = 'systolic'",
    bad="""
        select s.record from vital_sign s join vital_sign d
        on d.person = s.person and d.time = s.time
        and d.encounter is not distinct from s.encounter
        where s.item_code = 'systolic' and d.item_code = 'diastolic'
        and s.value_number < d.value_number
    """,
    find=find,
    scenes=(
        Scene({"vital_sign": _pressures(120, 80)}, frozenset()),
        Scene({"vital_sign": _pressures(80, 120)}, frozenset((9,))),
    ),
)
