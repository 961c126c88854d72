"""A table of patients of several sources in, a person for each out."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from datong.core.ledger import Entry
from datong.link.facts import SOURCE
from datong.link.graph import strongest_tree
from datong.link.kinds import Kind
from datong.link.linkage import Run, link
from datong.link.stable import Numbers

FIELDS: Mapping[str, Kind] = MappingProxyType(
    {
        "name": Kind.FULL_NAME,
        "sex": Kind.SEX,
        "birth": Kind.BIRTH_DATE,
        "identity_number": Kind.IDENTITY,
        "phone": Kind.PHONE,
        "address": Kind.ADDRESS,
        "postcode": Kind.POSTCODE,
        "mother_name": Kind.TOKEN,
    }
)


@dataclass(frozen=True, slots=True)
class Linkage:
    """Who is who.

    `persons`: organization, system, value, person. `evidence`: for each person the
    strongest pairs that hold its records together: person, a, b (rows of `persons`),
    bits. `run` answers `why` for the distinct records, in the order of `persons`.
    """

    persons: pa.Table
    evidence: pa.Table
    entry: Entry
    run: Run | None


def resolve(records: pa.Table) -> Linkage:
    """Join the records of one person, and number the persons from 1.

    `records` has organization, system and value (the source's own number of the
    patient), and any of the columns of FIELDS; birth is text. Several rows of one
    patient are one record: the fullest stands for it. Keys that last from run to run
    are given by `datong.link.registry.Registry`.
    """
    single = _fullest(records)
    fields = {
        n: k for n, k in FIELDS.items() if n in single.column_names and _any(single[n])
    }
    run = link(single.select(list(fields)), fields) if fields and len(single) else None
    cluster = np.arange(len(single), dtype=np.int64) if run is None else run.person
    source = single.select(list(SOURCE))
    person = cluster + 1
    persons = source.append_column("person", pa.array(person))
    count = len(np.unique(person))
    entry = Entry("link", len(records), kept=count, merged=len(records) - count)
    return Linkage(persons, _evidence(run, person), entry, run)


def _any(column: pa.ChunkedArray) -> bool:
    """Say whether a column holds anything."""
    return bool(column.null_count < len(column))


def _fullest(records: pa.Table) -> pa.Table:
    """Keep of each local number the row that tells most; of equals, the first by text.

    The order of rows decides nothing.
    """
    told = np.zeros(len(records), np.int64)
    for name in records.column_names:
        told += pc.is_valid(records[name]).to_numpy()
    order = [(n, "ascending") for n in SOURCE] + [("_told", "descending")]
    rest = [(n, "ascending") for n in records.column_names if n not in SOURCE]
    ranked = records.append_column("_told", pa.array(told)).sort_by(order + rest)
    ranked = ranked.drop_columns(["_told"]).combine_chunks()
    parts = [ranked[name].dictionary_encode().combine_chunks() for name in SOURCE]
    codes = np.stack([p.indices.fill_null(-1).to_numpy() for p in parts], 1)
    new = np.ones(len(ranked), np.bool_)
    new[1:] = (codes[1:] != codes[:-1]).any(1)
    return ranked.filter(pa.array(new))


def _evidence(run: Run | None, person: Numbers) -> pa.Table:
    """Return the strongest pairs that hold each person's records together."""
    if run is None:
        return pa.table({n: pa.array([], pa.int64()) for n in ("person", "a", "b")})
    table = run.table
    row = np.full(table.size, -1, np.int64)
    row[table.row_of[::-1]] = np.arange(len(table.row_of))[::-1]
    i, j = row[run.blocks.i], row[run.blocks.j]
    held = (person[i] == person[j]) & (run.bits >= run.theta)
    linked = np.stack([i[held], j[held]], 1)
    bits = run.bits[held]
    tree = strongest_tree(linked, bits, len(person))
    a, b = linked[tree].T
    return pa.table({"person": person[a], "a": a, "b": b, "bits": bits[tree]})
