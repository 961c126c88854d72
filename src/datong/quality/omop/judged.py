"""All of OHDSI's checks on one database."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

from datong.engine.duckdb import Duck, Input
from datong.quality.check_types import TYPES
from datong.quality.finding import Finding, Verdict, judge
from datong.quality.omop.catalog import Absent, Catalog, catalog
from datong.quality.omop.compiled import compiled
from datong.quality.omop.fields import Counts
from datong.quality.scan import BROKEN, Count, take
from datong.standards.omop import Rule, rules

# These judge emptiness itself, so an empty column is something to them.
OF_EMPTINESS = {"cdmTable", "cdmField", "isRequired", "measureValueCompleteness"}


def judge_omop(
    duck: Duck, inputs: Mapping[str, Input], version: str, today: date
) -> list[Finding]:
    """Carry out every check of a version; findings in the order of the list.

    `inputs` are the tables by name; `today` is the day that "tomorrow" is counted from.
    """
    listed = rules(version)
    keys = [rule for rule in listed if rule.type == "isPrimaryKey"]
    cdm = catalog(duck, inputs, keys, today)
    planned = {rule: _planned(rule, cdm) for rule in listed}
    plans = [plan for plan in planned.values() if not isinstance(plan, str)]
    taken = take(duck, {count for plan in plans for count in plan})
    return list(_findings(planned, taken))


def _planned(rule: Rule, cdm: Catalog) -> Counts | str:
    """Return what a rule needs counted, or what is missing for it."""
    try:
        return compiled(rule, cdm)
    except Absent as missing:
        return str(missing)


def _findings(
    planned: Mapping[Rule, Counts | str],
    taken: Mapping[Count, int],
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
        yield _finding(rule, examined, bad, verdict)


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
    )
