"""What a value says: a number with its operator, or a word that OMOP knows."""

from datong.cdm.omop.facts import case

ANSWER = (
    "case when e.value_number is null"
    f" then {case('answer', 'e.value_text', otherwise='null')} end"
)
# `e.value_*` as the words that the tables of measurements and observations ask for.
MEASURED = {
    "number": "e.value_number",
    "operator": case("operator", "e.value_operator", otherwise="null"),
    "value_text": "e.value_text",
    "value_concept": f"coalesce(c.value_as_concept_id, {ANSWER})",
}
