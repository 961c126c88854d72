"""Classes that the concepts of the release are of."""

from collections.abc import Mapping

from datong.cdm.omop.tables.concept import CLASS
from datong.cdm.omop.view import View, columns


def view(_: Mapping[str, str]) -> View:
    """Make the view."""
    cells = {
        "concept_class_id": "class",
        "concept_class_name": "name",
        "concept_class_concept_id": "number",
    }
    sql = f"""select {columns("concept_class", cells, {})}
from (select '{CLASS}' as class, name, concept_id as number from "register" r
    where system = 'datong' and code = 'class.local'
  union all select distinct concept_class_id, concept_class_id, 0
    from "named" n) k"""
    return View("concept_class", sql, "all")
