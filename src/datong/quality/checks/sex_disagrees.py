"""A person has one sex everywhere."""

from collections import Counter

from datong.core.check import Severity
from datong.core.say import Say
from datong.quality.own import Scene, Tables, Together
from datong.standards.records import all_kinds

KINDS = all_kinds()


def find(tables: Tables) -> set[int]:
    """Find the records of persons who are known under two sexes."""
    some = [p for p in tables["person"] if p["sex_code"] is not None]
    known = {(p["person"], p["sex_code"]) for p in some}
    many = Counter(str(person) for person, _ in known if person is not None)
    return {
        int(str(p["record"])) for p in tables["person"] if many[str(p["person"])] > 1
    }


CHECK = Together(
    name="sex_disagrees",
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
            select person from person where sex_code is not null and person is not null
            group by person having count(distinct sex_code) > 1
        ) m on m.person = p.person
    """,
    find=find,
    scenes=(
        Scene(
            {
                "person": [
                    {"record": 1, "person": 1, "sex_code": "F"},
                    {"record": 2, "person": 1, "sex_code": "F"},
                ]
            },
            frozenset(()),
        ),
        Scene(
            {
                "person": [
                    {"record": 1, "person": 1, "sex_code": "F"},
                    {"record": 2, "person": 1, "sex_code": "M"},
                ]
            },
            frozenset((1, 2)),
        ),
    ),
)
