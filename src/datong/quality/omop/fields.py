"""Checks of one field by itself: filled, whole, unique, in bounds, start before end."""

import re
from datetime import date, timedelta

from datong.engine.duckdb import literal, quoted
from datong.quality.omop.catalog import WHOLE, Catalog
from datong.quality.scan import Count, Scan, constant
from datong.quality.volume import DATES
from datong.standards.omop import Rule

Counts = tuple[Count, Count]  # examined, bad
SORTED = 1 << 26  # the most keys that are sorted in memory: 512 MB


def filled(rule: Rule, cdm: Catalog, field: str = "") -> Count:
    """Count the rows whose field is not null."""
    name = cdm.column(rule.table, field or rule.field)
    scan, some = cdm.scan(rule.table), cdm.some(rule.table)
    return Count(scan, f"{name} is not null", some, sql=f"count({name})")


def person_of(rule: Rule, cdm: Catalog, other: str = "person", named: str = "p") -> str:
    """Write that a row and a row of another table are of one person."""
    key = "person_id"
    return cdm.equal((rule.table, key), (other, key), f"{named}.{key}")


def missing_values(rule: Rule, cdm: Catalog) -> Counts:
    """Count nulls among all rows."""
    name, every = cdm.column(rule.table, rule.field), cdm.every(rule.table)
    fewer = f"count(*) - count({name})"
    scan, some = cdm.scan(rule.table), cdm.some(rule.table)
    return every, Count(scan, f"{name} is null", some, sql=fewer)


def not_whole(rule: Rule, cdm: Catalog) -> Counts:
    """Count values that are no whole number; a column of integers has none."""
    every, kind = cdm.every(rule.table), cdm.type(rule.table, rule.field)
    name = cdm.column(rule.table, rule.field)
    if kind in WHOLE:
        return every, constant(0)
    if kind == "VARCHAR":
        bad = f"not regexp_full_match(trim({name}), '[-+]?[0-9]+')"
    else:
        number = f"try_cast({name} as double)"
        bad = (
            f"{name} is not null and ({number} is null or {number} <> floor({number}))"
        )
    return every, Count(every.scan, bad, every)


def repeated_keys(rule: Rule, cdm: Catalog) -> Counts:
    """Count every row whose key occurs more than once."""
    name = cdm.column(rule.table, rule.field)
    if (rule.table, rule.field) in cdm.unique:
        return cdm.every(rule.table), constant(0)
    grouped = f"select count(*) as n from {quoted(rule.table)} t"
    of_keys = f"{grouped} where {name} is not null group by {name}"
    again = (
        f"select {name} from {quoted(rule.table)} t group by all having count(*) > 1"
    )
    rows = f"(select *, 2 as n from {quoted(rule.table)} t where {name} in ({again})) t"
    scan = Scan(f"({of_keys}) f", weight="n", rows=rows)
    is_sorted = (rule.table, rule.field) in cdm.bounds
    is_sorted &= cdm.rows.get(rule.table, SORTED) < SORTED
    keys = f"select {name}::bigint from {quoted(rule.table)} t where {name} is not null"
    needs, keys = _maybe_repeated(rule, cdm), keys if is_sorted else ""
    return cdm.every(rule.table), Count(scan, "n > 1", needs, repeated=keys)


def _maybe_repeated(rule: Rule, cdm: Catalog) -> Count:
    """Count how many keys are more than there are different ones.

    Whole numbers that lie together are marked in a row of bits, far quicker than a
    hash table; for other keys the rows that are filled are the answer.
    """
    some, marked = filled(rule, cdm), cdm.marked(rule.table, rule.field)
    if not marked:
        return some
    more = f"count({cdm.column(rule.table, rule.field)}) - {marked}"
    scan = cdm.whole(rule.table)
    return Count(scan, needs=some.needs, sql=more, whole=True)


def too_low(rule: Rule, cdm: Catalog) -> Counts:
    """Count values below the bound among those that are filled."""
    return _beyond(rule, cdm, "<")


