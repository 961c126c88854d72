"""How a person was insured: a row a coverage.

A coverage without an end lasts until it was last known.
"""

from collections.abc import Mapping

from datong.cdm.omop.rules import EVERY, NO_DATE, none_of
from datong.cdm.omop.view import View, columns, lineage

RULES = (*EVERY, NO_DATE)
KNOWN = "greatest(e.time, coalesce(e.time_end, e.recorded, e.available, e.time))"


def view(present: Mapping[str, str]) -> View:
    """Make the view."""
    cells = {
        "payer_plan_period_id": "e.record",
        "person_id": "e.person",
        "payer_plan_period_start_date": "cast(e.time as date)",
        "payer_plan_period_end_date": f"cast({KNOWN} as date)",
    }
    for field, domain in (("payer", "Payer"), ("plan", "Plan")):
        cells |= {
            f"{field}_concept_id": (
                f"case when {field}.domain = '{domain}' then {field}.concept_id"
                f" when {field}.system is not null then 0 end"
            ),
            f"{field}_source_value": f"coalesce(e.{field}_code, e.{field}_text)",
            f"{field}_source_concept_id": f"{field}.source_concept_id",
        }
    sql = f"""select {columns("payer_plan_period", cells, lineage("e"))}
from {present["coverage"]} e
left join "omop_person" p on p.person_id = e.person
{_coded("payer")}
{_coded("plan")}
where {none_of(RULES)}"""
    return View("payer_plan_period", sql, "all")


def _coded(field: str) -> str:
    """Write the join with the concepts of a code field."""
    return f"""left join "concept_of" {field} on {field}.target = 0
  and {field}.system = coalesce(e.{field}_system, 'coverage.{field}')
  and {field}.code = coalesce(e.{field}_code, e.{field}_text)"""
