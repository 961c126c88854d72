"""Law: on any rows, SQL finds what plain Python finds."""

from datetime import datetime
from decimal import Decimal

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from datong.core.check import Check
from datong.core.shape import Column, Kind, Value
from datong.engine.duckdb import Duck
from datong.quality.checks import all_checks
from datong.quality.own import TextCheck

DUCK = Duck()  # one for all: opening one takes longer than asking
# Few distinct values, so that equal and neighbouring ones are common.
ANY: dict[Kind, st.SearchStrategy[Value]] = {
    Kind.TEXT: st.sampled_from(["", "甲", "H", "5", "<5", "2024-03-02"]),
    Kind.WHOLE: st.integers(-2, 2),
    Kind.DECIMAL: st.integers(-3, 50).map(Decimal),
    Kind.TIME: st.datetimes(datetime(2024, 3, 1), datetime(2024, 3, 3)),
    Kind.FLAG: st.booleans(),
}
ARROW = {
    Kind.TEXT: pa.string(),
    Kind.WHOLE: pa.int64(),
    Kind.DECIMAL: pa.decimal128(18, 6),
    Kind.TIME: pa.timestamp("us"),
    Kind.FLAG: pa.bool_(),
}
ROWS = list({c.name: c for c in all_checks() if isinstance(c, Check)}.values())
TEXTS = [check for check in all_checks() if isinstance(check, TextCheck)]


def used(check: Check) -> list[Column]:
    """Choose the columns that a check speaks of."""
    named = set(check.cases[0].row)
    return [column for column in check.reads if column.name in named]


def values(check: Check, column: Column) -> st.SearchStrategy[Value]:
    """Draw nothing, anything, or a value of the check's cases: they mark its edges."""
    edges = [case.row.get(column.name) for case in check.cases]
    return st.none() | ANY[column.kind] | st.sampled_from(edges)


@pytest.mark.parametrize("check", ROWS, ids=lambda check: check.name)
@given(data=st.data())
def test_on_any_rows(check: Check, data: st.DataObject) -> None:
    columns = used(check)
    row = st.fixed_dictionaries({c.name: values(check, c) for c in columns})
    rows = data.draw(st.lists(row, min_size=1, max_size=8))
    schema = pa.schema([(c.name, ARROW[c.kind]) for c in columns])
    table = pa.Table.from_pylist(rows, schema)
    sql = f"select coalesce({check.where}, false) as bad from t"
    found = DUCK.fetch(sql, {"t": table}).to_pydict()["bad"]
    assert found == [check.is_bad(row) for row in rows]


@pytest.mark.parametrize("check", TEXTS, ids=lambda check: check.name)
@given(data=st.data())
def test_on_any_texts(check: TextCheck, data: st.DataObject) -> None:
    edges = st.sampled_from([text for text, _ in check.cases])
    drawn = st.text(st.characters(exclude_characters="\x00", codec="utf-8"), max_size=6)
    longer = st.tuples(edges, drawn).map("".join)
    texts = data.draw(st.lists(edges | drawn | longer, min_size=1, max_size=8))
    table = pa.table({"value": texts})
    found = DUCK.fetch(f"select {check.where} as bad from t", {"t": table}).to_pydict()
    assert found["bad"] == [check.is_bad(text) for text in texts]
