"""A field that is nearly always the same differs for a reason, or it was made so."""

import pyarrow as pa

from datong.engine.duckdb import Duck
from datong.quality.between import compare_layers
from datong.quality.finding import Finding
from datong.quality.lineage import Lineage

FILE, ROWS = 3 << 40, 2_000
LINEAGE = Lineage({3: ("H1", "H1 lis.JG")}, {3: "lab_result"}, ledger=[])


def found(status: list[str], remark: list[str]) -> list[Finding]:
    """Judge results of which few have another status; beside them a remark."""
    rows = [FILE + n for n in range(ROWS)]
    source = {
        "_row": rows,
        "条码": [f"B{n:06}" for n in range(ROWS)],
        "备注": remark,
        "项目": ["钾" if n % 3 else "钠" for n in range(ROWS)],
    }
    record = {
        "record": list(range(ROWS)),
        "_row": rows,
        "_rule": [3] * ROWS,
        "organization": ["H1"] * ROWS,
        "status_code": status,
    }
    layers = {
        "source": {"H1 lis.JG": pa.table(source)},
        "records": {"lab_result": pa.table(record)},
    }
    with Duck() as duck:
        told, _ = compare_layers(duck, layers, LINEAGE)
        return [one for one in told if one.type == "unexplained_difference"]


def statuses(few: set[int]) -> list[str]:
    return ["preliminary" if n in few else "final" for n in range(ROWS)]


FEW = set(range(0, ROWS, 130))


def test_what_is_always_the_same_is_not_told() -> None:
    assert found(statuses(set()), [""] * ROWS) == []


def test_a_few_that_differ_for_nothing_in_their_rows_are_told() -> None:
    (one,) = found(statuses(FEW), [""] * ROWS)
    assert (one.table, one.column, one.blame) == ("lab_result", "status_code", "etl")
    assert set(one.keys) == {str(n) for n in FEW}


def test_a_few_that_differ_with_a_word_of_their_rows_are_right() -> None:
    remark = ["初步" if n in FEW else "" for n in range(ROWS)]
    assert found(statuses(FEW), remark) == []


def test_a_few_that_differ_with_how_a_word_begins_are_right() -> None:
    remark = [f"*{n}" if n in FEW else f"{n}" for n in range(ROWS)]
    assert found(statuses(FEW), remark) == []
