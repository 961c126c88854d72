"""The law: the compiled forms and Cedar say what the reference says, of every row."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datong.engine.duckdb import Duck
from datong.guard import compiled, masks, reference
from datong.guard.catalogue import Table
from datong.guard.facts import FACTS, Facts, Of, Sort
from datong.guard.grammar import names
from datong.guard.policy import Policy
from datong.guard.sql import Compiler
from tests.guard import cedar
from tests.guard.worlds import COLUMN, RULES, SCALES, facts, policies

ARROW = {
    Sort.TEXT: pa.string(),
    Sort.WHOLE: pa.int64(),
    Sort.FLAG: pa.bool_(),
    Sort.SET: pa.list_(pa.string()),
}
SECRETS = ("1", "12345", "张三丰", None)


@pytest.fixture(scope="module")
def duck() -> Iterator[Duck]:
    with Duck() as opened:
        yield opened


def table_of(rows: Sequence[Facts]) -> pa.Table:
    """The facts of rows as the gate's relation `facts`."""
    columns: dict[str, pa.Array] = {"person_key": pa.array(range(len(rows)))}
    for fact in FACTS.values():
        if fact.of is Of.ROW:
            values = [row[fact.name] for row in rows]
            plain = [sorted(v) if isinstance(v, frozenset) else v for v in values]
            columns[fact.column] = pa.array(plain, ARROW[fact.sort])
    return pa.table(columns)


@dataclass(frozen=True, slots=True, eq=False)
class Graded(Table):
    """A table whose columns are as a test says, nulls among it."""

    said: Facts = field(default_factory=dict)

    def facts(self, column: str) -> Facts:  # noqa: ARG002 - all are alike
        return self.said


def seen_in_sql(
    duck: Duck, policy: Policy, asked: Facts, grade: Facts, rows: Sequence[Facts]
) -> dict[int, str | None]:
    """Run the compiled view; return what is seen, by row."""
    table = Graded("secrets", {}, person="person_key", said=grade)
    compiler = Compiler(policy, asked, table)
    cells = {name: compiler.column(name) for name in ("n", COLUMN)}
    view = compiler.view({COLUMN: cells[COLUMN]}, ())
    view = view.replace("select ", 'select t."n", ', 1)
    secrets = [SECRETS[n % len(SECRETS)] for n in range(len(rows))]
    keys = pa.array(range(len(rows)))
    data = pa.table({"person_key": keys, "n": keys, COLUMN: pa.array(secrets)})
    answer = duck.fetch(view, {"secrets": data, "facts": table_of(rows)})
    return {row["n"]: row[COLUMN] for row in answer.to_pylist()}


ACCESSES = st.builds(lambda a, b: {**a, **b}, facts(Of.ACCESS), SCALES)


ROWS = st.lists(facts(Of.ROW), min_size=1, max_size=8)


@settings(max_examples=100)
@given(policies(), ACCESSES, facts(Of.COLUMN), ROWS)
def test_reference_python_sql_and_cedar_agree(
    duck: Duck, policy: Policy, asked: Facts, grade: Facts, rows: list[Facts]
) -> None:
    whole = [{**asked, **grade, **row} for row in rows]
    law = [reference.decide(policy, one, COLUMN) for one in whole]
    python = [compiled.decide(policy, one, COLUMN) for one in whole]
    assert [(c.shown, c.mask) for c in python] == [(c.shown, c.mask) for c in law]
    assert cedar.decide(policy, whole) == [cell.shown for cell in law]
    seen = seen_in_sql(duck, policy, asked, grade, rows)
    expected = {
        n: masks.plain(cell.mask, SECRETS[n % 4]) if cell.mask else SECRETS[n % 4]
        for n, cell in enumerate(law)
        if cell.shown
    }
    assert seen == expected


@given(RULES, facts(*Of))
def test_true_false_and_unknown_are_three_answers(rule: object, of: Facts) -> None:
    law = reference.truth(rule, of)  # type: ignore[arg-type]  # a rule
    space = {FACTS[name].column: of[name] for name in names(rule)}  # type: ignore[arg-type]  # a rule
    python = [
        eval(say(rule), {}, dict(space))  # noqa: S307 - what the product compiles
        for say in (compiled.is_true, compiled.is_false)  # type: ignore[arg-type]  # a rule
    ]
    assert python == [law is True, law is False]
