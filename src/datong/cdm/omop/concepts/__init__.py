"""Which concept a code stands for.

In:  the distinct codes of a release (kind, field, system, code, text; `codes` writes
     the SQL that collects them), the vocabularies if the user has them, the register.
     `meanings`, what the words were taken to mean: system and code as the views look
     for them, means_system, means_code, means_name (several rows: several concepts).
Out: `concept_of` (system, code, target, source_concept_id, concept_id, domain, routes,
     value_as_concept_id), the register with the new codes, `ingredient_of`, `named`
     (what the vocabularies tell of every concept that a release can name).

With the vocabularies: the code's concept in the vocabulary of its system, and what it
maps to; of a concept that maps to several, `target` counts 0, 1, 2. Without: what OMOP
fixes (facts/seeds.csv, words.csv), else concept 0 and a local source concept. A code
that the vocabularies lack and that was taken to mean another one goes that one's way:
its standard concepts, its source concept (a local one where no vocabulary has it).
"""

import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pyarrow as pa

from datong.cdm.omop.concepts.athena import Vocabularies, convert
from datong.cdm.omop.concepts.register import extend
from datong.cdm.omop.event import ROLES, ROUTABLE
from datong.cdm.omop.events import all_events
from datong.cdm.omop.facts import fixed, rows
from datong.cdm.omop.tables import views
from datong.engine.duckdb import Duck, Input
from datong.standards.records import all_kinds

__all__ = ["Known", "Resolved", "Vocabularies", "coded", "codes", "convert", "resolve"]


NO_CODES = pa.schema(
    [(n, pa.string()) for n in ("kind", "field", "system", "code", "text")]
)
MEANT = ("kind", "field", "system", "code", "means_system", "means_code", "means_name")
NO_MEANINGS = pa.schema([(name, pa.string()) for name in MEANT])


# A concept of these domains says nothing that happened; a record stays where it is.
NO_EVENT = (
    "Ethnicity",
    "Gender",
    "Payer",
    "Plan",
    "Provider",
    "Race",
    "Route",
    "Specimen",
    "Unit",
    "Visit",
)


@dataclass(frozen=True, slots=True)
class Known:
    """What is known before: the last register, the vocabularies, the meanings.

    `edition` names this release in the register.
    """

    edition: str
    register: Path | None = None
    vocabularies: Vocabularies = field(default_factory=Vocabularies)
    meanings: Input = field(default_factory=NO_MEANINGS.empty_table)


@dataclass(frozen=True, slots=True)
class Resolved:
    """What the views need to know of the codes of a release."""

    concept_of: Path
    register: Path
    ingredient_of: Input
    named: Path
    release: str  # of the vocabularies; empty without
    routed: frozenset[str] = frozenset()  # tables that some concept's domain names


@cache
def coded() -> dict[str, tuple[str, ...]]:
    """Return the code fields of each kind that any view asks the concept of."""
    asked = {m for v in views() for m in re.findall(r"'(\w+)\.(\w+)'", v.sql)}
    return {
        kind: tuple(sorted(field for k, field in asked if k == kind))
        for kind in all_kinds()
        if any(k == kind for k, _ in asked)
    }


def codes(kind: str) -> str:
    """Write SQL that collects the distinct codes from the records of one kind."""
    parts = (
        f"select '{kind}' as kind, '{f}' as field, {f}_system as system,"
        f" coalesce({f}_code, {f}_text) as code, min({f}_text) as text,"
        f' count(*) as rows from "{kind}"'
        f" where coalesce({f}_code, {f}_text) is not null group by 3, 4"
        for f in coded().get(kind, ())
    )
    return "\nunion all ".join(parts)


