"""Notes: that they exist, of what kind and when; their text stays in the vault.

`note_text` is required by OMOP and is empty here: guard adds the text on delivery where
the policy allows.
"""

from collections.abc import Mapping

from datong.cdm.omop.facts import concept
from datong.cdm.omop.rules import EVERY, NO_DATE, none_of
from datong.cdm.omop.view import View, columns, lineage

RULES = (*EVERY, NO_DATE)
START = "coalesce(e.time, v.visit_start_datetime, v.visit_start_date)"
COARSE = "e.time_precision in ('year', 'month', 'day')"
ENGLISH = concept("language", "en")


def view(present: Mapping[str, str]) -> View:
    """Make the view."""
    cells = {
        "note_id": "e.record",
        "person_id": "e.person",
        "note_date": f"cast({START} as date)",
        "note_datetime": f"case when {COARSE} then null else e.time end",
        "note_type_concept_id": str(concept("type", "note")),
        "note_class_concept_id": "coalesce(c.concept_id, 0)",
        "note_title": "e.title",
        "note_text": "''",
        "encoding_concept_id": str(concept("encoding", "UTF-8")),
        "language_concept_id": f"case when e.language = 'en' then {ENGLISH} else 0 end",
        "provider_id": "w.provider_id",
        "visit_occurrence_id": "v.visit_occurrence_id",
        "note_source_value": (
            "concat_ws(' / ', coalesce(e.type_text, e.type_code),"
            " coalesce(e.section_text, e.section_code))"
        ),
    }
    sql = f"""select {columns("note", cells, lineage("e"))}
from {present["note"]} e
left join "omop_admitted" p on p.person_id = e.person
left join "omop_visit_occurrence" v on v.visit_occurrence_id = e.encounter
  and v.person_id = e.person
left join "omop_provider" w on w._organization = e.organization
  and w._source = e.source and w._number = e.author
left join "concept_of" c on c.target = 0
  and c.system = coalesce(e.type_system, 'note.type')
  and c.code = coalesce(e.type_code, e.type_text)
where {none_of(RULES, START)}"""
    return View("note", sql, "organization")
