"""An era begins with an event, holds as many as it says, and no event lies outside."""

from datetime import date

from datong.core.check import Severity
from datong.core.say import Say
from datong.core.shape import Row
from datong.quality.own import Scene, Tables, Together
from datong.standards.omop import tables as omop_tables

EVENT, ERA = "condition_occurrence", "condition_era"
DRUG, DRUG_ERA = "drug_exposure", "drug_era"
CONCEPTS = ("condition_concept_id", "condition_source_concept_id")
WHY = Say(
    "Eras were computed otherwise than from the events that are there.",
    "时期表与现有事件不符：未重新生成或计算有误。",
)


def find(tables: Tables) -> set[int]:
    """Find condition eras with no event on their first day, or another number."""
    return {
        int(str(era["condition_era_id"]))
        for era in tables[ERA]
        if not _is_right(era, tables)
    }


def _is_right(era: Row, tables: Tables) -> bool:
    """Tell whether a condition era fits the events of its person and concept."""
    first, last = era["condition_era_start_date"], era["condition_era_end_date"]
    held = [
        event["condition_start_date"]
        for event in tables[EVENT]
        if event["person_id"] == era["person_id"]
        and era["condition_concept_id"] in [event[name] for name in CONCEPTS]
    ]
    days = [day for day in held if isinstance(day, date)]
    if not isinstance(first, date) or not isinstance(last, date):
        return True
    many = era["condition_occurrence_count"]
    inside = sum(first <= day <= last for day in days)
    return first in days and many in (None, inside)


def find_drugs(tables: Tables) -> set[int]:
    """Find drug eras on whose first day their person got no drug."""
    days = {(x["person_id"], x["drug_exposure_start_date"]) for x in tables[DRUG]}
    eras = [era for era in tables[DRUG_ERA] if era["drug_era_start_date"] is not None]
    lost = [e for e in eras if (e["person_id"], e["drug_era_start_date"]) not in days]
    return {
        int(str(era["drug_era_id"])) for era in lost if era["person_id"] is not None
    }


DAYS = [date(2024, 3, day) for day in (1, 5, 9)]
OWN: Row = {
    "condition_era_id": 9,
    "person_id": 1,
    "condition_concept_id": 5,
    "condition_era_start_date": DAYS[0],
    "condition_era_end_date": DAYS[1],
    "condition_occurrence_count": 2,
}
EVENTS: list[Row] = [
    {"person_id": 1, CONCEPTS[n]: 5, "condition_start_date": day}
    for n, day in enumerate(DAYS[:2])
]
DRUGS: list[Row] = [{"person_id": 1, "drug_exposure_start_date": DAYS[0]}]
TAKEN: Row = {"drug_era_id": 9, "person_id": 1, "drug_era_start_date": DAYS[0]}

CHECKS = (
    Together(
        name="era_without_event",
        table=ERA,
        reads=(omop_tables()[EVENT], omop_tables()[ERA]),
        severity=Severity.WARNING,
        why=WHY,
        bad=f"""
        with events as (
            select person_id, {CONCEPTS[0]} as concept, condition_start_date as day
            from {EVENT} union all
            select person_id, {CONCEPTS[1]}, condition_start_date from {EVENT}
            where {CONCEPTS[1]} is distinct from {CONCEPTS[0]}
        )
        select e.condition_era_id from {ERA} e left join events v
        on v.person_id = e.person_id and v.concept = e.condition_concept_id
            and v.day between e.condition_era_start_date and e.condition_era_end_date
        where e.condition_era_start_date is not null
            and e.condition_era_end_date is not null
        group by e.condition_era_id, e.condition_era_start_date,
            e.condition_occurrence_count
        having min(v.day) is distinct from e.condition_era_start_date
            or count(v.day) <> e.condition_occurrence_count
        """,
        find=find,
        blame="etl",
        scenes=(
            Scene({EVENT: EVENTS, ERA: [OWN]}, frozenset()),
            Scene({EVENT: EVENTS[1:], ERA: [OWN]}, frozenset({9})),
            Scene(
                {EVENT: EVENTS, ERA: [{**OWN, "condition_occurrence_count": 3}]},
                frozenset({9}),
            ),
        ),
    ),
    Together(
        name="era_without_event",
        table=DRUG_ERA,
        reads=(omop_tables()[DRUG], omop_tables()[DRUG_ERA]),
        severity=Severity.WARNING,
        why=WHY,
        bad=f"""
        select e.drug_era_id from {DRUG_ERA} e anti join {DRUG} x
        on x.person_id = e.person_id
            and x.drug_exposure_start_date = e.drug_era_start_date
        where e.drug_era_start_date is not null and e.person_id is not null
        """,
        find=find_drugs,
        blame="etl",
        scenes=(
            Scene({DRUG: DRUGS, DRUG_ERA: [TAKEN]}, frozenset()),
            Scene(
                {DRUG: DRUGS, DRUG_ERA: [{**TAKEN, "drug_era_start_date": DAYS[2]}]},
                frozenset({9}),
            ),
        ),
    ),
)
