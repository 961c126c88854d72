"""Laws of the views, over invented records of every kind."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import pyarrow.parquet as pq
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from datong.cdm.omop import rules, views
from datong.cdm.omop.view import LINEAGE
from datong.core.shape import Column, Kind
from datong.standards.omop import fields, tables
from datong.standards.records import all_kinds

Run = Callable[..., Any]
START = datetime.fromisoformat("2024-01-01 08:00")
WORDS = {
    "status_code": [None, "final", "cancelled", "error", "planned", "not-done", "done"],
    "class_code": [None, "inpatient", "outpatient", "emergency", "internet"],
    "type_code": [None, "drug", "test"],
    "given_code": [None, "given", "refused"],
    "sex_code": [None, "1", "2", "0", "9"],
    "discharge_way_code": [None, "1", "5"],
    "role_code": [None, "main", "other"],
    "certainty_code": [None, "refuted"],
    "order": [None, "A", "B"],
    "order_number": ["A", "B"],
    "time_precision": [None, "day", "second"],
    "birth": [None, "1950", "1980-02", "2001-12-31", "unknown"],
    "source": ["his"],
    "organization": ["h1", "h2"],
}
# One main table for each kind that is an event.
EVENTS = (
    "condition_occurrence",
    "procedure_occurrence",
    "drug_exposure",
    "device_exposure",
    "measurement",
    "observation",
)


def _value(column: Column, chance: Random) -> Any:
    """Invent a value of a column."""
    if column.name in WORDS:
        return chance.choice(WORDS[column.name])
    if column.kind is Kind.TIME:
        days = chance.randint(-10, 60)
        return None if days < 0 else START + timedelta(days=days)
    return chance.choice(
        {
            Kind.TEXT: [None, "甲", "B2", "很" * 60],
            Kind.WHOLE: [1, 2, 3],
            Kind.DECIMAL: [None, Decimal(0), Decimal("1.5"), Decimal(7)],
            Kind.DATE: [START.date()],
            Kind.FLAG: [None, None, None, False, True],
        }[column.kind]
    )


def region_of(seed: int) -> dict[str, list[dict[str, Any]]]:
    """Invent records of every kind; their numbers are unique over all."""
    chance, region, number = Random(seed), {}, 0  # noqa: S311 - invented records need no secrecy
    for name, kind in all_kinds().items():
        if kind.vault:
            continue
        held = [c for c in kind.shape if not c.identifies]
        rows = []
        for _ in range(chance.randint(1, 20)):
            number += 1
            row = {c.name: _value(c, chance) for c in held} | {"record": number}
            # An encounter key belongs to one organization, as in the vault.
            row["encounter"] = row["encounter"] * 10 + (row["organization"] == "h2")
            rows.append(row)
        region[name] = rows
    return region


@settings(max_examples=8, deadline=None, phases=[Phase.explicit, Phase.generate])
@given(seed=st.integers(0, 2**32))
def test_the_laws_of_the_views(omop: Run, seed: int) -> None:
    region = region_of(seed)
    out = omop(region)
    _accounts_balance(out, region)
    _every_admitted_record_appears_and_none_twice(out, region)
    _keys_are_unique_and_references_resolve(out)
    _required_fields_are_filled(out)


def _accounts_balance(out: Any, region: dict[str, list[dict[str, Any]]]) -> None:
    for kind, rows in region.items():
        told = out.account(kind)
        assert sum(told.values()) == len(rows), kind
        assert set(told) - {"kept", "merged"} <= set(rules()), kind


def _every_admitted_record_appears_and_none_twice(
    out: Any, region: dict[str, list[dict[str, Any]]]
) -> None:
    made = Counter(
        row["_record"]
        for table in EVENTS
        for row in out.rows(table)
        if row[f"{table}_id" if f"{table}_id" in row else "_record"] == row["_record"]
    )
    kinds = ("diagnosis", "lab_result", "order", "administration", "allergy", "variant")
    for kind in kinds:
        numbers = {row["record"] for row in region[kind]}
        appeared = {n: made[n] for n in numbers if made[n]}
        assert len(appeared) == out.account(kind).get("kept", 0), kind
        assert set(appeared.values()) <= {1}, kind


def _keys_are_unique_and_references_resolve(out: Any) -> None:
    made = {view.table for view in views()} & tables().keys()
    keys = {}
    for table in made:
        (key,) = tables()[table].key or ("person_id",)
        if table in ("death", "fact_relationship", "cdm_source"):
            continue
        held = [row[key] for row in out.rows(table)]
        assert len(held) == len(set(held)), table
        keys[table] = set(held)
    for field in fields():
        target = field.references[0] if field.references else ""
        if field.table in made and target in keys:
            told = {row[field.name] for row in out.rows(field.table)} - {None}
            assert told <= keys[target], (field.table, field.name)


def _required_fields_are_filled(out: Any) -> None:
    for field in fields():
        if field.required and f"omop_{field.table}" in out.files:
            for row in out.rows(field.table):
                assert row[field.name] is not None, (field.table, field.name)


def test_a_view_has_the_columns_of_its_table_and_its_lineage(omop: Run) -> None:
    out = omop({"person": [{"record": 1, "birth": "1980"}]})
    for view in (v for v in views() if v.published):
        names = pq.read_schema(out.files[view.name][0]).names
        wanted = [column.name for column in tables()[view.table]]
        assert names[: len(wanted) + 5] == [*wanted, *LINEAGE], view.table
        assert all(name.startswith("_") for name in names[len(wanted) :])
