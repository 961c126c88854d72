"""Law: on any rows, SQL finds what plain Python finds."""

from datetime import date, datetime
from decimal import Decimal

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from datong.core.check import Check
from datong.core.shape import Column, Kind, Shape, Value
from datong.engine.duckdb import ARROW as TYPES
from datong.engine.duckdb import Duck
from datong.quality.checks import all_checks
from datong.quality.own import OwnCheck, Scene, TextCheck, Together
from datong.standards.records import all_kinds

DUCK = Duck()  # one for all: opening one takes longer than asking
# Few distinct values, so that equal and neighbouring ones are common.
ANY: dict[Kind, st.SearchStrategy[Value]] = {
    Kind.TEXT: st.sampled_from(["", "甲", "H", "5", "<5", "2024-03-02"]),
    Kind.WHOLE: st.integers(-2, 2),
    Kind.DECIMAL: st.integers(-3, 50).map(Decimal),
    Kind.DATE: st.dates(date(2024, 3, 1), date(2024, 3, 3)),
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
KINDS = all_kinds()
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
    asked = f"select {check.where} as bad, {check.condition} as quick from t"
    found = DUCK.fetch(asked, {"t": table}).to_pydict()
    assert found["bad"] == [check.is_bad(text) for text in texts]
    assert found["quick"] == found["bad"]


TOGETHER = list({c.name: c for c in all_checks() if isinstance(c, Together)}.values())
Rows = list[dict[str, Value]]


def drawn(check: Together, column: Column) -> st.SearchStrategy[Value]:
    """Draw nothing, anything, or what some row of the check's scenes holds there."""
    rows = [r for s in check.scenes for held in s.tables.values() for r in held]
    edges = [row[column.name] for row in rows if column.name in row]
    return st.none() | ANY[column.kind] | st.sampled_from(edges or [None])


@st.composite
def disturbed(draw: st.DrawFn, check: Together, shape: Shape, scene: Scene) -> Rows:
    """Take a scene's rows of one table, leave some out, repeat some, change some."""
    key = "record" if shape.name in KINDS else shape.key[0]
    held = [dict(row) for row in scene.tables[shape.name]]
    kept = draw(st.integers(0, len(held))) if draw(st.booleans()) else 0
    held = held[kept:] + [dict(row) for row in held[: draw(st.integers(0, 3))]]
    used = {name for s in check.scenes for row in s.tables[shape.name] for name in row}
    columns = [c for c in shape if c.name in used and c.name != key]
    for _ in range(draw(st.integers(0, 6)) if held and columns else 0):
        column = draw(st.sampled_from(columns))
        row = draw(st.sampled_from(held))
        row[column.name] = draw(drawn(check, column))
    return [{**row, key: n} if key in used else row for n, row in enumerate(held, 1)]


@pytest.mark.parametrize("check", TOGETHER, ids=lambda check: check.name)
@given(data=st.data())
def test_on_any_rows_together(check: Together, data: st.DataObject) -> None:
    scene = data.draw(st.sampled_from(check.scenes))
    tables = {}
    for shape in check.reads:
        schema = pa.schema([(c.name, TYPES[c.kind]) for c in shape])
        rows = data.draw(disturbed(check, shape, scene), label=shape.name)
        tables[shape.name] = pa.Table.from_pylist(rows, schema)
    plain = {name: table.to_pylist() for name, table in tables.items()}
    found = DUCK.fetch(f"select distinct * from ({check.bad})", dict(tables))
    assert set(found.column(0).to_pylist()) == check.find(plain)


@pytest.mark.parametrize(
    "check", {c.name: c for c in all_checks()}.values(), ids=lambda c: c.name
)
def test_a_check_is_whole(check: OwnCheck) -> None:
    """Each has its SQL, its twin, its reason in two languages, cases of both ends."""
    assert check.why.en.strip()
    assert check.why.zh.strip()
    if isinstance(check, Together):
        assert check.bad.strip()
        assert callable(check.find)
        assert {bool(scene.bad) for scene in check.scenes} == {True, False}
        return
    assert check.where.strip()
    assert callable(check.is_bad)
    if isinstance(check, TextCheck):
        assert {passes for _, passes in check.cases} == {True, False}
    else:
        assert {case.passes for case in check.cases} == {True, False}