def resolve(duck: Duck, found: Input, known: Known, into: Path) -> Resolved:
    """Resolve the codes of a release; write concept_of and the register into a folder.

    `found` is what `codes` collected from the kinds of record.
    """
    inputs: dict[str, Input] = {
        "found": found,
        "meaning": known.meanings,
        "athena": known.vocabularies.table("concept"),
        "maps": known.vocabularies.table("maps"),
        "system_of": _table("systems"),
        "seed": _table("seeds"),
        "word": _table("words"),
        "own": _table("own"),
        "domain_of": pa.Table.from_pylist(
            [{"field": f, "domain": d} for f, d in _domains().items()]
        ),
    }
    duck.run(SOURCES, inputs, into / "source_of.parquet")
    sources = {**inputs, "source_of": into / "source_of.parquet"}
    duck.run(WANTED, sources, into / "wanted.parquet")
    wanted, edition = into / "wanted.parquet", known.edition
    new = extend(duck, known.register, wanted, edition, into / "register.parquet")
    routes = " ".join(f"when '{d}' then '{t}'" for d, t in ROUTABLE.items())
    others = " ".join(f"when '{domain}' then null" for domain in NO_EVENT)
    sql = CONCEPT_OF.format(routes=routes, others=others)
    duck.run(sql, {**sources, "register": new}, into / "concept_of.parquet")
    duck.see("concept_of", into / "concept_of.parquet")
    (routed,) = duck.one("select string_agg(distinct routes, ' ') from concept_of")
    ingredient_of = known.vocabularies.table("ingredient")
    tables = frozenset(str(routed or "").split())
    told = {
        "concept_of": into / "concept_of.parquet",
        "ingredient_of": ingredient_of,
        "fixed": pa.Table.from_pylist(list(fixed())),
        "athena": inputs["athena"],
    }
    named = into / "named.parquet"
    duck.run(NAMED, told, named)
    release = known.vocabularies.release
    return Resolved(told["concept_of"], new, ingredient_of, named, release, tables)


def _table(name: str) -> pa.Table:
    """Return one of our CSV files as a table of text."""
    return pa.Table.from_pylist(list(rows(name)))


def _domains() -> dict[str, str]:
    """Return the domain that a local concept of a field has, by KIND.FIELD."""
    of_table = {table: domain for domain, table in ROUTABLE.items()}
    found = {}
    for event in all_events():
        found[f"{event.kind}.{event.code}"] = of_table[event.table]
        for role, name in event.codes.items():
            found[f"{event.kind}.{name}"] = ROLES[role] or "Observation"
    return found | {
        "lab_result.specimen": "Specimen",
        "practitioner.specialty": "Provider",
        "encounter.admit_route": "Visit",
        "encounter.discharge_way": "Visit",
    }


# A code as the views look for it, with the vocabulary of its system and its concept
# there. ICD codes are compared without their point, for many sources leave it out.
SOURCES = """with code as (
  select coalesce(system, concat(kind, '.', field)) as system, code,
    min(text) as text, min(concat(kind, '.', field)) as field, min(field) as short
  from (select kind, field, system, code, text from found union all
    select kind, field, means_system, means_code, means_name from meaning) f
  group by 1, 2),
named as (select c.*, s.vocabulary, upper(replace(code, '.', '')) as bare
  from code c left join system_of s on s.system = lower(c.system)),
known as (select concept_id, vocabulary_id, concept_code from athena
  where vocabulary_id in (select vocabulary from system_of)),
exact as (select n.system, n.code, min(k.concept_id) as concept_id
  from named n join known k on k.vocabulary_id = n.vocabulary
    and k.concept_code = n.code group by 1, 2),
bare as (select n.system, n.code, min(k.concept_id) as concept_id
  from named n join known k on k.vocabulary_id = n.vocabulary
    and upper(replace(k.concept_code, '.', '')) = n.bare
  where n.vocabulary like 'ICD%'
  group by 1, 2 having count(distinct k.concept_id) = 1),
met as (select * from exact union all select * from bare b where not exists (
  select 1 from exact x where x.system = b.system and x.code = b.code))
select n.system, n.code, n.text, n.field, n.vocabulary,
  coalesce(m.concept_id, cast(s.concept_id as integer)) as source_concept_id,
  coalesce(cast(s.concept_id as integer), cast(w.concept_id as integer)) as fixed,
  coalesce(s.domain, w.domain) as fixed_domain, m.concept_id is not null as is_known
from named n
left join met m on m.system = n.system and m.code = n.code
left join seed s on s.vocabulary = n.vocabulary and s.code = n.code
left join word w on w.field = n.short and w.word = n.code"""
WANTED = """select s.system, s.code, coalesce(text, code) as name,
  coalesce(d.domain, 'Observation') as domain, source_concept_id is not null as known
from source_of s left join domain_of d on d.field = s.field
union all select 'datong', code, name, domain, false from own
union all select 'datong.vocabulary', system, concat('Codes of ', system), 'Metadata',
  false from (select distinct system from source_of where source_concept_id is null
  union select 'datong' union select 'datong.vocabulary') v"""
