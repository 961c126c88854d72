"""The class of local concepts: one row."""

from collections.abc import Mapping

from datong.cdm.omop.tables.concept import CLASS
from datong.cdm.omop.view import View, columns


def view(_: Mapping[str, str]) -> View:
    """Make the view."""
    cells = {
        "concept_class_id": f"'{CLASS}'",
        "concept_class_name": "name",
        "concept_class_concept_id": "concept_id",
    }
    sql = f"""select {columns("concept_class", cells, {})}
from "register" r where system = 'datong' and code = 'class.local'"""
    return View("concept_class", sql, "all")
