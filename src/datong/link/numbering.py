"""Dense numbers for the natural keys of sources: given once, in the vault, for ever."""

import pyarrow as pa

from datong.engine.duckdb import Duck
from datong.store.vault.folder import Vault

GONE = """
select * from known anti join found using (organization, system, value)
union all by name select * from found order by organization, system, value, key
"""
NUMBERED = """
select organization, system, value,
       cast(coalesce(known.key, {last} + row_number() over (
            partition by known.key is null order by organization, system, value))
            as bigint) as key
from (select distinct organization, system, value from who) as who
left join known using (organization, system, value)
order by organization, system, value
"""


def numbered(vault: Vault, name: str, who: pa.Table, last: int = 0) -> pa.Table:
    """Give natural keys (organization, system, value) dense numbers: `key`.

    `last` is the highest number that was given elsewhere.
    """
    known = vault.read(name)
    who = who.select(["organization", "system", "value"])
    empty = pa.schema([*who.schema, ("key", pa.int64())]).empty_table()
    with Duck() as duck:
        duck.see("who", who)
        duck.see("known", empty if known is None else known)
        held = duck.one("select coalesce(max(key), 0) from known")[0]
        found = duck.fetch(NUMBERED.format(last=max(last, int(str(held)))))
        duck.see("found", found)
        vault.write(name, duck.fetch(GONE))
    return found
