"""Locations: the areas that persons and organizations lie in, never an address."""

from collections.abc import Mapping

from datong.cdm.omop.view import View, columns


def view(present: Mapping[str, str]) -> View:
    """Make the view."""
    cells = {"location_id": "min(record)", "location_source_value": "area"}
    sql = f"""select {columns("location", cells, {})}
from (select left(area, 50) as area, record from {present["person"]} p
  union all select left(area, 50), record from {present["organization"]} o) named
where area is not null
group by area"""
    return View("location", sql, "all")
