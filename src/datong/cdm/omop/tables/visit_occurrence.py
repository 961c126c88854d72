"""Visits and stays: one row an encounter key.

Of several records of one encounter the first that has a class and an end counts. OMOP
requires an end: the stated one; a visit that is no stay ends the day it began; a stay
that is not over ends when it was last known, and its discharge is `Still patient`.
"""

from collections.abc import Mapping

from datong.cdm.omop.facts import case, concept
from datong.cdm.omop.rules import EVERY, NO_DATE, Rule, none_of
from datong.cdm.omop.view import View, columns, lineage
from datong.core.say import Say

NO_KEY = Rule(
    "no-encounter-number",
    Say("The encounter has no number.", "该就诊没有就诊号。"),
    "e.encounter is null",
)
RULES = (*EVERY, NO_KEY, NO_DATE)
# When the stay was last known to go on.
KNOWN = "greatest(e.time, coalesce(e.recorded, e.available, e.time))"
IS_OPEN = "e.time_end is null and e.class_code in ('inpatient', 'home')"
END = f"coalesce(e.time_end, case when {IS_OPEN} then {KNOWN} else e.time end)"
COARSE = "e.time_precision in ('year', 'month', 'day')"


def view(present: Mapping[str, str]) -> View:
    """Make the view."""
    cells = {
        "visit_occurrence_id": "e.encounter",
        "person_id": "e.person",
        "visit_concept_id": VISIT,
        "visit_start_date": "cast(e.time as date)",
        "visit_start_datetime": f"case when {COARSE} then null else e.time end",
        "visit_end_date": f"cast({END} as date)",
        "visit_end_datetime": f"case when {COARSE} then null else e.time_end end",
        "visit_type_concept_id": str(concept("type", "encounter")),
        "care_site_id": "s.care_site_id",
        "visit_source_value": "coalesce(e.class_text, e.class_code)",
        "visit_source_concept_id": "0",
        "admitted_from_concept_id": _place("a"),
        "admitted_from_source_value": (
            "coalesce(e.admit_route_code, e.admit_route_text)"
        ),
        "discharged_to_concept_id": (
            f"case when {IS_OPEN} then {concept('discharge', 'still a patient')}"
            f" else {_place('d')} end"
        ),
        "discharged_to_source_value": (
            "coalesce(e.discharge_way_code, e.discharge_way_text)"
        ),
    }
    encounter = present["encounter"]
    sql = f"""select {columns("visit_occurrence", cells, lineage("e"))}
from {encounter} e
{_coded("a", "admit_route")}
{_coded("d", "discharge_way")}
left join "omop_care_site" s on s._organization = e.organization
  and s._code = coalesce(e.department_code, e.department_text, e.organization)
where e.record in (select record from (
  select e.record, row_number() over (partition by e.encounter
    order by e.class_code is null, e.time_end is null, e.record) as rank
  from {encounter} e left join "omop_admitted" p on p.person_id = e.person
  where {none_of(RULES)}) where rank = 1)"""
    return View("visit_occurrence", sql, "organization")


# A check-up happens in a clinic; a visit over the internet has no certain concept.
VISIT = case(
    "visit", "case e.class_code when 'checkup' then 'outpatient' else e.class_code end"
)


def _place(alias: str) -> str:
    """Write the concept of a place that a patient came from or went to."""
    return (
        f"case when {alias}.domain = 'Visit' then {alias}.concept_id"
        f" when {alias}.system is not null then 0 end"
    )


def _coded(alias: str, field: str) -> str:
    """Write the join with the concepts of a code field."""
    return f"""left join "concept_of" {alias} on {alias}.target = 0
  and {alias}.system = coalesce(e.{field}_system, 'encounter.{field}')
  and {alias}.code = coalesce(e.{field}_code, e.{field}_text)"""
