"""What this database is: one row, from what the run says of its release."""

from collections.abc import Mapping

from datong.cdm.omop.facts import concept
from datong.cdm.omop.view import View, columns


def view(_: Mapping[str, str]) -> View:
    """Make the view."""
    cells = {
        "cdm_source_name": "name",
        "cdm_source_abbreviation": "abbreviation",
        "cdm_holder": "holder",
        "source_description": "description",
        "cdm_etl_reference": "'datong'",
        "source_release_date": "source_date",
        "cdm_release_date": "release_date",
        "cdm_version": "'5.4'",
        "cdm_version_concept_id": str(concept("version", "5.4")),
        "vocabulary_version": "coalesce(vocabulary, '')",
    }
    sql = f"""select {columns("cdm_source", cells, {})}
from "release" r"""
    return View("cdm_source", sql, "all")
