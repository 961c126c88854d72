"""Domains that the concepts of the release are of."""

from collections.abc import Mapping

from datong.cdm.omop.facts import case
from datong.cdm.omop.view import View, columns


def view(_: Mapping[str, str]) -> View:
    """Make the view."""
    cells = {
        "domain_id": "domain_id",
        "domain_name": "domain_id",
        "domain_concept_id": case("domain", "domain_id"),
    }
    sql = f"""select {columns("domain", cells, {})}
from (select distinct domain_id from "omop_concept" c) d"""
    return View("domain", sql, "all")
