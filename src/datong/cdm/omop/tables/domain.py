"""Domains that local concepts are of."""

from collections.abc import Mapping

from datong.cdm.omop.facts import case
from datong.cdm.omop.view import View, columns


def view(_: Mapping[str, str]) -> View:
    """Make the view."""
    cells = {
        "domain_id": "domain",
        "domain_name": "domain",
        "domain_concept_id": case("domain", "domain"),
    }
    sql = f"""select {columns("domain", cells, {})}
from (select distinct domain from "register") d"""
    return View("domain", sql, "all")
