"""Which order a dispensing or an administration of a drug carries out, both ways.

The relationships are local concepts, for OMOP has none that means this.
"""

from collections.abc import Mapping

from datong.cdm.omop.facts import concept
from datong.cdm.omop.view import View, columns, lineage

DRUG = str(concept("domain", "Drug"))


def view(present: Mapping[str, str]) -> View:
    """Make the view."""
    there = _half("child", "parent", "drug.fulfils")
    back = _half("parent", "child", "drug.fulfilled-by")
    sql = f"""with told as (
  {_children(present["dispensing"])} union all
  {_children(present["administration"])}),
link as (select t.record as child, o.record as parent, t.record, t._row, t._rule
  from told t join {present["order"]} o on o.organization = t.organization
    and o.source = t.source and o.order_number = t.order_number
  where t.record in (select drug_exposure_id from "omop_drug_exposure")
    and o.record in (select drug_exposure_id from "omop_drug_exposure"))
{there}
union all
{back}"""
    return View("fact_relationship", sql, "organization")


def _children(source: str) -> str:
    """Write the records that name an order."""
    return f"""select organization, source, "order" as order_number, record, _row, _rule
  from {source} e where "order" is not null"""


def _half(one: str, two: str, name: str) -> str:
    """Write the relationship in one direction."""
    cells = {
        "domain_concept_id_1": DRUG,
        "fact_id_1": one,
        "domain_concept_id_2": DRUG,
        "fact_id_2": two,
        "relationship_concept_id": "coalesce(c.source_concept_id, 0)",
    }
    return f"""select {columns("fact_relationship", cells, lineage("l"))}
from link l left join "concept_of" c
  on c.system = 'datong' and c.code = '{name}' and c.target = 0"""
