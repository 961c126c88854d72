"""Concepts that the release names: local ones, and those of OMOP and its vocabularies.

The whole of the user's vocabularies is not published again; it lies where it lay.
"""

from collections.abc import Mapping

from datong.cdm.omop.view import View, columns

# A vocabulary's name has at most 20 characters.
VOCABULARY = (
    "case when length(system) <= 20 then system"
    " else concat(left(system, 11), '-', left(md5(system), 8)) end"
)
CLASS = "Local"
SINCE, UNTIL = "date '1970-01-01'", "date '2099-12-31'"
EVERY = f"""select concept_id, name, domain, {VOCABULARY} as vocabulary,
    '{CLASS}' as class, null as standard, code, {SINCE} as since, {UNTIL} as until,
    case when until is null then null else 'D' end as invalid from "register" r
  union all select concept_id, concept_name, domain_id, vocabulary_id, concept_class_id,
    standard_concept, concept_code, coalesce(since, {SINCE}), coalesce(until, {UNTIL}),
    invalid_reason from "named" n"""


def view(_: Mapping[str, str]) -> View:
    """Make the view."""
    cells = {
        "concept_id": "concept_id",
        "concept_name": "name",
        "domain_id": "domain",
        "vocabulary_id": "vocabulary",
        "concept_class_id": "class",
        "standard_concept": "standard",
        "concept_code": "code",
        "valid_start_date": "since",
        "valid_end_date": "until",
        "invalid_reason": "invalid",
    }
    return View(
        "concept", f"select {columns('concept', cells, {})}\nfrom ({EVERY}) c", "all"
    )
