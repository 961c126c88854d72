"""A person is born once."""

from collections import defaultdict

from datong.core.check import Severity
from datong.core.say import Say
from datong.quality.own import Scene, Tables, Together
from datong.standards.records import all_kinds

KINDS = all_kinds()


def find(tables: Tables) -> set[int]:
    """Find the records of persons with two births that do not refine each other."""
    births = defaultdict(set)
    for p in tables["person"]:
        if p["birth"] is not None and p["person"] is not None:
            births[p["person"]].add(str(p["birth"]))
    odd = {who for who, b in births.items() if not max(b).startswith(min(b))}
    return {int(str(p["record"])) for p in tables["person"] if p["person"] in odd}


CHECK = Together(
    name="birth_disagrees",
    table="person",
    reads=(KINDS["person"].shape,),
    severity=Severity.WARNING,
    why=Say(
        "Two people were made one, or one source has it wrong.",
        "两个人被并为一人，或某一来源有误。",
    ),
    examined="true",
    bad="""
        select p.record from person p join (
            select person from person where birth is not null and person is not null
            group by person
            having max(birth) not like min(birth) || '%'
        ) m on m.person = p.person
    """,
    find=find,
    scenes=(
        Scene(
            {
                "person": [
                    {"record": 1, "person": 1, "birth": "1950"},
                    {"record": 2, "person": 1, "birth": "1950-03"},
                ]
            },
            frozenset(()),
        ),
        Scene(
            {
                "person": [
                    {"record": 1, "person": 1, "birth": "1950-01-01"},
                    {"record": 2, "person": 1, "birth": "1951-01-01"},
                ]
            },
            frozenset((1, 2)),
        ),
    ),
)