def too_high(rule: Rule, cdm: Catalog) -> Counts:
    """Count values above the bound among those that are filled."""
    return _beyond(rule, cdm, ">")


def _beyond(rule: Rule, cdm: Catalog, sign: str) -> Counts:
    """Compare with the bound, as dates where the bound or the column is one.

    Where the column's own end does not go beyond it, no row is read.
    """
    bound = _bound(rule.argument, cdm.today)
    is_date = isinstance(bound, date)
    if _is_within((rule.table, rule.field), cdm, bound, sign):
        return filled(rule, cdm), constant(0)
    is_read_so = is_date or cdm.type(rule.table, rule.field) in DATES
    value = (cdm.date if is_read_so else cdm.number)(rule.table, rule.field)
    beyond = f"{value} {sign} {f'date {literal(bound)}' if is_date else bound}"
    return filled(rule, cdm), Count(cdm.scan(rule.table), beyond, cdm.some(rule.table))


def _is_within(
    place: tuple[str, str], cdm: Catalog, bound: date | float, sign: str
) -> bool:
    """Tell whether the ends of a column show that no value is beyond the bound."""
    side = 0 if sign == "<" else 1
    if isinstance(bound, date):
        day = cdm.days[place][side] if place in cdm.days else None
        return day is not None and (day >= bound if side == 0 else day <= bound)
    end = cdm.bounds[place][side] if place in cdm.bounds else None
    return end is not None and (end >= bound if side == 0 else end <= bound)


def _bound(argument: str, today: date) -> date | float:
    """Read a bound; tomorrow and next year are counted from the run's own day."""
    if argument == "tomorrow":
        return today + timedelta(1)
    if argument == "next_year":
        return today.year + 1
    if re.fullmatch(r"\d{4}-\d\d-\d\d", argument):
        return date.fromisoformat(argument)
    return float(argument) if "." in argument else int(argument)


def start_after_end(rule: Rule, cdm: Catalog) -> Counts:
    """Count rows that start after they end among those with both dates."""
    start, end = (cdm.date(rule.table, f) for f in (rule.field, rule.argument))
    scan, some = cdm.scan(rule.table), cdm.some(rule.table)
    both = f"{cdm.column(rule.table, rule.field)} is not null"
    both += f" and {cdm.column(rule.table, rule.argument)} is not null"
    return Count(scan, both, some), Count(scan, f"{start} > {end}", some)


def unmapped_rows(rule: Rule, cdm: Catalog) -> Counts:
    """Count rows with concept 0, and empty ones that have a source value.

    The argument names the source value where OHDSI's template does; elsewhere an empty
    concept is neither examined nor bad.
    """
    scan, some = cdm.scan(rule.table), cdm.some(rule.table)
    name = cdm.key(rule.table, rule.field)
    if not rule.argument:
        return filled(rule, cdm), Count(scan, f"{name} = 0", some)
    examined, bad = f"{cdm.column(rule.table, rule.field)} is not null", f"{name} = 0"
    source = f"{cdm.column(rule.table, rule.argument)} is not null"
    empty = cdm.column(rule.table, rule.field)
    bad = f"({bad} or ({empty} is null and {source}))"
    examined = f"({examined} or {source})"
    return Count(scan, examined, some), Count(scan, bad, some)


def unmapped_values(rule: Rule, cdm: Catalog) -> Counts:
    """Count distinct source values, null as one, with a row that has concept 0."""
    value = cdm.column(rule.table, rule.field)
    concept = cdm.key(rule.table, rule.argument)
    table = quoted(rule.table)
    grouped = f"select {value}, bool_or({concept} = 0) as unmapped from {table} t"
    rows = f"(select *, {concept} = 0 as unmapped from {table} t) t"
    scan = Scan(f"({grouped} group by {value}) f", rows=rows, piled="unmapped")
    zero = Count(cdm.scan(rule.table), f"{concept} = 0", cdm.some(rule.table))
    return Count(scan, needs=cdm.every(rule.table)), Count(scan, "unmapped", zero)
