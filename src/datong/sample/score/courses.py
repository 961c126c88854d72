"""Whether the courses of diseases can be followed: every step, at one person.

By steps of the truth, death apart (`cdm` tells of deaths): was the person seen on that
day, and was the step's diagnosis told with its code? A course is whole where all its
steps were seen under one person key.
"""

from datong.engine.duckdb import Duck
from datong.link.keys import keys_of
from datong.run.project import Project

DIAGNOSES = """
select distinct person, cast(time as date) as day, diagnosis_code as code
from records.diagnosis
"""
COMPARED = """
with persons as (
    select distinct r.true_person as number, k.person
    from registrations r join keys k on k.organization = r.hospital
        and k.value in (r.local_id, 'p-' || r.local_id)
),
steps as (
    select distinct number, course, day, code from courses where stage <> 'death'
),
found as (
    select s.number, s.course, s.day, s.code, p.person,
        count(d.person) > 0 as seen, coalesce(bool_or(d.code = s.code), false) as coded
    from steps s left join persons p using (number)
    left join diagnosis d on d.person = p.person and d.day = s.day
    group by all
),
judged as (
    select number, course, day, code, bool_or(seen) as seen, bool_or(coded) as coded
    from found group by all
),
followed as (
    select number, course, bool_or(every) as whole
    from (
        select number, course, person, bool_and(seen) as every from found group by all
    ) group by all
)
select count(*) as steps, avg(seen::int) as steps_seen, avg(coded::int) as steps_coded,
    (select count(*) from followed) as courses,
    (select avg(whole::int) from followed) as courses_whole
from judged
"""


def score(project: Project) -> dict[str, float]:
    """Look for every step of every course."""
    truth = project.root / "truth"
    with project.read() as release, Duck() as duck:
        for name in ("registrations", "courses"):
            duck.see(name, truth / f"{name}.parquet")
        duck.see("keys", keys_of(project.root))
        duck.see("diagnosis", release.query(DIAGNOSES))
        row = duck.fetch(COMPARED).to_pylist()[0]
    return {name: float(value or 0) for name, value in row.items()}
