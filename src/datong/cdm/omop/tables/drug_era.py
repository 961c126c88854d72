"""Drug eras: the same ingredient without a gap of more than 30 days.

Of the three stages of a drug the best one counts in each visit: given, else dispensed,
else ordered. Without the vocabularies a drug's source concept stands for its
ingredient.
"""

from collections.abc import Mapping

from datong.cdm.omop.eras import eras
from datong.cdm.omop.facts import concept
from datong.cdm.omop.view import View, columns

STAGE = (
    f"case drug_type_concept_id when {concept('type', 'administration')} then 1"
    f" when {concept('type', 'dispensing')} then 2 else 3 end"
)
CONCEPT = (
    "coalesce(i.ingredient_concept_id, nullif(drug_concept_id, 0),"
    " nullif(drug_source_concept_id, 0))"
)


def view(_: Mapping[str, str]) -> View:
    """Make the view."""
    cells = {
        "drug_era_id": "id",
        "person_id": "person_id",
        "drug_concept_id": "concept",
        "drug_era_start_date": "era_start",
        "drug_era_end_date": "era_end",
        "drug_exposure_count": "events",
        "gap_days": "gap_days",
    }
    sql = f"""with staged as (
  select drug_exposure_id as id, person_id, {CONCEPT} as concept,
    visit_occurrence_id as visit, {STAGE} as stage,
    drug_exposure_start_date as start_date, drug_exposure_end_date as end_date
  from "omop_drug_exposure" d
  left join "ingredient_of" i on i.concept_id = d.drug_concept_id),
events as (select * from staged where concept is not null
  qualify stage = min(stage) over (partition by person_id, concept, visit)),
{eras("events")}
select {columns("drug_era", cells, {})}
from eras"""
    return View("drug_era", sql, "all")
