"""Who is who: pairs of registrations that are one person, found and true."""

from datong.engine.duckdb import Duck
from datong.link.keys import keys_of
from datong.run.project import Project

# Who came on a relative's card has every field from it: no identifier tells them apart.
WITHOUT_CARDS = """(from truth anti join (from mistakes
    where mistake = 'relatives_card') as cards
    on cards.hospital = truth.hospital and cards.key = truth.local_id)"""
# A silo of FHIR knows its patients by the id of the resource: p-<number>.
PAIRS = """
with joined as (
    select truth.true_person, keys.person
    from {truth} as truth left join keys on keys.organization = truth.hospital
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
    """Compare persons with true persons, pair by pair of registrations.

    `…_without_cards` leaves out registrations made on a relative's card.
    """
    folder = project.root / "truth"
    mistakes = folder / "mistakes.parquet"
    with Duck() as duck:
        duck.see("truth", folder / "registrations.parquet")
        duck.see("keys", keys_of(project.root))
        figures = _scored(duck, "truth")
        if mistakes.exists():
            duck.see("mistakes", mistakes)
            apart = _scored(duck, WITHOUT_CARDS)
            figures |= {f"{n}_without_cards": apart[n] for n in ("precision", "recall")}
    return figures


def _scored(duck: Duck, truth: str) -> dict[str, float]:
    """Score the registrations of one table."""
    row = duck.fetch(PAIRS.format(truth=truth)).to_pylist()[0]
    figures = {name: float(value or 0) for name, value in row.items()}
    both = figures["precision"] + figures["recall"]
    f1 = 2 * figures["precision"] * figures["recall"] / both if both else 0.0
    return {"f1": f1, **figures}
