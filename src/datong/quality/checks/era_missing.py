"""An event with a concept has its era."""

from datong.core.check import Severity
from datong.core.say import Say
from datong.core.shape import Row
from datong.quality.own import Scene, Tables, Together
from datong.standards.omop import tables as omop_tables

TABLE, ERA = "condition_occurrence", "condition_era"


def find(tables: Tables) -> set[int]:
    """Find conditions whose person has no era of their concept."""
    eras = {(e["person_id"], e["condition_concept_id"]) for e in tables[ERA]}
    rows = [r for r in tables[TABLE] if r["condition_concept_id"] not in (None, 0)]
    lost = [r for r in rows if (r["person_id"], r["condition_concept_id"]) not in eras]
    known = [r for r in lost if r["person_id"] is not None]
    return {int(str(r["condition_occurrence_id"])) for r in known}


EVENT: Row = {"condition_occurrence_id": 9, "person_id": 1, "condition_concept_id": 5}
OWN: Row = {"person_id": 1, "condition_concept_id": 5}

CHECK = Together(
    name="era_missing",
    table=ERA,
    reads=(omop_tables()[TABLE], omop_tables()[ERA]),
    severity=Severity.WARNING,
    why=Say(
        "Eras were not made anew for what was loaded last.",
        "新装载的数据未重新生成时期表。",
    ),
    bad="""
        select t.condition_occurrence_id from condition_occurrence t
        anti join condition_era e on e.person_id = t.person_id
        and e.condition_concept_id = t.condition_concept_id
        where t.condition_concept_id <> 0 and t.person_id is not null
    """,
    find=find,
    scenes=(
        Scene({TABLE: [EVENT], ERA: [OWN, OWN]}, frozenset()),
        Scene({TABLE: [EVENT], ERA: [{**OWN, "person_id": 2}]}, frozenset({9})),
    ),
)
