"""A genomic variant is a measurement, named by its gene and written in full."""

from datong.cdm.omop.event import Event
from datong.cdm.omop.facts import concept

WRITTEN = (
    "coalesce(e.hgvs, concat_ws(' ', concat(e.chromosome, ':',"
    " cast(e.position as varchar)), concat(e.ref, '>', e.alt)))"
)
EVENTS = (
    Event(
        "variant",
        "measurement",
        code="gene",
        type=str(concept("type", "lab")),
        words={
            "source_value": WRITTEN,
            "number": "e.fraction",
            "value_text": "e.genotype",
            "qualifier_text": "coalesce(e.significance_text, e.significance_code)",
        },
    ),
)
