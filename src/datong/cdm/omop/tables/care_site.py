"""Care sites: organizations and departments, as records or as visits name them.

The hidden columns `_organization` and `_code` are what visits join on. A site of which
there is no record has the smallest number of the records that name it.
"""

from collections.abc import Mapping

from datong.cdm.omop.view import FURTHER, View, columns, lineage


def view(present: Mapping[str, str]) -> View:
    """Make the view."""
    cells = {
        "care_site_id": "n.site",
        "care_site_name": "n.name",
        "location_id": "l.location_id",
        "care_site_source_value": "n.code",
        "place_of_service_source_value": "n.type",
    }
    sql = f"""with named as (
  select organization, code, record as site, record, _row, _rule, name, area,
    coalesce(type_text, type_code) as type, 0 as rank
  from {present["organization"]} e where not coalesce(e.deleted, false)
  {_seen(present["encounter"], "e.organization", "null", 1)}
  {_seen(present["encounter"], *DEPARTMENT, 2)}
  {_seen(present["transfer"], *TO_DEPARTMENT, 3)}
)
select {columns("care_site", cells, lineage("n"))},
  n.organization as _organization, n.code as _code
from (select *, row_number() over (partition by organization, code
  order by rank, record) as first from named where code is not null) n
left join "omop_location" l on l.location_source_value = left(n.area, 50)
where first = 1"""
    return View("care_site", sql, "all")


DEPARTMENT = (
    "coalesce(e.department_code, e.department_text)",
    "min(coalesce(e.department_text, e.department_code))",
)
TO_DEPARTMENT = (
    "coalesce(e.to_department_code, e.to_department_text)",
    "min(coalesce(e.to_department_text, e.to_department_code))",
)


def _seen(source: str, code: str, name: str, rank: int) -> str:
    """Write the sites that records of another kind name."""
    return f"""union all
  select organization, {code}, min(record) + {rank * FURTHER}, null, null, null,
    {name}, null, null, {rank} from {source} e group by organization, {code}"""
