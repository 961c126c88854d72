"""A fault: where it is put, what it does, what should notice it.

A file of `faults/shipped` (or of a project) holds several:

    [[fault]]
    name = "null_as_zero"
    layer = "source"                 # source, mapping or views
    table = "order"
    where = "dose is not null"       # rows that it can touch; all without it
    unit = "cast(time as date)"      # touch whole days, departments ... instead of rows
    set = { dose = "0" }             # or copy = { column = "SQL" }, or remove = true
    at = "any"                       # the finding may be at another table
    blame = "source"                 # source, etl or vocabulary
    later = true                     # an earlier release was without it

What notices it is not said: the score may not know the answer.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from itertools import chain
from pathlib import Path

import pyarrow as pa

from datong.core.reason import Trouble
from datong.engine.duckdb import Duck, literal, quoted
from datong.quality.reasons import BAD_RULES

ASIDE = "aside"  # the file of those kept aside
APART = 700_000  # between the numbers of a row and of its copy


@dataclass(frozen=True, slots=True)
class Fault:
    """One silent fault; see the head of this file for its fields."""

    name: str
    group: str
    layer: str
    table: str
    blame: str
    where: str = "true"
    unit: str = ""
    at: str = ""
    set: Mapping[str, str] = field(default_factory=dict)
    copy: Mapping[str, str] | None = None
    remove: bool = False
    later: bool = False
    is_aside: bool = False  # checks are written without looking at what becomes of it


def all_faults(folder: Path | None = None) -> list[Fault]:
    """Return the faults that ship, and those of a project's folder."""
    shipped = (files(__package__) / "shipped").iterdir()
    own = sorted(folder.glob("*.toml")) if folder else []
    found = []
    for place in chain(sorted(shipped, key=lambda place: place.name), own):
        group = place.name.removesuffix(".toml")
        try:
            lines = tomllib.loads(place.read_text("utf-8"))["fault"]
            found += [
                Fault(**{"group": group, "is_aside": group == ASIDE, **line})
                for line in lines
            ]
        except (KeyError, TypeError, tomllib.TOMLDecodeError) as error:
            raise Trouble(BAD_RULES, place.name, said=str(error)) from error
    return found


def injected(table: pa.Table, fault: Fault, percent: float, seed: int) -> pa.Table:
    """Put a fault into a share of the rows that it can touch, one at least.

    The rows are chosen by a hash of their number and the seed.
    """
    unit = fault.unit or "_n"
    with Duck() as duck:
        duck.see("clean", table)
        sql = "select *, row_number() over () as _n from clean"
        duck.see("numbered", duck.fetch(sql))
        chosen = (
            f"select u from (select distinct {unit} as u from numbered"
            f" where {fault.where})"
            f" order by hash(cast(u as varchar) || {literal(seed)})"
            f" limit (select greatest(1, cast(count(distinct {unit}) * {percent} / 100"
            f" as bigint)) from numbered where {fault.where})"
        )
        duck.see("chosen", duck.fetch(chosen))
        touched = f"({fault.where}) and {unit} in (select u from chosen)"
        made = duck.fetch(_made(table, fault, touched))
    return made.select(table.column_names).cast(table.schema)


def _made(table: pa.Table, fault: Fault, touched: str) -> str:
    """Write the query for the table with the fault in it."""
    if fault.remove:
        return f"select * from numbered where not coalesce({touched}, false)"
    if fault.copy is not None:
        own = dict(fault.copy)
        if fault.layer == "source":
            own = {n: f"{n} + {APART}" for n in ("_row", "record")} | own
        columns = [
            f"cast({own[name]} as {_type(table, name)}) as {quoted(name)}"
            if name in own
            else quoted(name)
            for name in table.column_names
        ]
        held = ", ".join(quoted(name) for name in table.column_names)
        copies = f"select {', '.join(columns)} from numbered where {touched}"
        return f"select {held} from numbered union all {copies}"
    changed = (
        f"case when {touched} then cast({sql} as {_type(table, name)})"
        f" else {quoted(name)} end as {quoted(name)}"
        for name, sql in fault.set.items()
    )
    return f"select * replace ({', '.join(changed)}) from numbered"


def _type(table: pa.Table, name: str) -> str:
    """Name the engine's type of a column."""
    kind = table.schema.field(name).type
    if pa.types.is_decimal(kind):
        return f"decimal({kind.precision}, {kind.scale})"
    named = {"string": "varchar", "int64": "bigint", "int32": "integer"}
    named |= {"date32[day]": "date", "timestamp[us]": "timestamp", "bool": "boolean"}
    return named.get(str(kind), "double")
