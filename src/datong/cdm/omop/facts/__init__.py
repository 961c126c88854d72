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
