"""A record belongs to the visit and the person whose numbers stand in its row."""

import pyarrow as pa
import pytest

from datong.engine.duckdb import Duck
from datong.quality.between import compare_layers
from datong.quality.finding import Finding
from datong.quality.lineage import Lineage

VISITS, RESULTS = 2 << 40, 3 << 40
LINEAGE = Lineage(
    files={2: ("H1", "H1 his.JZ"), 3: ("H1", "H1 lis.JG")}, kinds={}, ledger=[]
)
MANY = 120
Held = dict[str, dict[str, pa.Table]]


def layers(*, moved: int = 0, lost: int = 0, renumbered: bool = False) -> Held:
    """Visits of forty people, three results to each; some results led elsewhere."""
    visits = range(MANY)
    of_result = [n // 3 for n in range(3 * MANY)]
    to: list[int | None] = [900 + n for n in of_result]
    for n in range(moved):
        to[3 * n] = 900 + (of_result[3 * n] + 40) % MANY
    for n in range(lost):
        to[7 * n] = None
    landed = {
        "H1 his.JZ": {
            "_row": [VISITS + n for n in visits],
            "病人": [f"{n % 40:05}" for n in visits],
            "流水号": [f"V{n}" for n in visits],
        },
        "H1 lis.JG": {
            "_row": [RESULTS + n for n in range(3 * MANY)],
            "条码": [f"B{n}" for n in range(3 * MANY)],
            "住院号": [f"{'X' if renumbered else 'V'}{n} " for n in of_result],
        },
    }
    records = {
        "encounter": {
            "record": list(visits),
            "_row": [VISITS + n for n in visits],
            "encounter": [900 + n for n in visits],
            "person": [n % 40 for n in visits],
            "_rule": [2] * MANY,
        },
        "lab_result": {
            "record": list(range(3 * MANY)),
            "_row": [RESULTS + n for n in range(3 * MANY)],
            "encounter": pa.array(to, pa.int64()),
            "person": [n % 40 for n in of_result],
            "_rule": [3] * (3 * MANY),
        },
    }
    made = {"source": landed, "records": records}
    return {
        layer: {name: pa.table(held) for name, held in tables.items()}
        for layer, tables in made.items()
    }


def found(made: Held) -> list[Finding]:
    with Duck() as duck:
        told, _ = compare_layers(duck, made, LINEAGE)
        return [one for one in told if one.type == "attached_elsewhere"]


def test_records_where_their_rows_say_are_right() -> None:
    (one,) = found(layers())
    assert (one.table, one.column, one.examined, one.bad) == (
        "lab_result",
        "encounter",
        3 * MANY,
        0,
    )


@pytest.mark.parametrize("moved", [1, 9])
def test_a_record_of_another_visit_is_found(moved: int) -> None:
    (one,) = found(layers(moved=moved))
    assert (one.bad, one.blame) == (moved, "etl")
    assert set(one.keys) == {str(3 * n) for n in range(moved)}


def test_a_record_whose_visit_was_lost_on_the_way_is_found() -> None:
    (one,) = found(layers(lost=4))
    assert set(one.keys) == {"0", "7", "14", "21"}


def test_a_source_with_other_numbers_is_not_judged() -> None:
    assert found(layers(renumbered=True)) == []
