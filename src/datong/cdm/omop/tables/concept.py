"""Concepts: the local ones. The run adds those of the user's own vocabularies."""

from collections.abc import Mapping

from datong.cdm.omop.view import View, columns

# A vocabulary's name has at most 20 characters.
VOCABULARY = (
    "case when length(system) <= 20 then system"
    " else concat(left(system, 11), '-', left(md5(system), 8)) end"
)
CLASS = "Local"
SINCE, UNTIL = "date '1970-01-01'", "date '2099-12-31'"


def view(_: Mapping[str, str]) -> View:
    """Make the view."""
    cells = {
        "concept_id": "concept_id",
        "concept_name": "name",
        "domain_id": "domain",
        "vocabulary_id": VOCABULARY,
        "concept_class_id": f"'{CLASS}'",
        "concept_code": "code",
        "valid_start_date": SINCE,
        "valid_end_date": UNTIL,
        "invalid_reason": "case when until is null then null else 'D' end",
    }
    sql = f"""select {columns("concept", cells, {})}
from "register" r"""
    return View("concept", sql, "all")