CONCEPT_OF = """with target as (
  select s.system, s.code, m.target as concept_id, a.domain_id as domain
  from source_of s join maps m on m.concept_id = s.source_concept_id
  join athena a on a.concept_id = m.target
  where s.is_known and not m.of_value and a.standard_concept = 'S'
  union
  select s.system, s.code, a.concept_id, a.domain_id
  from source_of s join athena a on a.concept_id = s.source_concept_id
  where s.is_known and a.standard_concept = 'S'
  union
  select system, code, fixed, fixed_domain from source_of
  where fixed is not null and not is_known),
way as (select s.system, s.code, coalesce(m.means_system, s.system) as by_system,
  coalesce(m.means_code, s.code) as by_code
  from source_of s left join meaning m on m.system = s.system and m.code = s.code
    and not s.is_known and s.fixed is null),
reached as (select w.system, w.code, t.concept_id, t.domain,
  min(by_system) as by_system, min(by_code) as by_code
  from way w left join target t on t.system = w.by_system and t.code = w.by_code
  group by w.system, w.code, t.concept_id, t.domain,
    case when t.concept_id is null then by_code end),
counted as (select *, row_number() over (partition by system, code
  order by concept_id, by_code) - 1 as target from reached),
valued as (select s.system, s.code, min(m.target) as value_as_concept_id
  from source_of s join maps m on m.concept_id = s.source_concept_id
  where s.is_known and m.of_value group by 1, 2 having count(*) = 1)
select t.system, t.code, cast(t.target as integer) as target,
  coalesce(s.source_concept_id, r.concept_id) as source_concept_id,
  coalesce(t.concept_id, 0) as concept_id, t.domain,
  case when t.concept_id is null then null else
    case t.domain {routes} {others} else 'observation' end end as routes,
  v.value_as_concept_id
from counted t
join source_of s on s.system = t.by_system and s.code = t.by_code
left join valued v on v.system = t.by_system and v.code = t.by_code
left join register r on r.system = t.by_system and r.code = t.by_code
union all
select system, code, 0, concept_id, 0, null, null, null
from register where system = 'datong'
order by system, code, target"""
# Without the vocabularies a release names only what OMOP fixes.
NAMED = """with code as (
  select unnest([concept_id, source_concept_id, value_as_concept_id]) as concept_id
  from concept_of),
used as (select concept_id from code union
  select cast(concept_id as integer) from fixed union
  select i.ingredient_concept_id from ingredient_of i
  where i.concept_id in (select concept_id from code))
select a.* from athena a where concept_id in (select concept_id from used)
  and concept_id <> 0
union all
select cast(concept_id as integer), name, domain, vocabulary, 'Fixed', 'S', code, null,
  null, null
from fixed where cast(concept_id as integer) not in (select concept_id from athena)
union all select 0, 'No matching concept', 'Metadata', 'None', 'Undefined', null,
  'No matching concept', null, null, null
order by 1"""
