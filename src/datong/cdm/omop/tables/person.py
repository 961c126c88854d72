"""Persons: one row a person, made from every record of them.

The golden record, first form: a person's records are ranked by how precise their birth
is, then by the latest recorded, then by the smallest number; each field takes the first
value along that rank (of sex, the first that is male or female). A person of whom no
record gives a year of birth is left out, and so is all that happened to them.
"""

from collections.abc import Mapping

from datong.cdm.omop.facts import case
from datong.cdm.omop.view import View, columns, lineage

# A partial date's first moment, as OHDSI infers birth_datetime from an incomplete one.
BORN = (
    "try_cast(left(concat(birth, substr('0000-01-01', length(birth) + 1)), 10) as {})"
)
FIELDS = (
    "birth_time",
    "area",
    "ethnic_group_system",
    "ethnic_group_code",
    "ethnic_group_text",
)
CONCEPT = (
    "case when r.domain = '{0}' then r.concept_id else 0 end",
    "coalesce(r.source_concept_id, 0)",
)


def view(present: Mapping[str, str]) -> View:
    """Make the view."""
    group = "coalesce(g.ethnic_group_text, g.ethnic_group_code)"
    cells = {
        "person_id": "g.person",
        "gender_concept_id": case("sex", "g.sex_code"),
        "year_of_birth": "left(g.birth, 4)",
        "month_of_birth": "nullif(substr(g.birth, 6, 2), '')",
        "day_of_birth": "nullif(substr(g.birth, 9, 2), '')",
        "birth_datetime": "coalesce(g.birth_time, g.born)",
        "race_concept_id": CONCEPT[0].format("Race"),
        "ethnicity_concept_id": CONCEPT[0].format("Ethnicity"),
        "location_id": "l.location_id",
        "gender_source_value": "coalesce(nullif(g.sex_text, ''), g.sex_code)",
        "gender_source_concept_id": "0",
        "race_source_value": group,
        "race_source_concept_id": CONCEPT[1],
        "ethnicity_source_value": group,
        "ethnicity_source_concept_id": CONCEPT[1],
    }
    sql = f"""with ranked as (
  select *, row_number() over (
    partition by person order by length(born_text) desc nulls last,
    recorded desc nulls last, record) as rank
  from (select *, case when {BORN.format("date")} is not null then birth end
    as born_text from {present["person"]} e where {STANDS})),
golden as (select person, {_first("record", "_row", "_rule")},
  {_first("born_text", given=True)}, {_first(*FIELDS, given=True)},
  {_sex()} from ranked group by person),
g as (select * exclude (born_text), born_text as birth,
  {BORN.replace("birth", "born_text").format("timestamp")} as born from golden)
select {columns("person", cells, lineage("g"))}
from g
left join "concept_of" r on r.system = coalesce(g.ethnic_group_system,
  'person.ethnic_group') and r.target = 0
  and r.code = coalesce(g.ethnic_group_code, g.ethnic_group_text)
left join "omop_location" l on l.location_source_value = left(g.area, 50)
where g.birth is not null"""
    return View("person", sql, "all")


# A person record that still says something.
STANDS = (
    "not coalesce(e.deleted, false)"
    " and coalesce(e.status_code, '') not in ('error', 'cancelled')"
)


def _first(*names: str, given: bool = False) -> str:
    """Write the first value of each field along the rank; the first given one."""
    return ", ".join(
        f"min_by({name}, rank)"
        + (f" filter (where {name} is not null)" if given else "")
        + f" as {name}"
        for name in names
    )


def _sex() -> str:
    """Write the first sex along the rank that is known, with the text beside it."""
    known = "rank + case when sex_code in ('1', '2') then 0 else 1000000 end"
    given = "filter (where coalesce(sex_code, sex_text) is not null)"
    return ", ".join(
        f"min_by(coalesce({name}, ''), {known}) {given} as {name}"
        for name in ("sex_code", "sex_text")
    )
