"""What hospitals say that patients agreed to, for the gate.

In:  the standard records of kind consent.
Out: `ledger.guard_consent`, one row a consent that is understood.

Words are read by `guard/consent_words.csv`. A word that nobody listed opens nothing: a
decision that is not understood is no consent, and who refuses something that is not
understood refuses all that needs a consent.
"""

from collections.abc import Sequence
from pathlib import Path

from datong.engine.duckdb import Duck
from datong.guard import consents
from datong.lake.releases import TableFile
from datong.run.steps import Steps

CONSENTS = """
with told as (
    select cast(person as bigint) as person_key, record,
           coalesce(time, recorded) as told_at,
           try_cast(valid_from as timestamp) as valid_from,
           try_cast(valid_to as timestamp) + interval 1 day as ends, withdrawn,
           lower(trim(coalesce(purpose_code, ''))) as purpose_code,
           lower(trim(coalesce(purpose_text, ''))) as purpose_text,
           lower(trim(coalesce(decision_code, ''))) as decision_code,
           lower(trim(coalesce(decision_text, ''))) as decision_text,
           lower(trim(coalesce(scope_code, ''))) as scope_code,
           lower(trim(coalesce(scope_text, ''))) as scope_text
    from consents where person is not null and deleted is not true
),
meant as (
    select told.*, coalesce(p.means, q.means) as purpose,
           coalesce(s.means, z.means) as state,
           coalesce(k.means, l.means, 'general') as kind
    from told
    left join words p on p.field = 'purpose' and p.written = purpose_code
    left join words q on q.field = 'purpose' and q.written = purpose_text
    left join words s on s.field = 'state' and s.written = decision_code
    left join words z on z.field = 'state' and z.written = decision_text
    left join words k on k.field = 'kind' and k.written = scope_code
    left join words l on l.field = 'kind' and l.written = scope_text
)
select person_key, coalesce(purpose, n.means) as purpose, kind, state,
       coalesce(valid_from, told_at) as starts, ends, withdrawn
from meant left join needing n on meant.purpose is null and meant.state != 'given'
where state is not null and coalesce(purpose, n.means) is not null
order by person_key, purpose
"""


def write_consents(
    steps: Steps, duck: Duck, files: Sequence[TableFile], mark: str
) -> TableFile | None:
    """Write the table, if any hospital hands consents over."""
    told: list[Path] = [f.path for f in files if f.table == "consent"]
    if not told:
        return None
    duck.see("consents", told)
    duck.see("words", consents.words())
    duck.see("needing", consents.needing())
    made = steps.root / "lake" / "facts" / f"guard_consent-{mark[:16]}.parquet"
    rows = duck.run(CONSENTS, {}, made)
    return steps.file(("facts", "guard_consent", "all", made, rows))
