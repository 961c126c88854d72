"""Whether OMOP tells of each registered person what is true: sex, birth, death, visits.

By registrations: each leads to its row of PERSON, held against the true person. A visit
is one encounter that a hospital handed over; deaths are told by some hospitals.
"""

from datong.engine.duckdb import Duck
from datong.link.keys import keys_of
from datong.run.project import Project

TABLES = {
    "person": "select person_id, gender_concept_id as gender, year_of_birth as year,"
    " make_date(year_of_birth, month_of_birth, day_of_birth) as born from omop.person",
    "death": "select person_id, death_date from omop.death",
    "visit": "select count(*) as visits from omop.visit_occurrence",
}
COMPARED = """
with joined as (
    select k.person, t.number, t.male, t.birth, t.death
    from registrations r join people t on t.number = r.true_person
    left join keys k on k.organization = r.hospital
        and k.value in (r.local_id, 'p-' || r.local_id)
)
select count(*) as registrations,
    avg((p.person_id is not null)::int) as in_person,
    avg((p.gender = case when male then 8507 else 8532 end)::int) as sex_right,
    avg((p.born = birth)::int) as birth_date_right,
    avg((p.year = year(birth))::int) as birth_year_right
from joined left join person p on p.person_id = joined.person
"""
DEATHS = """
with joined as (
    select distinct d.person_id, d.death_date, t.death
    from death d join keys k on k.person = d.person_id
    join registrations r on k.organization = r.hospital
        and k.value in (r.local_id, 'p-' || r.local_id)
    join people t on t.number = r.true_person
)
select (select count(*) from death) as deaths,
    (select count(distinct person_id) from joined where death is not null)
        / nullif((select count(*) from death), 0) as death_precision,
    (select count(distinct person_id) from joined where death = death_date)
        / nullif((select count(*) from death), 0) as death_date_right
"""


def score(project: Project) -> dict[str, float]:
    """Compare PERSON, DEATH and the number of visits with the truth."""
    truth = project.root / "truth"
    with project.read() as release, Duck() as duck:
        for name in ("registrations", "people"):
            duck.see(name, truth / f"{name}.parquet")
        duck.see("keys", keys_of(project.root))
        held = {name: release.query(sql) for name, sql in TABLES.items()}
        for name, table in held.items():
            duck.see(name, table)
        row = duck.fetch(COMPARED).to_pylist()[0] | duck.fetch(DEATHS).to_pylist()[0]
    row["visits"] = held["visit"]["visits"][0].as_py()
    return {name: float(value or 0) for name, value in row.items()}
