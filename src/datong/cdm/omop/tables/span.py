"""From when to when one organization saw each person: what periods are made of."""

from collections.abc import Mapping

from datong.cdm.omop.view import View

DATED = {
    "visit_occurrence": ("visit_start_date", "visit_end_date"),
    "condition_occurrence": ("condition_start_date", "condition_end_date"),
    "procedure_occurrence": ("procedure_date", "procedure_end_date"),
    "drug_exposure": ("drug_exposure_start_date", "drug_exposure_end_date"),
    "device_exposure": ("device_exposure_start_date", "device_exposure_end_date"),
    "measurement": ("measurement_date", "measurement_date"),
    "observation": ("observation_date", "observation_date"),
}


def view(_: Mapping[str, str]) -> View:
    """Make the view."""
    parts = "\nunion all ".join(
        f"select person_id, min({start}) as first,"
        f" max(greatest({start}, coalesce({end}, {start}))) as last"
        f' from "omop_{table}" group by person_id'
        for table, (start, end) in DATED.items()
    )
    sql = f"""select person_id, min(first) as first, max(last) as last from ({parts}) s
group by person_id"""
    return View("span", sql, "organization", published=False)
