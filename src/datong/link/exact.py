"""The first form of linkage: exact on a checked resident identity number.

Two patients of two hospitals are one person if both gave the same number and its check
digit is right (GB 11643-1999: ISO 7064 MOD 11-2). A patient under whom two different
right numbers stand is joined to nobody by them. Everybody else is a person alone.
"""

import numpy as np
import pyarrow as pa

from datong.engine.duckdb import Duck, Input
from datong.store.vault.folder import Vault

WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
CHECKS = np.array(list("10X98765432"))

# `who`: organization, system, value. `numbers`: the same and number, checked ones only.
# `known`: what earlier runs decided. A cluster keeps the smallest key it ever had.
CLUSTERS = """
with certain as (
    select organization, system, value, min(number) as number
    from numbers group by all having count(distinct number) = 1
),
members as (
    select who.organization, who.system, who.value, certain.number,
           coalesce('=' || certain.number,
                    who.organization || chr(31) || who.system || chr(31) || who.value)
           as cluster
    from who left join certain using (organization, system, value)
),
aged as (
    select members.*, least(mine.person, same.person) as person
    from members
    left join known as mine using (organization, system, value)
    left join (select number, min(person) as person from known
               where number is not null group by number) as same
           on same.number = members.number
),
kept as (select cluster, min(person) as person from aged group by cluster),
fresh as (
    select cluster, row_number() over (order by first) + {last} as person
    from (select cluster, min(organization || chr(31) || system || chr(31) || value)
          as first from aged where cluster in
          (select cluster from kept where person is null) group by cluster)
)
select organization, system, value, number,
       cast(coalesce(kept.person, fresh.person) as bigint) as person
from members join kept using (cluster) left join fresh using (cluster)
"""
GONE = """
select * from known anti join found using (organization, system, value)
union all by name select * from found order by organization, system, value
"""
NUMBERED = """
select organization, system, value,
       cast(coalesce(known.key, {last} + row_number() over (
            partition by known.key is null order by organization, system, value))
            as bigint) as key
from (select distinct organization, system, value from who) as who
left join known using (organization, system, value)
"""


def is_right(numbers: pa.Array) -> np.ndarray:
    """Say for each text whether it is a resident identity number with a right check."""
    texts = np.asarray(numbers.to_pylist(), dtype="U18")
    letters = texts.view("U1").reshape(len(texts), 18) if len(texts) else texts
    if not len(texts):
        return np.zeros(0, dtype=bool)
    body = letters[:, :17]
    digits: np.ndarray = np.all((body >= "0") & (body <= "9"), axis=1)
    values = np.where(digits[:, None], body, "0").astype(int)
    right = CHECKS[(values * WEIGHTS).sum(axis=1) % 11]
    matches: np.ndarray = np.logical_and(digits, right == letters[:, 17])
    return matches


def persons(vault: Vault, who: pa.Table, identifiers: Input | None) -> pa.Table:
    """Give every patient of every source a person key, the same one as before.

    `who` has organization, system, value (the source's number of the patient);
    `identifiers` are the vault's records of kind identifier, joined to their patient:
    organization, system, value, type, text.
    Returns organization, system, value, person.
    """
    known = vault.read("person")
    with Duck() as duck:
        duck.see("who", who)
        duck.see("numbers", _checked(duck, identifiers))
        duck.see("known", _or_empty(known))
        last = duck.one("select coalesce(max(person), 0) from known")[0]
        found = duck.fetch(CLUSTERS.format(last=last))
        duck.see("found", found)
        vault.write("person", duck.fetch(GONE))
    return found.drop_columns(["number"])


def numbered(vault: Vault, name: str, who: pa.Table) -> pa.Table:
    """Give natural keys (organization, system, value) dense numbers: `key`."""
    known = vault.read(name)
    empty = pa.schema([*who.schema, ("key", pa.int64())]).empty_table()
    with Duck() as duck:
        duck.see("who", who)
        duck.see("known", empty if known is None else known)
        last = duck.one("select coalesce(max(key), 0) from known")[0]
        found = duck.fetch(NUMBERED.format(last=last))
        duck.see("found", found)
        vault.write(name, duck.fetch(GONE))
    return found


def _checked(duck: Duck, identifiers: Input | None) -> pa.Table:
    """Return the identity numbers whose check digit is right."""
    columns = ["organization", "system", "value", "number"]
    empty = pa.schema([(name, pa.string()) for name in columns]).empty_table()
    if identifiers is None:
        return empty
    duck.see("identifiers", identifiers)
    found = duck.fetch(
        "select organization, system, value, upper(trim(text)) as number"
        " from identifiers where type = 'id_card' and length(trim(text)) = 18"
    )
    distinct = found["number"].combine_chunks().dictionary_encode()
    right = is_right(distinct.dictionary)[np.asarray(distinct.indices, dtype=np.int64)]
    return found.filter(pa.array(right)) if len(found) else empty


def _or_empty(known: pa.Table | None) -> pa.Table:
    """Return the dictionary of persons, empty at first."""
    if known is not None:
        return known
    texts = [
        (name, pa.string()) for name in ("organization", "system", "value", "number")
    ]
    return pa.schema([*texts, ("person", pa.int64())]).empty_table()
