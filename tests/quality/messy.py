"""An OMOP database in which every kind of thing is wrong, from a seed."""

from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from datong.core.shape import Kind
from datong.standards.omop import Field, fields, rules, tables

DAY = date(2026, 11, 24)
ARROW = {
    Kind.WHOLE: pa.int64(),
    Kind.DECIMAL: pa.decimal128(18, 3),
    Kind.DATE: pa.date32(),
    Kind.TIME: pa.timestamp("us"),
    Kind.TEXT: pa.string(),
}


def write_messy(folder: Path, version: str, seed: int, rows: int = 200) -> None:
    """Write every table of a version; few distinct values, so that things collide."""
    folder.mkdir(parents=True, exist_ok=True)
    random = np.random.default_rng(seed)
    concepts = _concepts(random, version)
    for table in tables(version):
        held = [field for field in fields(version) if field.table == table]
        size = (
            len(concepts)
            if table == "concept"
            else int(random.integers(rows // 2, rows))
        )
        size = min(size, 15) if table == "condition_era" else size  # some have none
        made = {field.name: _values(random, field, concepts, size) for field in held}
        if table == "concept":
            made["concept_id"] = concepts
        arrays = {
            field.name: pa.array(made[field.name], ARROW[field.column.kind])
            for field in held
        }
        pq.write_table(pa.table(arrays), folder / f"{table}.parquet")


def _concepts(random: np.random.Generator, version: str) -> list[int]:
    """Choose some of the concepts that rules speak of, 0, units and the sexes."""
    named = [rule for rule in rules(version) if rule.concept]
    chosen = random.choice(len(named), 40, replace=False)
    of = [int(c) for n in chosen for c in named[int(n)].concept.split("+")]
    units = [
        int(u)
        for n in chosen
        for u in named[int(n)].argument.split()
        if u.isdecimal() and int(u) > 0
    ]
    groups = [c for r in named if "+" in r.concept for c in r.concept.split("+")]
    return sorted({0, 8507, 8532, *of, *units, *(int(c) for c in groups)})


def _values(
    random: np.random.Generator, field: Field, concepts: list[int], size: int
) -> list[object]:
    """Draw the values of a field, some of them null."""
    drawn = [_value(random, field, concepts) for _ in range(size)]
    return [None if random.random() < 0.15 else value for value in drawn]


def _value(random: np.random.Generator, field: Field, concepts: list[int]) -> object:
    """Draw one value that fits the field's type, and little else."""
    number = int(random.integers(40))
    if field.name.endswith(("concept_id", "concept_id_1", "concept_id_2")):
        return int(random.choice([*concepts, 77, 0]))
    if field.name == "year_of_birth":
        return int(random.choice([1840, 1900, 1950, 1999, 2026, 2028]))
    if field.name in ("month_of_birth", "day_of_birth"):
        return 1 + number % 12  # no other makes a date: OHDSI's SQL would break
    if field.name in ("domain_id", "concept_class_id", "standard_concept"):
        options = [*field.domains, "S", "C", "Gender", "Drug", "Unit", "Ingredient"]
        return str(random.choice(options))
    day = DAY - timedelta(days=int(random.choice([-2, -1, 0, 10, 30, 70, 9000, 40000])))
    day += timedelta(days=int(random.integers(4)))
    moment = datetime(day.year, day.month, day.day, number % 24)
    drawn = {
        Kind.WHOLE: number - 2,
        Kind.DECIMAL: number - 2,
        Kind.DATE: day,
        Kind.TIME: moment,
        Kind.TEXT: f"v{number % 7}",
    }
    return drawn[field.column.kind]
