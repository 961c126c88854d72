"""Parts of a stay: one row a transfer, until the next one or the end of the stay."""

from collections.abc import Mapping

from datong.cdm.omop.facts import concept
from datong.cdm.omop.rules import EVERY, NO_DATE, NO_VISIT, none_of
from datong.cdm.omop.view import View, columns, lineage

RULES = (*EVERY, NO_VISIT, NO_DATE)
ICU = concept("visit", "icu")
COARSE = "e.time_precision in ('year', 'month', 'day')"
NEXT = "lead(e.time) over (partition by e.encounter order by e.time, e.record)"
END = f"coalesce(e.time_end, {NEXT}, v.visit_end_datetime)"


def view(present: Mapping[str, str]) -> View:
    """Make the view."""
    cells = {
        "visit_detail_id": "e.record",
        "person_id": "e.person",
        "visit_detail_concept_id": (
            f"case when e.icu then {ICU} else v.visit_concept_id end"
        ),
        "visit_detail_start_date": "cast(e.time as date)",
        "visit_detail_start_datetime": f"case when {COARSE} then null else e.time end",
        "visit_detail_end_date": (
            f"greatest(cast(coalesce({END}, v.visit_end_date) as date),"
            " cast(e.time as date))"
        ),
        "visit_detail_end_datetime": f"case when {COARSE} then null else {END} end",
        "visit_detail_type_concept_id": str(concept("type", "encounter")),
        "care_site_id": "s.care_site_id",
        "visit_detail_source_value": (
            "coalesce(e.ward, e.to_department_text, e.to_department_code)"
        ),
        "visit_detail_source_concept_id": "0",
        "visit_occurrence_id": "e.encounter",
    }
    sql = f"""select {columns("visit_detail", cells, lineage("e"))}
from {present["transfer"]} e
left join "omop_admitted" p on p.person_id = e.person
left join "omop_visit_occurrence" v on v.visit_occurrence_id = e.encounter
  and v.person_id = e.person
left join "omop_care_site" s on s._organization = e.organization
  and s._code = coalesce(e.to_department_code, e.to_department_text, e.organization)
where {none_of(RULES)}"""
    return View("visit_detail", sql, "organization")
