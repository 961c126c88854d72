"""Providers: one row a practitioner's number; the number itself is not shown.

The hidden columns `_organization`, `_source` and `_number` are what events join on.
"""

from collections.abc import Mapping

from datong.cdm.omop.view import View, columns, lineage


def view(present: Mapping[str, str]) -> View:
    """Make the view."""
    cells = {
        "provider_id": "e.record",
        "specialty_concept_id": (
            "case when c.domain = 'Provider' then c.concept_id else 0 end"
        ),
        "care_site_id": "s.care_site_id",
        "specialty_source_value": "coalesce(e.specialty_code, e.specialty_text)",
        "specialty_source_concept_id": "c.source_concept_id",
    }
    practitioner = present["practitioner"]
    sql = f"""select {columns("provider", cells, lineage("e"))},
  e.organization as _organization, e.source as _source, e.number as _number
from {practitioner} e
left join "concept_of" c on c.target = 0
  and c.system = coalesce(e.specialty_system, 'practitioner.specialty')
  and c.code = coalesce(e.specialty_code, e.specialty_text)
left join "omop_care_site" s on s._organization = e.organization
  and s._code = coalesce(e.department_code, e.department_text)
where e.record in (select min(record) from {practitioner}
  where not coalesce(deleted, false) group by organization, source, number)"""
    return View("provider", sql, "all")
