"""Who is who: pairs of registrations that are one person, found and true."""

from datong.engine.duckdb import Duck
from datong.link.keys import keys_of
from datong.run.project import Project

# A silo of FHIR knows its patients by the id of the resource: p-<number>.
PAIRS = """
with joined as (
    select truth.true_person, keys.person
    from truth left join keys on keys.organization = truth.hospital
        and keys.value in (truth.local_id, 'p-' || truth.local_id)
),
sums as (
    select
        (select sum(n * (n - 1) / 2) from (select count(*) as n from joined
         group by true_person)) as true_pairs,
        (select sum(n * (n - 1) / 2) from (select count(*) as n from joined
         where person is not null group by person)) as found_pairs,
        (select sum(n * (n - 1) / 2) from (select count(*) as n from joined
         where person is not null group by true_person, person)) as right_pairs
)
select right_pairs / nullif(found_pairs, 0) as precision,
       right_pairs / nullif(true_pairs, 0) as recall,
       true_pairs, found_pairs,
       (select count(*) from joined) as registrations,
       (select count(*) from joined where person is null) as registrations_without_key,
       (select count(distinct true_person) from joined) as true_persons,
       (select count(distinct person) from joined) as found_persons
from sums
"""


def score(project: Project) -> dict[str, float]:
    """Compare persons with true persons, pair by pair of registrations."""
    truth = project.root / "truth" / "registrations.parquet"
    with Duck() as duck:
        found = duck.fetch(PAIRS, {"truth": truth, "keys": keys_of(project.root)})
    row = found.to_pylist()[0]
    figures = {name: float(value or 0) for name, value in row.items()}
    both = figures["precision"] + figures["recall"]
    f1 = 2 * figures["precision"] * figures["recall"] / both if both else 0.0
    return {"f1": f1, **figures}
