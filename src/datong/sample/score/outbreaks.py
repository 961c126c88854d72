"""Whether outbreaks can be seen: the people who fell ill, among the days they lasted.

A case is a person with the outbreak's disease in its days; others of that disease in
these days are the background, which a release cannot tell apart.
"""

from datong.engine.duckdb import Duck
from datong.run.project import Project

DIAGNOSES = """
select person, cast(time as date) as day, diagnosis_code as code
from records.diagnosis
where diagnosis_code is not null
"""
COMPARED = """
with counted as (
    select o.code, o.first, o.last, sum(o.cases) as cases,
        (select count(distinct person) from diagnosis d where d.code = o.code
            and d.day between o.first and o.last) as found,
        (select count(distinct person) from diagnosis d where d.code = o.code
            and d.day not between o.first and o.last) as others,
        date_diff('day', o.first, o.last) + 1 as days
    from outbreaks o where o.cases > 0 group by all
)
select count(*) as outbreaks, sum(cases) as cases,
    sum(least(found, cases)) / nullif(sum(cases), 0) as cases_found,
    sum(found / days) / nullif(sum(others / (366 - days)), 0) as times_the_usual
from counted
"""


def score(project: Project) -> dict[str, float]:
    """Count the cases of each outbreak; `times_the_usual` of persons a day."""
    with project.read() as release, Duck() as duck:
        duck.see("outbreaks", project.root / "truth" / "outbreaks.parquet")
        duck.see("diagnosis", release.query(DIAGNOSES))
        row = duck.fetch(COMPARED).to_pylist()[0]
    return {name: float(value or 0) for name, value in row.items()}
