"""Deaths: one row a person.

What a person's record says comes first (the latest recorded, then the smallest number),
then the end of a stay that ended in death (discharge way 5 of the front page).
"""

from collections.abc import Mapping

from datong.cdm.omop.facts import concept
from datong.cdm.omop.view import View, columns, lineage

STANDS = (
    "not coalesce(deleted, false)"
    " and coalesce(status_code, '') not in ('error', 'cancelled', 'not-done')"
)
DIED = "5"


def view(present: Mapping[str, str]) -> View:
    """Make the view."""
    cells = {
        "person_id": "d.person",
        "death_date": "cast(d.death as date)",
        "death_datetime": (
            "case when d.death = cast(cast(d.death as date) as timestamp)"
            " then null else d.death end"
        ),
        "death_type_concept_id": "d.type",
        "cause_concept_id": (
            "case when c.domain in ('Condition', 'Observation') then c.concept_id"
            " when d.cause is not null then 0 end"
        ),
        "cause_source_value": "d.cause",
        "cause_source_concept_id": "c.source_concept_id",
    }
    sql = f"""with told as (
  select person, death, {concept("type", "EHR")} as type, 0 as rank, recorded, record,
    _row, _rule, coalesce(death_cause_system, 'person.death_cause') as system,
    coalesce(death_cause_code, death_cause_text) as cause
  from {present["person"]} e where death is not null and {STANDS}
  union all
  select person, time_end, {concept("type", "discharge")}, 1, recorded, record,
    _row, _rule, null, null
  from {present["encounter"]} e
  where discharge_way_code = '{DIED}' and time_end is not null and {STANDS})
select {columns("death", cells, lineage("d"))}
from (select *, row_number() over (partition by person
  order by rank, recorded desc nulls last, record) as first from told) d
join "omop_person" p on p.person_id = d.person
left join "concept_of" c on c.system = d.system and c.code = d.cause and c.target = 0
where d.first = 1"""
    return View("death", sql, "all")
