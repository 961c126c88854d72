"""The persons of one organization who are in the view: events of others are left out.

Small beside PERSON, so that each event table of an organization joins with it fast.
"""

from collections.abc import Mapping

from datong.cdm.omop.view import View
from datong.standards.records import all_kinds


def view(present: Mapping[str, str]) -> View:
    """Make the view."""
    named = "\nunion all ".join(
        f"select person from {present[name]} x"
        for name, kind in all_kinds().items()
        if not kind.vault and not present[name].startswith("(")
    )
    sql = f"""select person_id from "omop_person"
where person_id in (select distinct person from (
{named or 'select person_id as person from "omop_person"'}))"""
    return View("admitted", sql, "organization", published=False)
