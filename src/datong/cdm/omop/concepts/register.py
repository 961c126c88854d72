"""The register of local concepts: a number, once given, is never given again.

Columns: concept_id (from 2,000,000,000), system, code, name, domain, since (the edition
that first met the code) and until (the edition from which the vocabularies know it;
empty while the local concept is in use). New codes get the next numbers in the order of
system and code, so that every engine and every rebuild gives the same ones.
"""

from pathlib import Path

import pyarrow as pa

from datong.cdm.reasons import REGISTER_FULL
from datong.core.reason import Trouble
from datong.engine.duckdb import Duck, Input, literal

FIRST = 2_000_000_000
LAST = 2_147_483_647
SCHEMA = pa.schema(
    [("concept_id", pa.int32())]
    + [(n, pa.string()) for n in ("system", "code", "name", "domain", "since", "until")]
)
# `wanted` has (system, code, name, domain, known): known is true where the
# vocabularies have the code and no local concept is needed.
EXTEND = """with fresh as (
  select system, code, name, domain, {first} + row_number() over (
    order by system, code) - 1 as concept_id
  from wanted w where not known and not exists (
    select 1 from held h where h.system = w.system and h.code = w.code))
select h.concept_id, h.system, h.code, h.name, h.domain, h.since,
  case when w.known then coalesce(h.until, {edition})
    when w.known is null then h.until end as until
from held h left join wanted w on w.system = h.system and w.code = h.code
union all
select cast(concept_id as integer), system, code, name, domain, {edition}, null
from fresh order by 1"""


def extend(
    duck: Duck, held: Path | None, wanted: Input, edition: str, into: Path
) -> Path:
    """Give numbers to new codes and retire those that the vocabularies know now.

    Raises Trouble CDM-REGISTER if the numbers run out.
    """
    inputs: dict[str, Input] = {"wanted": wanted, "held": held or SCHEMA.empty_table()}
    duck.see("held", inputs["held"])
    (last,) = duck.one("select max(concept_id) from held")
    first = FIRST if last is None else int(str(last)) + 1
    sql = EXTEND.format(first=first, edition=literal(edition))
    count = duck.run(sql, inputs, into)
    if FIRST + count - 1 > LAST:
        into.unlink()
        raise Trouble(REGISTER_FULL, into.name, count=f"{count:,}")
    return into
