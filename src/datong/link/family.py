"""Mothers and their newborns: a relation between two persons, never one identity.

A child that has no name of its own yet is written by its mother's (王芳之女). Its
mother is a woman of that name in the same organization, of an age to bear it, with the
same phone or address; where two women fit equally well, none is taken.
"""

import pyarrow as pa

from datong.engine.duckdb import Duck

MOTHERS = """
with named as (select source.organization, people.* from people
               join source using (key)),
child as (
    select key, organization, birth, phone, address,
           regexp_extract(replace(name, ' ', ''), '{baby}', 1) as mother
    from named where regexp_matches(replace(name, ' ', ''), '{baby}')
),
met as (
    select child.key as child, named.key as mother,
           cast(coalesce(child.phone = named.phone, false) as int)
           + cast(coalesce(child.address = named.address, false) as int) as shared
    from child join named on named.organization = child.organization
        and replace(named.name, ' ', '') = child.mother and named.key <> child.key
    where coalesce(named.sex, '2') in ('2', 'F', 'f', '女', 'female')
      and coalesce(try_cast(left(child.birth, 4) as int)
                   - try_cast(left(named.birth, 4) as int), 25) between 12 and 55
),
best as (select *, max(shared) over (partition by child) as most from met)
select child, min(mother) as mother, min(shared) as shared from best
where shared = most and shared > 0 group by child having count(*) = 1
order by child
"""
BABY = "^(.{2,}?)(之|的)(子|女|儿|婴|子女|女婴|男婴)(大双|小双|[长次]?[子女])?$"


def find_mothers(people: pa.Table, source: pa.Table) -> pa.Table:
    """Find the mothers of newborns: child and mother (numbers of records), shared.

    `people` has key and the fields; `source` organization, system, value and key.
    `shared` counts which of phone and address both have.
    """
    told = people
    for name in ("name", "sex", "birth", "phone", "address"):
        if name not in told.column_names:
            none = pa.nulls(len(told), pa.string())
            told = told.append_column(name, none)
    with Duck() as duck:
        return duck.fetch(
            MOTHERS.format(baby=BABY),
            {"people": told, "source": source},
        )
