"""Dense numbers for the natural keys of sources: given once, in the vault, for ever."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from datong.engine.duckdb import Duck
from datong.link.arrays import Hashes, hash_texts
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


class Numbers:
    """The numbers of natural keys, held to be asked for a few at a time."""

    def __init__(self, known: pa.Table) -> None:
        """Hold what is known: organization, system, value, key."""
        held = _hashes(known)
        order = np.argsort(held, kind="stable")
        self._held, self._keys = held[order], known["key"].to_numpy()[order]
        self._later: dict[int, int] = {}
        self.last = int(self._keys.max(initial=0))

    def give(self, who: pa.Table) -> NDArray[np.int64]:
        """Return the number of each natural key; a new one gets the next."""
        given = []
        for one in _hashes(who).tolist():
            at = int(self._held.searchsorted(np.uint64(one)))
            if at < len(self._held) and self._held[at] == one:
                given.append(int(self._keys[at]))
                continue
            if one not in self._later:
                self.last += 1
                self._later[one] = self.last
            given.append(self._later[one])
        return np.array(given, np.int64)


def _hashes(who: pa.Table) -> Hashes:
    """Hash natural keys; that of an erased patient, which is null, is 0."""
    parts = [
        who[name].cast(pa.string()) for name in ("organization", "system", "value")
    ]
    whole = pc.binary_join_element_wise(*parts, "\x1f")
    return hash_texts(pa.chunked_array(whole).combine_chunks())
