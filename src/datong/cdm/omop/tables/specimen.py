"""Specimens: one row a specimen number, or a report where there is no number."""

from collections.abc import Mapping

from datong.cdm.omop.events.lab_result import EVENTS
from datong.cdm.omop.facts import concept
from datong.cdm.omop.rules import none_of
from datong.cdm.omop.view import View, columns, lineage

RULES = EVENTS[0].all_rules
START = EVENTS[0].start
CODE = "coalesce(e.specimen_code, e.specimen_text)"


def view(present: Mapping[str, str]) -> View:
    """Make the view."""
    cells = {
        "specimen_id": "e.record",
        "person_id": "e.person",
        "specimen_concept_id": (
            "case when c.domain = 'Specimen' then c.concept_id else 0 end"
        ),
        "specimen_type_concept_id": str(concept("type", "lab")),
        "specimen_date": f"cast(coalesce(e.collected, {START}) as date)",
        "specimen_datetime": "e.collected",
        "specimen_source_value": CODE,
    }
    joined = f"""from {present["lab_result"]} e
left join "omop_admitted" p on p.person_id = e.person
left join "omop_visit_occurrence" v on v.visit_occurrence_id = e.encounter
  and v.person_id = e.person"""
    sql = f"""select {columns("specimen", cells, lineage("e"))}
{joined}
left join "concept_of" c on c.target = 0
  and c.system = coalesce(e.specimen_system, 'lab_result.specimen') and c.code = {CODE}
where e.record in (select min(e.record) {joined}
  where {CODE} is not null and {none_of(RULES, START)}
  group by e.organization, e.source, e.person, {CODE},
    coalesce(e.specimen_number, e.report))"""
    return View("specimen", sql, "organization")
