"""Costs of a visit: a row a line of the bill, and a row a settlement.

The two are told apart by their type concept (billing record, claim): whoever adds them
up counts twice. The money of a reversed line is negative, as the source wrote it.
"""

from collections.abc import Mapping

from datong.cdm.omop.facts import concept
from datong.cdm.omop.rules import EVERY, NO_VISIT, none_of
from datong.cdm.omop.view import View, columns, lineage

RULES = (*EVERY, NO_VISIT)
SHARED = {"cost_id": "e.record", "cost_event_id": "e.encounter"}
LINE = SHARED | {
    "cost_domain_id": "'Visit'",
    "cost_type_concept_id": str(concept("type", "billing")),
    "total_charge": "e.amount",
    "paid_by_patient": "e.self_pay",
    "revenue_code_source_value": "coalesce(e.fee_class_code, e.fee_class_text)",
}
SETTLED = SHARED | {
    "cost_domain_id": "'Visit'",
    "cost_type_concept_id": str(concept("type", "claim")),
    "total_charge": "e.total",
    "paid_by_payer": "{fund}",
    "paid_by_patient": "{own}",
    "drg_source_value": "coalesce(e.drg_code, e.drg_text)",
}


def view(present: Mapping[str, str]) -> View:
    """Make the view."""
    fund = _sum("fund", "large_amount", "assistance")
    own = _sum("account", "cash")
    settled = {k: c.format(fund=fund, own=own) for k, c in SETTLED.items()}
    lines = _part(present["fee_line"], LINE)
    sql = f"{lines}\nunion all\n{_part(present['settlement'], settled)}"
    return View("cost", sql, "organization")


def _sum(*names: str) -> str:
    """Write a sum of money of which parts may be missing; null if all are."""
    parts = " + ".join(f"coalesce(e.{name}, 0)" for name in names)
    given = ", ".join(f"e.{name}" for name in names)
    return f"case when coalesce({given}) is not null then {parts} end"


def _part(source: str, cells: Mapping[str, str]) -> str:
    """Write the rows from one kind of record."""
    return f"""select {columns("cost", cells, lineage("e"))}
from {source} e
left join "omop_admitted" p on p.person_id = e.person
left join "omop_visit_occurrence" v on v.visit_occurrence_id = e.encounter
  and v.person_id = e.person
where {none_of(RULES)}"""
