"""The second stage: who is who, before any record is made.

In:  landed files.
Out: the dictionaries of persons and encounters, by organization and system.

Only the numbers by which a source knows its patients and visits are read here, and what
identifies a patient; they go into the vault, and every later stage sees keys.
"""

from collections.abc import Mapping as Map
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TypeAlias

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from datong.engine.duckdb import Duck
from datong.engine.land import columns
from datong.link.registry import Registry, Resolved, without
from datong.mapping.apply import Shard
from datong.mapping.compile import Compiler, localized
from datong.run.deliveries import Delivery
from datong.run.landing import Rows
from datong.run.mends import read_mends
from datong.run.steps import Outcome, Steps
from datong.run.verdicts import ask, judgements
from datong.store.manifest import now

EDITION = "1"


@dataclass(frozen=True, slots=True)
class Dictionary:
    """Natural keys of one system of one organization, and their numbers."""

    table: pa.Table  # value, key
    digest: str


Dictionaries: TypeAlias = dict[tuple[str, str], Dictionary]


class Identities:
    """Collects who is named in each delivery, and has them linked."""

    def __init__(self, steps: Steps, registry: Registry) -> None:
        """Keep what is collected in the index of persons."""
        self.steps, self.registry = steps, registry

    def collect(self, delivery: Delivery, landed: Rows) -> tuple[Path, Path, Path]:
        """Write the persons, encounters and identifiers of one delivery."""
        parts = (EDITION, *delivery.marks)
        outcome = self.steps.do(
            f"who:{delivery.mapping.reads}",
            (*parts, *landed.shas),
            lambda mark: self._work(delivery, landed, mark),
        )
        first, second, third = (file.path for file in outcome.files)
        return first, second, third

    def _work(self, delivery: Delivery, landed: Rows, mark: str) -> Outcome:
        """Read the distinct numbers."""
        compiler = Compiler(delivery.mapping, delivery.organization.id)
        names = sorted({name for file in landed.files for name in columns(file.path)})
        with Duck() as duck:
            shard = Shard(duck, compiler, names)
            mends = read_mends(delivery.mends)
            paths = [file.path for file in landed.files]
            shard.open(paths, mends, landed.heads_of(delivery), to_name=True)
            people, visits, facts = shard.who()
        facts = self._known(facts, delivery)
        found = []
        for name, table in zip(
            ("person", "encounter", "identifier"), (people, visits, facts), strict=True
        ):
            place = self.registry.folder / "who" / f"{mark[:16]}-{name}.parquet"
            place.parent.mkdir(parents=True, exist_ok=True)
            pq.write_table(table, place, compression="zstd")
            draft = ("who", name, delivery.organization.id, place, table.num_rows)
            found.append(self.steps.file(draft))
        return Outcome(tuple(found))

    def _known(self, facts: pa.Table, delivery: Delivery) -> pa.Table:
        """Leave out what identifies patients that were erased."""
        named = _named(facts, delivery.organization.id, systems_of(delivery)[0])
        kept = without(named, self.registry.erasure.find(named))
        return kept.select(facts.column_names)

    def link(
        self, collected: Map[int, tuple[Path, Path, Path]], found: Sequence[Delivery]
    ) -> tuple[Dictionaries, Dictionaries, Resolved]:
        """Give keys; return the dictionaries by (organization, system).

        Pairs of persons that stay open go into the queue of decisions.
        """
        people, visits, facts = [], [], []
        for index, delivery in enumerate(found):
            who, encounters, identifiers = collected[index]
            person, encounter = systems_of(delivery)
            organization = delivery.organization.id
            people.append(_named(pq.read_table(who), organization, person))
            facts.append(_named(pq.read_table(identifiers), organization, person))
            visits.append(_named(pq.read_table(encounters), organization, encounter))
        store, fresh = self.steps.decided, self.steps.fresh
        who, told = _distinct(pa.concat_tables(people)), pa.concat_tables(facts)
        at = now().isoformat()
        resolved = self.registry.resolve(who, told, judgements(store), at, fresh=fresh)
        if resolved.is_new:
            ask(store, self.registry.doubts)
        named = _distinct(pa.concat_tables(visits))
        counted = self.registry.number("encounter", named)
        persons = _split(resolved.persons, "person")
        return persons, _split(counted, "key"), resolved


def systems_of(delivery: Delivery) -> tuple[str, str]:
    """Name the systems of a delivery's patient and visit numbers."""
    mapping, organization = delivery.mapping, delivery.organization.id
    return (
        localized(mapping.person.get("system", ""), organization),
        localized(mapping.encounter.get("system", ""), organization),
    )


def _named(table: pa.Table, organization: str, system: str) -> pa.Table:
    """Put the organization and the system before the columns of a table."""
    count = table.num_rows
    arrays = [pa.repeat(organization, count), pa.repeat(system, count), *table.columns]
    named = pa.table(arrays, names=["organization", "system", *table.column_names])
    texts = [(name, pa.string()) for name in named.column_names]
    return named.cast(pa.schema(texts))


def _distinct(table: pa.Table) -> pa.Table:
    """Leave each row once."""
    return table.group_by(table.column_names, use_threads=False).aggregate([])


def _split(table: pa.Table, key: str) -> dict[tuple[str, str], Dictionary]:
    """Take a dictionary apart by organization and system."""
    order = [(name, "ascending") for name in ("organization", "system", "value")]
    table = table.sort_by(order).combine_chunks()
    found = {}
    start = 0
    pair = pc.binary_join_element_wise(table["organization"], table["system"], "\x1f")
    for ends in pc.run_end_encode(pair).chunks:
        for end in ends.run_ends.to_pylist():
            part = table.slice(start, end - start)
            place = (part["organization"][0].as_py(), part["system"][0].as_py())
            part = part.select(["value", key])
            found[place] = Dictionary(part, _digest(part))
            start = end
    return found


def _digest(table: pa.Table) -> str:
    """Return a SHA-256 of the contents of a sorted table."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as stream:
        stream.write_table(table)
    return sha256(sink.getvalue()).hexdigest()
