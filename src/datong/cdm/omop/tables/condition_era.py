"""Condition eras: the same condition without a gap of more than 30 days.

A condition without an end is taken to last one day more, as OHDSI's script does
(65,276 eras of Eunomia GiBleed come out equal).
A condition without a standard concept keeps eras of its own by its source concept.
"""

from collections.abc import Mapping

from datong.cdm.omop.eras import eras
from datong.cdm.omop.view import View, columns

CONCEPT = (
    "coalesce(nullif(condition_concept_id, 0), nullif(condition_source_concept_id, 0))"
)


def view(_: Mapping[str, str]) -> View:
    """Make the view."""
    cells = {
        "condition_era_id": "id",
        "person_id": "person_id",
        "condition_concept_id": "concept",
        "condition_era_start_date": "era_start",
        "condition_era_end_date": "era_end",
        "condition_occurrence_count": "events",
    }
    sql = f"""with events as (
  select condition_occurrence_id as id, person_id, {CONCEPT} as concept,
    condition_start_date as start_date,
    coalesce(condition_end_date, condition_start_date + 1) as end_date
  from "omop_condition_occurrence" c where {CONCEPT} is not null),
{eras("events")}
select {columns("condition_era", cells, {})}
from eras"""
    return View("condition_era", sql, "all")
