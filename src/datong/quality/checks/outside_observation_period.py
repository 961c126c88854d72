"""An event lies in an observation period of its person."""

from datetime import date

from datong.core.check import Severity
from datong.core.say import Say
from datong.core.shape import Row
from datong.quality.own import Scene, Tables, Together
from datong.standards.omop import tables as omop_tables

EVENTS = {
    "condition_occurrence": "condition_start_date",
    "drug_exposure": "drug_exposure_start_date",
    "measurement": "measurement_date",
    "procedure_occurrence": "procedure_date",
    "visit_occurrence": "visit_start_date",
}
FIRST, LAST = "observation_period_start_date", "observation_period_end_date"
DAYS = {FIRST: date(2024, 1, 1), LAST: date(2024, 6, 30)}
PERIOD: Row = {"person_id": 1, **DAYS}


def _check(table: str, day: str) -> Together:
    """Make the check for one table."""
    key = omop_tables()[table].key[0]

    def find(tables: Tables) -> set[int]:
        """Find events that no period of their person covers."""
        periods = tables["observation_period"]
        rows = [r for r in tables[table] if None not in (r[day], r["person_id"])]
        return {
            int(str(r[key]))
            for r in rows
            if not any(_covers(p, r, day) for p in periods)
        }

    rows: list[Row] = [
        {key: 9, "person_id": 1, day: date(2024, month, 1)} for month in (3, 9)
    ]
    return Together(
        name="outside_observation_period",
        table=table,
        reads=(omop_tables()[table], omop_tables()["observation_period"]),
        severity=Severity.WARNING,
        why=Say(
            "Rates count person-time in periods; an event outside is counted for none.",
            "发生率以观察期计人时，期外事件无法计入。",
        ),
        examined=f"{day} is not null",
        bad=f"""
        select t.{key} from {table} t anti join observation_period p
        on p.person_id = t.person_id and t.{day} between p.{FIRST} and p.{LAST}
        where t.{day} is not null and t.person_id is not null
        """,
        find=find,
        scenes=(
            Scene({table: rows[:1], "observation_period": [PERIOD]}, frozenset()),
            Scene({table: rows[1:], "observation_period": [PERIOD]}, frozenset({9})),
        ),
    )


def _covers(period: Row, event: Row, day: str) -> bool:
    """Tell whether a period covers an event of its person."""
    at, first, last = event[day], period[FIRST], period[LAST]
    if not all(isinstance(one, date) for one in (at, first, last)):
        return False
    is_own = period["person_id"] == event["person_id"]
    return is_own and str(first) <= str(at) <= str(last)


CHECKS = tuple(_check(table, day) for table, day in EVENTS.items())
