"""Vocabularies that the release names: the sources' own code systems, and others."""

from collections.abc import Mapping

from datong.cdm.omop.tables.concept import VOCABULARY
from datong.cdm.omop.view import View, columns

LOCAL = f"""select {VOCABULARY} as vocabulary, system as name, 'datong' as reference,
    number
  from (select r.system, min(v.concept_id) as number from "register" r
    join "register" v on v.system = 'datong.vocabulary' and v.code = r.system
    group by r.system) s"""
NAMED = """select distinct vocabulary_id, vocabulary_id, 'OMOP', 0 from "named" n"""


def view(_: Mapping[str, str]) -> View:
    """Make the view; where a source's system bears a vocabulary's name, it is one."""
    cells = {
        "vocabulary_id": "vocabulary",
        "vocabulary_name": "name",
        "vocabulary_reference": "reference",
        "vocabulary_concept_id": "number",
    }
    sql = f"""select {columns("vocabulary", cells, {})}
from ({LOCAL} union all {NAMED}) v
qualify row_number() over (partition by vocabulary order by reference) = 1"""
    return View("vocabulary", sql, "all")
