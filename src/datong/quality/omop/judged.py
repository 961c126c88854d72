"""All of OHDSI's checks on one database."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

from datong.engine.duckdb import Duck, Input
from datong.quality.check_types import TYPES
from datong.quality.finding import Finding, Verdict, judge
from datong.quality.groups import Detail
from datong.quality.omop.catalog import Absent, Catalog, catalog
from datong.quality.omop.compiled import compiled
from datong.quality.omop.fields import Counts, repeated_keys
from datong.quality.scan import BROKEN, WHOLE, Taken, bad_keys, by_group, take
from datong.standards.omop import Rule, rules

# These judge emptiness itself, so an empty column is something to them.
OF_EMPTINESS = {"cdmTable", "cdmField", "isRequired", "measureValueCompleteness"}


# What the vocabulary answers for: an unknown, retired, unmapped or misplaced concept.
OF_VOCABULARY = {"fkDomain", "fkClass", "isStandardValidConcept"}
OF_VOCABULARY |= {"standardConceptRecordCompleteness", "sourceValueCompleteness"}
OF_VOCABULARY |= {"sourceConceptRecordCompleteness"}
JOINED = {"person", "visit_occurrence"}  # their rows are met by those of others
SHOWN = 1_000  # keys of bad rows that a finding keeps


def judge_omop(
    duck: Duck,
    inputs: Mapping[str, Input],
    version: str,
    today: date,
    detail: Detail = Detail(),  # noqa: B008 - it is frozen
) -> list[Finding]:
    """Carry out every check of a version; findings in the order of the list.

    `inputs` are the tables by name; `today` is the day that "tomorrow" is counted from.
    In detail, the same scans count by group, and a second pass fetches the first keys
    of bad rows of what fails.
    """
    listed = rules(version)
    unique = [rule for rule in listed if rule.type == "isPrimaryKey"]
    cdm = with_unique(duck, catalog(duck, inputs, unique, today), unique)
    cdm = replace(cdm, is_split=detail.by is not None)
    planned = {rule: _planned(rule, cdm) for rule in listed}
    plans = [plan for plan in planned.values() if not isinstance(plan, str)]
    by = detail.by.over(duck, cdm.tables) if detail.by else WHOLE
    taken = take(duck, {count for plan in plans for count in plan}, by)
    found = list(_findings(planned, taken))
    if not detail.keys:
        return found
    return [_with_keys(duck, cdm, one, planned) for one in found]


def with_unique(duck: Duck, cdm: Catalog, keys: Iterable[Rule]) -> Catalog:
    """Learn whether rows can be joined with their person and visit and stay as many."""
    plans = {
        (rule.table, rule.field): repeated_keys(rule, cdm)[1]
        for rule in keys
        if rule.table in JOINED and (rule.table, rule.field) in cdm.bounds
    }
    taken = take(duck, set(plans.values()))
    return replace(cdm, unique={p for p, bad in plans.items() if taken[bad] == 0})


def _with_keys(
    duck: Duck, cdm: Catalog, one: Finding, planned: Mapping[Rule, Counts | str]
) -> Finding:
    """Fetch the keys of bad rows of a failing check."""
    if one.verdict is not Verdict.FAIL or not cdm.tables.get(one.table):
        return one
    rule = Rule(
        one.type, one.table, one.column, one.argument, one.threshold, one.concept
    )
    plan, key = planned[rule], next(iter(cdm.tables[one.table]))
    if isinstance(plan, str):
        return one
    return replace(one, keys=bad_keys(duck, plan[1], key, SHOWN))


def _planned(rule: Rule, cdm: Catalog) -> Counts | str:
    """Return what a rule needs counted, or what is missing for it."""
    try:
        return compiled(rule, cdm)
    except Absent as missing:
        return str(missing)


def _findings(
    planned: Mapping[Rule, Counts | str],
    taken: Taken,
) -> Iterable[Finding]:
    """Judge each rule by its counts; an empty column is nothing to most of them."""
    empty = {
        (rule.table, rule.field)
        for rule, plan in planned.items()
        if rule.type == "measureValueCompleteness"
        and not isinstance(plan, str)
        and taken[plan[0]] == taken[plan[1]]
    }
    for rule, plan in planned.items():
        if isinstance(plan, str):
            unjudged = _finding(rule, 0, 0, Verdict.NOT_APPLICABLE)
            yield replace(unjudged, note=plan)
            continue
        examined, bad = (taken[count] for count in plan)
        if BROKEN in (examined, bad):
            yield _finding(rule, 0, 0, Verdict.BROKEN)
            continue
        verdict = judge(examined, bad, rule.threshold)
        is_empty = (rule.table, rule.field) in empty and rule.type not in OF_EMPTINESS
        if verdict is Verdict.PASS and is_empty:
            verdict = Verdict.SKIPPED
        made = _finding(rule, examined, bad, verdict)
        groups = by_group(taken, *plan) if examined else {}
        yield replace(made, groups=groups) if groups else made


def _finding(rule: Rule, examined: int, bad: int, verdict: Verdict) -> Finding:
    """Put a finding together."""
    kind = TYPES[rule.type]
    return Finding(
        layer="omop",
        type=rule.type,
        table=rule.table,
        column=rule.field,
        concept=rule.concept,
        argument=rule.argument,
        examined=examined,
        bad=bad,
        unit=kind.unit,
        threshold=rule.threshold,
        verdict=verdict,
        severity=kind.severity,
        category=kind.category,
        subcategory=kind.subcategory,
        blame=_blame(rule),
    )


def _blame(rule: Rule) -> str:
    """Say whose a failure would be, as far as one layer tells."""
    is_concept = rule.type == "isForeignKey" and rule.argument.startswith("concept.")
    return "vocabulary" if is_concept or rule.type in OF_VOCABULARY else "undecided"
