"""Checks of one field by itself: filled, whole, unique, in bounds, start before end."""

import re

from datong.engine.duckdb import literal, quoted
from datong.quality.omop.catalog import DATES, WHOLE, Catalog
from datong.quality.scan import Count, Scan, constant
from datong.standards.omop import Rule

Counts = tuple[Count, Count]  # examined, bad


def filled(rule: Rule, cdm: Catalog, field: str = "") -> Count:
    """Count the rows whose field is not null."""
    name = cdm.column(rule.table, field or rule.field)
    return Count(cdm.scan(rule.table), f"{name} is not null")


def missing_values(rule: Rule, cdm: Catalog) -> Counts:
    """Count nulls among all rows."""
    name = cdm.column(rule.table, rule.field)
    scan = cdm.scan(rule.table)
    return Count(scan), Count(scan, f"{name} is null")


def not_whole(rule: Rule, cdm: Catalog) -> Counts:
    """Count values that are no whole number; the catalog answers for integer columns."""
    scan = cdm.scan(rule.table)
    kind, name = cdm.type(rule.table, rule.field), cdm.column(rule.table, rule.field)
    if kind in WHOLE:
        return Count(scan), constant(0)
    if kind == "VARCHAR":
        bad = f"not regexp_full_match(trim({name}), '[-+]?[0-9]+')"
    else:
        number = f"try_cast({name} as double)"
        bad = f"{name} is not null and ({number} is null or {number} <> floor({number}))"
    return Count(scan), Count(scan, bad)


def repeated_keys(rule: Rule, cdm: Catalog) -> Counts:
    """Count every row whose key occurs more than once."""
    name = cdm.column(rule.table, rule.field)
    grouped = f"select count(*) as n from {quoted(rule.table)} t"
    of_keys = f"{grouped} where {name} is not null group by {name}"
    again = f"select {name} from {quoted(rule.table)} t group by all having count(*) > 1"
    rows = f"{quoted(rule.table)} t where {name} in ({again})"
    scan = Scan(f"({of_keys}) f", weight="n", rows=rows)
    bad = Count(scan, "n > 1", needs=filled(rule, cdm))
    return Count(cdm.scan(rule.table)), bad


def too_low(rule: Rule, cdm: Catalog) -> Counts:
    """Count values below the bound among those that are filled."""
    return _beyond(rule, cdm, "<")


def too_high(rule: Rule, cdm: Catalog) -> Counts:
    """Count values above the bound among those that are filled."""
    return _beyond(rule, cdm, ">")


def _beyond(rule: Rule, cdm: Catalog, sign: str) -> Counts:
    """Compare with the bound, as dates where the bound or the column is one."""
    bound = _bound(rule.argument, cdm)
    is_date = bound.startswith("date") or cdm.type(rule.table, rule.field) in DATES
    read = cdm.date if is_date else cdm.number
    condition = f"{read(rule.table, rule.field)} {sign} {bound}"
    examined = filled(rule, cdm)
    return examined, Count(examined.scan, condition, needs=examined)


def _bound(argument: str, cdm: Catalog) -> str:
    """Write a bound; tomorrow and next year are counted from the run's own day."""
    if argument == "tomorrow":
        return f"date {literal(cdm.today)} + 1"
    if argument == "next_year":
        return str(cdm.today.year + 1)
    if re.fullmatch(r"\d{4}-\d\d-\d\d", argument):
        return f"date {literal(argument)}"
    return argument


def start_after_end(rule: Rule, cdm: Catalog) -> Counts:
    """Count rows that start after they end among those with both dates."""
    start, end = (cdm.date(rule.table, f) for f in (rule.field, rule.argument))
    scan = cdm.scan(rule.table)
    both = f"{cdm.column(rule.table, rule.field)} is not null"
    both += f" and {cdm.column(rule.table, rule.argument)} is not null"
    return Count(scan, both), Count(scan, f"{start} > {end}")


def unmapped_rows(rule: Rule, cdm: Catalog) -> Counts:
    """Count rows with concept 0, and empty ones that have a source value.

    The argument names the source value where OHDSI's template does; elsewhere an empty
    concept is neither examined nor bad.
    """
    scan, name = cdm.scan(rule.table), cdm.key(rule.table, rule.field)
    examined, bad = f"{cdm.column(rule.table, rule.field)} is not null", f"{name} = 0"
    if rule.argument:
        source = f"{cdm.column(rule.table, rule.argument)} is not null"
        empty = cdm.column(rule.table, rule.field)
        examined, bad = (
            f"({examined} or {source})",
            f"({bad} or ({empty} is null and {source}))",
        )
    return Count(scan, examined), Count(scan, bad)


def unmapped_values(rule: Rule, cdm: Catalog) -> Counts:
    """Count distinct source values, null as one, with a row that has concept 0."""
    value = cdm.column(rule.table, rule.field)
    concept = cdm.key(rule.table, rule.argument)
    table = quoted(rule.table)
    grouped = f"select {value}, bool_or({concept} = 0) as unmapped from {table} t"
    scan = Scan(f"({grouped} group by {value}) f", rows=f"{table} t")
    zero = Count(cdm.scan(rule.table), f"{concept} = 0")
    return Count(scan, needs=Count(cdm.scan(rule.table))), Count(
        scan, "unmapped", needs=zero
    )
