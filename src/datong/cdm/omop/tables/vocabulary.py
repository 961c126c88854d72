"""Vocabularies of local concepts: one row a code system of the sources."""

from collections.abc import Mapping

from datong.cdm.omop.tables.concept import VOCABULARY
from datong.cdm.omop.view import View, columns


def view(_: Mapping[str, str]) -> View:
    """Make the view."""
    cells = {
        "vocabulary_id": VOCABULARY,
        "vocabulary_name": "system",
        "vocabulary_reference": "'datong'",
        "vocabulary_concept_id": "number",
    }
    sql = f"""select {columns("vocabulary", cells, {})}
from (select r.system, min(v.concept_id) as number from "register" r
  join "register" v on v.system = 'datong.vocabulary' and v.code = r.system
  group by r.system) s"""
    return View("vocabulary", sql, "all")
