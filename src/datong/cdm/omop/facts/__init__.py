"""What OMOP fixes and we may know without its vocabularies: facts.csv, seeds.csv, ...

facts.csv gives, by group, the concept of a word of our own standard records. A number
that we are not sure of is left out: a wrong concept is worse than none.
"""

import csv
from functools import cache
from importlib.resources import files


@cache
def rows(name: str) -> tuple[dict[str, str], ...]:
    """Return the rows of one of the CSV files of this folder."""
    with (files(__package__) / f"{name}.csv").open(encoding="utf-8") as lines:
        return tuple(csv.DictReader(lines))


@cache
def group(name: str) -> dict[str, int]:
    """Return the concept numbers of one group of facts, by their key."""
    found = {
        f["key"]: int(f["concept_id"]) for f in rows("facts") if f["group"] == name
    }
    if not found:
        raise KeyError(name)
    return found


def concept(name: str, key: str) -> int:
    """Return one concept number."""
    return group(name)[key]


def case(name: str, expression: str, otherwise: str = "0") -> str:
    """Write SQL that turns a word into its concept number."""
    whens = (f"when '{key}' then {number}" for key, number in group(name).items())
    return f"case {expression} {' '.join(whens)} else {otherwise} end"


@cache
def fixed() -> tuple[dict[str, str], ...]:
    """Return every concept that is known without the vocabularies, once.

    Columns: concept_id, name, domain, vocabulary, code. Of most we know the number and
    the name only: they stand in a vocabulary of ours, OMOP fixed, under their number.
    """
    domains = {row["group"]: row["domain"] for row in rows("groups")}
    told = [
        {**row, "domain": row.get("domain") or domains[row["group"]]}
        for row in (*rows("facts"), *rows("words"))
    ]
    named = [{"vocabulary": "OMOP fixed", **r, "code": r["concept_id"]} for r in told]
    wanted = ("concept_id", "name", "domain", "vocabulary", "code")
    found = {
        row["concept_id"]: {name: row[name] for name in wanted}
        for row in (*named, *rows("seeds"))
    }
    return tuple(found.values())
