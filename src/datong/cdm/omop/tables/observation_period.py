"""Observation periods: one a person, from the first event to the last."""

from collections.abc import Mapping

from datong.cdm.omop.facts import concept
from datong.cdm.omop.view import View, columns


def view(_: Mapping[str, str]) -> View:
    """Make the view."""
    cells = {
        "observation_period_id": "person_id",
        "person_id": "person_id",
        "observation_period_start_date": "min(first)",
        "observation_period_end_date": "max(last)",
        "period_type_concept_id": str(concept("type", "algorithm")),
    }
    sql = f"""select {columns("observation_period", cells, {})}
from "omop_span" s
group by person_id"""
    return View("observation_period", sql, "all")
