"""Checks compiled from the shapes of standard records: nothing here is by hand.

In:  the kinds of record (datong.standards.records), the house's and China's value sets.
Out: for each column that is there: required, type, format, key, reference, value set,
     range of days. What a shape says is said once, in the shape.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from datong.core.check import Severity
from datong.core.say import Say
from datong.core.shape import Column, Kind
from datong.engine.duckdb import TYPES, Duck, Input, literal, quoted
from datong.quality.finding import Finding, Verdict, judge
from datong.quality.groups import GroupedBy
from datong.quality.scan import (
    BROKEN,
    WHOLE,
    Count,
    Scan,
    bad_keys,
    by_group,
    constant,
    rows_of,
    take,
)
from datong.standards.library import load
from datong.standards.record import Field, RecordKind
from datong.standards.records import all_kinds

SHOWN = 1_000
FIRST_DAY = "1850-01-01"  # nobody alive today was treated before
PARTIAL = "[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?"
OPERATORS = ("<", "<=", ">", ">=", "~")
PRECISIONS = ("year", "month", "day", "hour", "minute", "second")
# Value sets of China's standards, by the field that takes a code of one.
SETS = {
    ("person", "sex"): "GB/T 2261.1",
    ("diagnosis", "admission_condition"): "CV05.10.019",
    ("encounter", "admit_route"): "W/RC026",
    ("encounter", "discharge_way"): "CV06.00.226",
    ("procedure", "level"): "CV05.10.024",
}
SHAPES = {
    "shapeRequired": Say("A required column is filled.", "必填列不为空。"),
    "shapeType": Say("A column has its type.", "列的数据类型符合规定。"),
    "shapeKey": Say("A record's number occurs once.", "记录编号不重复。"),
    "shapeReference": Say(
        "The person or encounter that a record names is there.",
        "记录所指的患者或就诊存在。",
    ),
    "shapeFormat": Say("A partial date is written as one.", "部分日期的格式正确。"),
    "shapeRange": Say("A day is one that people live in.", "日期在可能的范围内。"),
    "shapeValueSet": Say(
        "A code is of its value set (the Chinese standard's, or the house's).",
        "编码取自规定的值域（国家标准值域或系统自身值域）。",
    ),
}


@dataclass(frozen=True, slots=True)
class ShapeCheck:
    """One compiled check: what it is of, what is examined, what is bad."""

    type: str
    table: str
    column: str
    examined: Count
    bad: Count


def judge_shapes(
    duck: Duck, inputs: Mapping[str, Input], today: date, by: GroupedBy | None = None
) -> list[Finding]:
    """Carry out what the shapes say on every kind of record that is there."""
    held = duck.see_all(inputs)
    kinds = {name: kind for name, kind in all_kinds().items() if name in held}
    checks = [c for n, kind in kinds.items() for c in compiled(kind, held, today)]
    splitting = by.over(duck, held) if by else WHOLE
    taken = take(duck, {n for c in checks for n in (c.examined, c.bad)}, splitting)
    found = []
    for check in checks:
        examined, bad = taken[check.examined], taken[check.bad]
        is_broken = BROKEN in (examined, bad)
        verdict = Verdict.BROKEN if is_broken else judge(examined, bad, None)
        is_bad = verdict is Verdict.FAIL
        keys = bad_keys(duck, check.bad, "record", SHOWN) if is_bad else ()
        groups = by_group(taken, check.examined, check.bad)
        found.append(_finding(check, (examined, bad), verdict, (keys, groups)))
    return found


def compiled(
    kind: RecordKind, held: Mapping[str, Mapping[str, str]], today: date
) -> Iterator[ShapeCheck]:
    """Compile the shape of one kind for the columns that its table has."""
    table, there = kind.name, held[kind.name]
    every = Count(rows_of(table))
    for column in kind.shape:
        if column.required:
            name = f"t.{quoted(column.name)}"
            is_absent = column.name not in there
            none = every if is_absent else Count(every.scan, f"{name} is null")
            yield ShapeCheck("shapeRequired", table, column.name, every, none)
        if column.name in there:
            yield _typed(table, column, there[column.name])
    again = f"select record from {quoted(table)} group by 1 having count(*) > 1"
    source = f"{quoted(table)} t semi join ({again}) b on b.record = t.record"
    yield ShapeCheck(
        "shapeKey", table, "record", every, Count(Scan(source, table=table))
    )
    yield from _references(table, there, held)
    for field in kind.fields.values():
        yield from _formats(kind, field, there, today)


def _typed(table: str, column: Column, kind: str) -> ShapeCheck:
    """Ask that a column is of the type that its shape gives it; all null is any."""
    wanted = TYPES[column.kind].upper().replace(" ", "")
    is_right = kind.replace(" ", "") == wanted or kind == "NULL"
    is_right |= column.kind is Kind.WHOLE and kind in ("INTEGER", "UBIGINT")
    return ShapeCheck(
        "shapeType", table, column.name, constant(1), constant(int(not is_right))
    )


def _references(
    table: str, there: Mapping[str, str], held: Mapping[str, Mapping[str, str]]
) -> Iterator[ShapeCheck]:
    """Ask that persons and encounters that a record names are there."""
    for name in ("person", "encounter"):
        if name in there and name != table and name in held.get(name, {}):
            some = Count(rows_of(table), f"t.{name} is not null")
            source = f"{quoted(table)} t anti join {name} o on o.{name} = t.{name}"
            lost = Count(Scan(source, table=table), f"t.{name} is not null", some)
            yield ShapeCheck("shapeReference", table, name, some, lost)


def _formats(
    kind: RecordKind, field: Field, there: Mapping[str, str], today: date
) -> Iterator[ShapeCheck]:
    """Ask that partial dates, days, operators and codes are what they can be."""
    for column, name, bad in _asked(kind, field, today):
        if column in there:
            value = f"t.{quoted(column)}"
            some = Count(rows_of(kind.name), f"{value} is not null")
            wrong = Count(some.scan, bad.replace("VALUE", value), some)
            yield ShapeCheck(name, kind.name, column, some, wrong)


def _asked(
    kind: RecordKind, field: Field, today: date
) -> Iterator[tuple[str, str, str]]:
    """Name what the notation of a field asks: column, check, SQL of a bad value."""
    if field.letter == "p":
        bad = f"not regexp_full_match(VALUE, {literal(PARTIAL)})"
        yield field.name, "shapeFormat", bad
    elif field.letter in ("d", "m"):
        # The end of a term may lie ahead; what was seen, recorded, done may not.
        late = f"VALUE >= date {literal(today)} + 366 * 2"
        bad = f"(VALUE < date {literal(FIRST_DAY)} or {late})"
        yield field.name, "shapeRange", bad
    elif field.letter == "v":
        listed = ", ".join(literal(one) for one in OPERATORS)
        yield f"{field.name}_operator", "shapeValueSet", f"VALUE not in ({listed})"
    elif field.name == "time_precision":
        listed = ", ".join(literal(one) for one in PRECISIONS)
        yield field.name, "shapeValueSet", f"VALUE not in ({listed})"
    elif field.letter == "c":
        codes = codes_of(kind.name, field.name)
        if codes:
            listed = ", ".join(literal(one) for one in codes)
            # A code of another system (a local one, a URI) is not of this set.
            ours = f"coalesce(t.{field.name}_system, '') not like '%:%'"
            bad = f"({ours} and VALUE not in ({listed}))"
            yield f"{field.name}_code", "shapeValueSet", bad


def codes_of(kind: str, field: str) -> tuple[str, ...]:
    """Return the codes that a field takes by a Chinese standard; none where none is."""
    name = SETS.get((kind, field))
    sets = load().sets
    chosen = sets[name] if name and name in sets else None
    return tuple(chosen.labels) if chosen and chosen.complete else ()


def _finding(
    check: ShapeCheck,
    counts: tuple[int, int],
    verdict: Verdict,
    more: tuple[tuple[str, ...], Mapping[str, Mapping[str, tuple[int, int]]]],
) -> Finding:
    """Put a finding together."""
    return Finding(
        layer="records",
        type=check.type,
        table=check.table,
        column=check.column,
        concept="",
        argument="",
        examined=max(0, counts[0]),
        bad=max(0, counts[1]),
        unit="yes/no" if check.type == "shapeType" else "rows",
        threshold=None,
        verdict=verdict,
        severity=Severity.ERROR,
        category="conformance",
        subcategory="relational" if check.type in RELATIONAL else "value",
        keys=more[0],
        groups=more[1],
    )


RELATIONAL = {"shapeRequired", "shapeKey", "shapeReference"}
