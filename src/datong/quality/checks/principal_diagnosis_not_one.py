"""A stay has one principal diagnosis."""

from collections import Counter

from datong.core.check import Severity
from datong.core.say import Say
from datong.quality.own import Scene, Tables, Together
from datong.standards.records import all_kinds

KINDS = all_kinds()


def find(tables: Tables) -> set[int]:
    """Find first-ranked diagnoses that share visit and role with another."""
    first = [
        d for d in tables["diagnosis"] if d["rank"] == 1 and d["role_code"] == "primary"
    ]
    some = [d for d in first if d["encounter"] is not None]
    many = Counter((d["encounter"], d["role_code"]) for d in some)
    chosen = [d for d in some if many[d["encounter"], d["role_code"]] > 1]
    return {int(str(d["record"])) for d in chosen}


CHECK = Together(
    name="principal_diagnosis_not_one",
    table="diagnosis",
    reads=(KINDS["diagnosis"].shape,),
    severity=Severity.ERROR,
    why=Say(
        "A group for payment cannot be found, or two were swapped.",
        "无法分组，或主次诊断被调换。",
    ),
    examined="rank = 1",
    bad="""
        select d.record from diagnosis d join (
            select encounter, role_code from diagnosis
            where rank = 1 and role_code = 'primary' and encounter is not null
            group by encounter, role_code having count(*) > 1
        ) m on m.encounter = d.encounter
            and m.role_code is not distinct from d.role_code
        where d.rank = 1 and d.role_code = 'primary'
    """,
    find=find,
    scenes=(
        Scene(
            {
                "diagnosis": [
                    {"record": 1, "encounter": 1, "rank": 1, "role_code": "primary"},
                    {"record": 2, "encounter": 1, "rank": 2, "role_code": "primary"},
                ]
            },
            frozenset(()),
        ),
        Scene(
            {
                "diagnosis": [
                    {"record": 1, "encounter": 1, "rank": 1, "role_code": "primary"},
                    {"record": 2, "encounter": 1, "rank": 1, "role_code": "primary"},
                ]
            },
            frozenset((1, 2)),
        ),
    ),
)
