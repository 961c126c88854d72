"""What became of rows that were made wrong: kept, refused or marked as they should be.

Laboratory results and encounters only: these keep the number that the truth names.
"""

from datong.engine.duckdb import Duck
from datong.run.project import Project

# mistake: what is right of the records that came of the row (none: all is null)
RIGHT = {
    "cancelled": "status is null or status = 'cancelled'",
    "status_unknown": "status is null or status = 'unknown'",
    "time_unreadable": "time is null",
    "value_missing": "text is null",
    "full_width": "number is not null",
    "below_limit": "operator = '<'",
    "other_unit": "unit in ('mg/dL', 'g/dL')",
    "twice": "records <= 1",
}
# FHIR names a result by its id.
RESULTS = """
select organization, case when report like 'r-%' then substr(report, 3)
           else concat(report, '-', sequence) end as key,
       count(*) as records, any_value(status_code) as status, any_value(time) as time,
       any_value(value_text) as text, any_value(value_number) as number,
       any_value(value_operator) as operator, any_value(unit_code) as unit
from records.lab_result group by all
"""
# English blood counts lie in one row a report: what was cancelled has no cell there.
JUDGED = """
select mistake, count(*) as rows, count(*) filter (where {right}) as is_right
from truth join (select hospital, key from truth
                 where "table" = 'results' group by all having count(*) = 1)
    using (hospital, key)
left join found on found.organization = truth.hospital and found.key = truth.key
where "table" = 'results' and mistake = '{mistake}' group by mistake
"""


def score(project: Project) -> dict[str, float]:
    """Say for each kind of mistake which share of its rows was treated rightly."""
    figures: dict[str, float] = {}
    rows = right = 0
    truth = project.root / "truth" / "mistakes.parquet"
    with project.read() as release, Duck() as duck:
        duck.see("truth", truth)
        duck.see("found", release.query(RESULTS))
        for mistake, condition in RIGHT.items():
            asked = JUDGED.format(right=condition, mistake=mistake)
            for line in duck.fetch(asked).to_pylist():
                figures[mistake] = line["is_right"] / line["rows"]
                rows, right = rows + line["rows"], right + line["is_right"]
    return {"treated_rightly": right / rows if rows else 0.0, "rows": rows, **figures}
