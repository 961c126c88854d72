"""A source value is mapped in one way."""

from collections import Counter
from collections.abc import Callable

from datong.core.check import Severity
from datong.core.say import Say
from datong.core.shape import Row
from datong.quality.own import Scene, Tables, Together
from datong.standards.omop import tables as omop_tables

# Fixed lists that a view translates itself; other words come through the terms.
FIXED = {"gender", "race", "ethnicity", "visit", "visit_detail"}
# What a view also takes from elsewhere: that a stay has no end yet says "still there".
CHOSEN = {"admitted_from", "discharged_to"}


def _finder(table: str, stem: str) -> Callable[[Tables], set[int]]:
    """Make the plain twin for one table."""
    key = omop_tables()[table].key[0]
    value, concept = f"{stem}_source_value", f"{stem}_concept_id"

    def find(tables: Tables) -> set[int]:
        """Find rows with another concept than nine tenths of their source value."""
        rows = [r for r in tables[table] if None not in (r[value], r[concept])]
        pairs = Counter((str(r[value]), int(str(r[concept]))) for r in rows)
        whole = Counter(str(r[value]) for r in rows)
        usual = {v: c for (v, c), n in pairs.items() if n * 10 >= whole[v] * 9}
        odd = [r for r in rows if usual.get(str(r[value]), r[concept]) != r[concept]]
        return {int(str(r[key])) for r in odd}

    return find


def _check(table: str, stem: str) -> Together:
    """Make the check for one table."""
    key = omop_tables()[table].key[0]
    value, concept = f"{stem}_source_value", f"{stem}_concept_id"

    rows: list[Row] = [{key: n, value: "I10", concept: 5} for n in range(1, 20)]
    return Together(
        name="source_value_with_two_concepts",
        table=table,
        reads=(omop_tables()[table],),
        severity=Severity.WARNING,
        why=Say(
            "The same word was mapped to another concept for a few rows.",
            "同一源值在少数记录中被映射到了另一个概念。",
        ),
        examined=f"{value} is not null",
        bad=f"""
        with pairs as (
            select {value} as value, {concept} as concept, count(*) as n
            from {table} where {value} is not null and {concept} is not null
            group by all
        ), usual as (
            select value, concept from pairs
            qualify n * 10 >= sum(n) over (partition by value) * 9
        )
        select t.{key} from {table} t join usual u on u.value = t.{value}
        where t.{concept} <> u.concept
        """,
        find=_finder(table, stem),
        column=concept,
        blame="etl" if stem in FIXED else "vocabulary",
        scenes=(
            Scene({table: [*rows, {key: 20, value: "I10", concept: 5}]}, frozenset()),
            Scene(
                {table: [*rows, {key: 20, value: "I10", concept: 6}]}, frozenset({20})
            ),
        ),
    )


def _stems(table: str) -> list[str]:
    """Name what a table has both a concept and a source value of."""
    names = [column.name for column in omop_tables()[table]]
    stems = [n.removesuffix("_concept_id") for n in names if n.endswith("_concept_id")]
    told = [stem for stem in stems if f"{stem}_source_value" in names]
    return [stem for stem in told if stem not in CHOSEN]


CHECKS = tuple(
    _check(table, stem)
    for table, shape in omop_tables().items()
    for stem in _stems(table)
    if len(shape.key) == 1
)
