"""Person keys that last: the numbers of an append-only dictionary in the vault.

A key is the next number, given in the order of the source records, and never derived
from an identifier. When clusters change, a person keeps the key that most of its
records had; a key that nobody keeps is retired and leads to its heirs for ever.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from datong.store.vault.folder import Vault

Numbers = NDArray[np.int64]
SOURCE = ("organization", "system", "local_id")


@dataclass(frozen=True, slots=True)
class Keys:
    """A key for each cluster, and what became of old keys: (old, heir) pairs."""

    of: Numbers
    retired: NDArray[np.int64]


def keep_keys(cluster: Numbers, before: Numbers, last: int) -> Keys:
    """Give each cluster a key.

    `cluster` numbers the cluster of each record from 0, records in the order of their
    source; `before` is the key that the record had, 0 for a new record; `last` is the
    highest key that was ever given. Overlaps are served by falling count, then by the
    older key; a cluster whose best key is taken falls back to its second best.
    """
    pairs, count = _overlaps(cluster, before)
    order = np.lexsort((pairs[:, 1], -count))
    of = np.zeros(int(cluster.max(initial=-1)) + 1, np.int64)
    taken: set[int] = set()
    simple = _simple(pairs)
    of[pairs[simple, 0]] = pairs[simple, 1]
    for at in order[~simple[order]]:
        new, old = (int(n) for n in pairs[at])
        if of[new] == 0 and old not in taken:
            of[new] = old
            taken.add(old)
    first = np.full(len(of), len(cluster), np.int64)
    np.minimum.at(first, cluster, np.arange(len(cluster)))
    fresh = np.flatnonzero(of == 0)
    of[fresh[np.argsort(first[fresh], kind="stable")]] = (
        last + 1 + np.arange(len(fresh))
    )
    kept = np.isin(pairs[:, 1], of)
    heirs = np.stack([pairs[~kept, 1], of[pairs[~kept, 0]]], 1)
    return Keys(of, heirs[np.lexsort((heirs[:, 1], heirs[:, 0]))])


def _overlaps(cluster: Numbers, before: Numbers) -> tuple[Numbers, Numbers]:
    """Count the records of each pair of a cluster and an old key."""
    old = before > 0
    both = np.stack([cluster[old], before[old]], 1)
    if not len(both):
        return np.zeros((0, 2), np.int64), np.zeros(0, np.int64)
    pairs, count = np.unique(both, axis=0, return_counts=True)
    return pairs, count.astype(np.int64)


def _simple(pairs: Numbers) -> NDArray[np.bool_]:
    """Say which overlaps have neither a rival cluster nor a rival key."""
    lonely: NDArray[np.bool_] = np.ones(len(pairs), np.bool_)
    for side in (0, 1):
        _, inverse, count = np.unique(
            pairs[:, side], return_inverse=True, return_counts=True
        )
        lonely &= count[inverse] == 1
    return lonely


class Index:
    """The dictionary of persons in the vault, and where retired keys lead."""

    def __init__(self, vault: Vault) -> None:
        """Open it; a new one is empty."""
        self.vault = vault
        texts = [pa.field(name, pa.string()) for name in SOURCE]
        self._empty = pa.schema([*texts, pa.field("person", pa.int64())])

    def persons(self) -> pa.Table:
        """Return organization, system, local_id and person of every known record."""
        held = self.vault.read("linked")
        return self._empty.empty_table() if held is None else held

    def retired(self) -> pa.Table:
        """Return each retired key with an heir; a split key has several rows."""
        held = self.vault.read("retired")
        schema = pa.schema([("person", pa.int64()), ("heir", pa.int64())])
        return schema.empty_table() if held is None else held

    def resolve(self, person: int) -> set[int]:
        """Return the living keys that a key leads to; none where it was never given."""
        lead: dict[int, set[int]] = {}
        for old, heir in zip(*self.retired().to_pydict().values(), strict=True):
            lead.setdefault(old, set()).add(heir)
        living = set(self.persons()["person"].to_pylist())
        found, seen, todo = set(), set(), [person]
        while todo:
            key = todo.pop()
            if key in seen:
                continue
            seen.add(key)
            found |= {key} & living
            # A key that came back to life leads nowhere else.
            todo += [] if key in living else sorted(lead.get(key, ()))
        return found

    def assign(self, source: pa.Table, cluster: Numbers) -> Numbers:
        """Give the records of a source their persons' keys, and remember them.

        `source` has organization, system and local_id, each row once. Records that are
        known but not given now keep their keys.
        """
        order = _order(source)
        sorted_source, sorted_cluster = source.take(pa.array(order)), cluster[order]
        known = self.persons()
        before = _lookup(known, sorted_source)
        last = max(
            int(np.max(known["person"].to_numpy(), initial=0)),
            int(np.max(self.retired()["person"].to_numpy(), initial=0)),
        )
        keys = keep_keys(sorted_cluster, before, last)
        person = keys.of[sorted_cluster]
        self._remember(known, sorted_source, person, keys.retired)
        out = np.empty(len(person), np.int64)
        out[order] = person
        return out

    def _remember(
        self, known: pa.Table, source: pa.Table, person: Numbers, retired: Numbers
    ) -> None:
        """Write the dictionary, and the keys that were retired."""
        now = source.append_column("person", pa.array(person))
        gone = known.join(source, list(SOURCE), join_type="left anti")
        whole = pa.concat_tables([now, gone.select(now.column_names)])
        # A key that a record outside this call still has is not retired.
        living = np.isin(retired[:, 0], whole["person"].to_numpy())
        added = retired[~living]
        more = pa.table({"person": added[:, 0], "heir": added[:, 1]})
        if len(more):
            self.vault.write("retired", pa.concat_tables([self.retired(), more]))
        order = [(name, "ascending") for name in SOURCE]
        self.vault.write("linked", whole.sort_by(order))


def _order(source: pa.Table) -> NDArray[np.int64]:
    """Return the order of records by organization, system and local number."""
    keys = [(name, "ascending") for name in SOURCE]
    numbered = source.append_column("row", pa.array(np.arange(source.num_rows)))
    found: NDArray[np.int64] = numbered.sort_by(keys)["row"].to_numpy()
    return found


def _lookup(known: pa.Table, source: pa.Table) -> Numbers:
    """Return the key that each record had, 0 where it is new."""
    rows = source.append_column("row", pa.array(np.arange(source.num_rows)))
    joined = rows.join(known, list(SOURCE), join_type="inner")
    before = np.zeros(source.num_rows, np.int64)
    before[joined["row"].to_numpy()] = joined["person"].to_numpy()
    return before
