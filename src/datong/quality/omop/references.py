"""Checks of what a row refers to: it is there, and the row lies within its visit."""

from datong.engine.duckdb import quoted
from datong.quality.omop.catalog import WHOLE, Catalog
from datong.quality.omop.concepts import unknown
from datong.quality.omop.fields import Counts, filled
from datong.quality.scan import Count, Scan
from datong.standards.omop import Rule

AROUND = 7  # days before and after a visit that OHDSI still accepts
VISIT = "visit_occurrence", "visit_occurrence_id"


def dangling(rule: Rule, cdm: Catalog) -> Counts:
    """Count values that are in no row of the table they refer to."""
    target, key = rule.argument.split(".")
    if (target, key) == ("concept", "concept_id"):
        return unknown(rule, cdm)
    every, needs = cdm.every(rule.table), filled(rule, cdm)
    if cdm.rows.get(target) == 0 and key in cdm.tables[target]:
        return every, needs
    if rule.field == key == "person_id" and cdm.has_people(rule.table):
        return every, _without_person(rule, cdm)
    on = cdm.equal((rule.table, rule.field), (target, key), f"r.{quoted(key)}")
    source = f"{quoted(rule.table)} t anti join {quoted(target)} r on {on}"
    some = f"{cdm.column(rule.table, rule.field)} is not null"
    less = (needs, _met(rule, cdm, needs)) if _is_of_visit(rule, cdm, key) else None
    return every, Count(Scan(source, table=rule.table), some, needs, less=less)


def _without_person(rule: Rule, cdm: Catalog) -> Count:
    """Count the persons that are not there, where the scan has the others."""
    column = cdm.column(rule.table, rule.field)
    lost = f"{column} is not null and p.person_id is null"
    fewer = f"count({column}) - count(p.person_id)"
    return Count(cdm.scan(rule.table), lost, cdm.some(rule.table), sql=fewer)


def _is_of_visit(rule: Rule, cdm: Catalog, key: str) -> bool:
    """Tell whether rows can be joined with their visits and stay as many."""
    is_whole = cdm.type(rule.table, rule.field) in WHOLE
    return rule.field == key == VISIT[1] and is_whole and VISIT in cdm.unique


def outside_visit(rule: Rule, cdm: Catalog) -> Counts:
    """Count dates well outside the visit among rows whose visit exists."""
    for name in ("visit_start_date", "visit_end_date"):
        cdm.column(VISIT[0], name)
    day, needs = cdm.date(rule.table, rule.field), filled(rule, cdm, VISIT[1])
    bad = f"({day} < v.first - {AROUND} or {day} > v.last + {AROUND})"
    met = _met(rule, cdm, needs)
    return met, Count(met.scan, bad, needs)


def _met(rule: Rule, cdm: Catalog, needs: Count) -> Count:
    """Count the rows whose visit exists."""
    held = cdm.tables[VISIT[0]]
    visits = [f"{cdm.column(*VISIT)} as visit"]
    visits += [
        f"{cdm.date(VISIT[0], f'visit_{end}_date')} as {name}"
        for name, end in (("first", "start"), ("last", "end"))
        if f"visit_{end}_date" in held
    ]
    same = cdm.equal((rule.table, VISIT[1]), VISIT, "v.visit")
    listed = f"(select {', '.join(visits)} from {quoted(VISIT[0])} t) v"
    joined = f"{quoted(rule.table)} t join {listed} on {same}"
    return Count(Scan(joined, table=rule.table), needs=needs)
