"""The master index of a project: who is who, kept in its vault from run to run.

In:  the project's folder; patients of all sources and what identifies them.
Out: a lasting person key for each; the log of all that happened to persons.

`source` numbers the patients of all sources, `people` holds what identifies them by
that number, `person` says which key each has, `log.jsonl` with its batches what became
of persons.
"""

import json
import pickle
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from hashlib import sha256
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from datong.core.ledger import Entry
from datong.core.reason import Trouble
from datong.engine.duckdb import Duck
from datong.link.arrays import flags
from datong.link.block import Blocks
from datong.link.erasure import Erasure
from datong.link.facts import SOURCE, known_fields, people_of
from datong.link.family import find_mothers
from datong.link.journal import LIVING, Journal, forget
from datong.link.judged import Judgement, named_records, sync
from datong.link.linkage import Run, link
from datong.link.log import Log
from datong.link.numbering import numbered
from datong.link.resolving import FIELDS
from datong.link.review import Doubt, queue
from datong.link.stable import keep_keys
from datong.store.vault.folder import Vault

EDITION = "3"
PERSONS = """
select organization, system, value, person from source join state using (key)
order by organization, system, value
"""
ASKED = """
select organization, system, value, person
from known semi join living using (organization, system, value)
union all select organization, system, value, 0::bigint from erased
order by organization, system, value
"""


@dataclass(frozen=True, slots=True)
class Resolved:
    """`persons`: organization, system, value, person (0: erased). `troubles`: decisions
    that contradict others and were left out. `is_new`: it was not remembered.
    """

    persons: pa.Table
    entry: Entry
    troubles: list[Trouble] = field(default_factory=list)
    is_new: bool = True


class Registry:
    """The index of one project."""

    def __init__(self, project: Path) -> None:
        """Open it; the vault is made on first use."""
        self.vault = Vault(project / ".datong" / "vault")
        self.folder = self.vault.root
        self.erasure = Erasure(self.vault)
        self.doubts: list[Doubt] = []  # pairs that the last linkage left open

    @cached_property
    def log(self) -> Log:
        """Open the log."""
        return Log(self.folder / "log.jsonl")

    def number(self, name: str, who: pa.Table) -> pa.Table:
        """Number natural keys of a kind: organization, system, value, key."""
        return numbered(self.vault, name, who)

    def resolve(
        self,
        who: pa.Table,
        facts: pa.Table,
        judgements: Sequence[Judgement],
        at: str,
        *,
        fresh: bool = False,
    ) -> Resolved:
        """Give every patient of every source a person key.

        `who` has organization, system, value, each row once; `facts` the same, type and
        text. Asked the same again, it answers from memory, unless `fresh`.
        """
        erased = self.erasure.find(who)
        living, told = without(who, erased), without(facts, erased)
        troubles = sync(self.log, judgements, at)
        asked = [EDITION, _digest(living), _digest(told)]
        is_new = fresh or self._mark() != [*asked, self.log.head]
        if is_new:
            self._work(living, told, at)
            mark = json.dumps([*asked, self.log.head]).encode()
            self.vault.write_bytes("linked.json", mark)
        persons = self._persons(living, erased)
        alive = persons.filter(pc.greater(persons["person"], 0))
        kept = int(pc.count_distinct(alive["person"]).as_py())
        entry = Entry(
            "link:persons",
            len(persons),
            kept,
            merged=len(living) - kept,
            silent=len(erased),
        )
        return Resolved(persons, entry, troubles, is_new)

    def erase(self, person: int, by: str, at: str) -> int:
        """Forget a person in the index; return how many records it had.

        What is left is a keyed hash of each record's number, so that the next delivery
        does not bring the person back, and the old key, which leads to "erased".
        """
        self.settle()
        members = self.log.state.members(person)
        self.log.erase(person, by, at)
        source = self.vault.read("source")
        if source is not None:
            gone = pc.is_in(source["key"], pa.array(members, pa.int64()))
            self.erasure.add(source.filter(gone))
            none = pa.scalar(None, pa.string())
            for place, name in enumerate(SOURCE):
                # The number of the record stays taken.
                kept = pc.if_else(gone, none, source[name])
                source = source.set_column(place, name, kept)
            self.vault.write("source", source)
        self._forget(members)
        return len(members)

    def settle(self) -> None:
        """Write the numbers that arrivals were given into the dictionary of sources."""
        late = [
            one
            for one in Journal(self.folder / LIVING).tables
            if "organization" in one.column_names  # else they were numbered before
        ]
        source = self.vault.read("source")
        if not late or source is None:
            return
        new = pa.concat_tables(one.select(source.column_names) for one in late)
        new = new.filter(pc.invert(pc.is_in(new["key"], source["key"])))
        if len(new):
            self.vault.write("source", pa.concat_tables([source, new]))

    def _forget(self, members: Sequence[int]) -> None:
        """Take records out of all that the vault keeps of the last linkage."""
        keys = pa.array(members, pa.int64())
        for name, columns in (("people", ("key",)), ("family", ("child", "mother"))):
            table = self.vault.read(name)
            if table is not None:
                for column in columns:
                    kept = pc.invert(pc.is_in(table[column], keys))
                    table = table.filter(kept)
                self.vault.write(name, table)
        forget(self.folder / LIVING, keys)
        for name in ("person.parquet", "linked.pickle", "linked.json"):
            (self.folder / name).unlink(missing_ok=True)
        # What was collected of the sources is collected again, without the person.
        for place in (self.folder / "who").glob("*-identifier.parquet"):
            place.unlink()
        with Duck() as duck:
            inputs = {"source": self.vault.read("source"), "state": self._state()}
            self.vault.write("person", duck.fetch(PERSONS, inputs))

    def people(self) -> pa.Table:
        """Return what identifies each record: key (its number) and the fields."""
        held = self.vault.read("people")
        return pa.table({"key": pa.array([], pa.int64())}) if held is None else held

    def linked(self) -> tuple[Run, NDArray[np.int64]]:
        """Return the linkage of the last run, to be asked about pairs, and its records.

        Its persons are numbered by the keys that they have now. It is made again where
        it is not there, or was made by another edition.
        """
        people = self.people()
        told = people.filter(pa.array(_telling(people)))
        record = told["key"].to_numpy()
        keys = [self.log.state.person.get(key, 0) for key in record.tolist()]
        run = self._held(told) or self._link(told)
        return replace(run, person=np.array(keys, np.int64)), record

    def _held(self, told: pa.Table) -> Run | None:
        """Read the linkage that was kept, if it is of these people and this edition."""
        place = self.folder / "linked.pickle"
        with suppress(OSError, pickle.UnpicklingError, ValueError, EOFError):
            with place.open("rb") as file:
                marks, run = pickle.load(file)  # noqa: S301 - written by us, owner only
            if marks == [EDITION, _digest(told)]:
                held: Run = run
                return held
        return None

    def _work(self, who: pa.Table, facts: pa.Table, at: str) -> None:
        """Link everybody, give keys, log what moved, and keep what was found."""
        self.settle()
        source = self.number("source", who)
        people = people_of(source, facts)
        self.vault.write("people", people)
        self._adopt(at)
        some = _telling(people)
        told = people.filter(pa.array(some))
        run = self._link(told)
        cluster = len(told) + np.arange(len(people), dtype=np.int64)
        cluster[some] = run.person
        person = self._keys(people["key"].to_numpy(), cluster, at)
        self._keep(run, told)
        run = replace(run, person=person[some])
        self.doubts = self._open(run, told["key"].to_numpy())
        self.vault.write("family", find_mothers(people, source))

    def _keys(
        self, record: NDArray[np.int64], cluster: NDArray[np.int64], at: str
    ) -> NDArray[np.int64]:
        """Give clusters of records their keys, and log what moved."""
        cluster = np.unique(cluster, return_inverse=True)[1]
        state = self.log.state
        before = np.array(
            [state.person.get(key, 0) for key in record.tolist()], np.int64
        )
        person = keep_keys(cluster, before, max(state.given, default=0)).of[cluster]
        moved = person != before
        changes = {"record": record[moved], "person": person[moved]}
        self.log.link(pa.table(changes), at)
        return person

    def _open(self, run: Run, record: NDArray[np.int64]) -> list[Doubt]:
        """Return the pairs that are open and that nobody has decided on."""
        decided = {frozenset(pair) for pair in self.log.state.parted()}
        return [
            one
            for one in queue(run, record)
            if frozenset(named_records(one.decision)) not in decided
        ]

    def _adopt(self, at: str) -> None:
        """Take over the keys of a vault that has no log yet."""
        known, source = self.vault.read("person"), self.vault.read("source")
        if known is None or source is None or self.log.events:
            return
        found = source.join(known, list(SOURCE), join_type="inner")
        found = found.select(["key", "person"]).rename_columns(["record", "person"])
        self.log.link(found.sort_by("record"), at)

    def _link(self, people: pa.Table) -> Run:
        """Link the records, as people decided where they did.

        `people` are those of whom a name or a number is known.
        """
        fields = {name: FIELDS[name] for name in known_fields(people)}
        row = {key: at for at, key in enumerate(people["key"].to_pylist())}
        same, apart = (
            np.array(
                [(row[a], row[b]) for a, b in pairs if a in row and b in row], np.int32
            ).reshape(-1, 2)
            for pairs in (self.log.state.joined(), self.log.state.parted())
        )
        return link(people.select(list(fields)), fields, same, apart)

    def _keep(self, run: Run, people: pa.Table) -> None:
        """Keep the linkage, so that questions need not link again."""
        none = np.zeros(0, np.int32)
        pairs = Blocks(none, none)
        small = replace(run, blocks=pairs, bits=np.zeros(0, np.float32))
        held = pickle.dumps(([EDITION, _digest(people)], small))
        self.vault.write_bytes("linked.pickle", held)

    def _persons(self, living: pa.Table, erased: pa.Table) -> pa.Table:
        """Return the key of each patient, and write the dictionary of all."""
        with Duck() as duck:
            inputs = {"source": self.vault.read("source"), "state": self._state()}
            known = duck.fetch(PERSONS, inputs)
            self.vault.write("person", known)
            inputs = {"known": known, "living": living, "erased": erased}
            return duck.fetch(ASKED, inputs)

    def _state(self) -> pa.Table:
        """Return which person each record is: key (of the record) and person."""
        held = self.log.state.person
        keys, persons = (pa.array(p, pa.int64()) for p in (held.keys(), held.values()))
        return pa.table({"key": keys, "person": persons})

    def _mark(self) -> list[str]:
        """Return what the last linkage was made of, and the log's head after it."""
        place = self.folder / "linked.json"
        return json.loads(place.read_text()) if place.exists() else []


def without(table: pa.Table, erased: pa.Table) -> pa.Table:
    """Leave the rows of erased patients out."""
    if not len(erased):
        return table
    return table.join(erased, list(SOURCE), join_type="left anti")


def _telling(people: pa.Table) -> NDArray[np.bool_]:
    """Say of whom a name or a number is known.

    A birth date and a sex, as of de-identified records, tell nobody from anybody: such
    a patient is a person alone.
    """
    if not len(people):
        return np.zeros(0, np.bool_)
    named = pc.or_(pc.is_valid(people["name"]), pc.is_valid(people["identity_number"]))
    return flags(named)


def _digest(table: pa.Table) -> str:
    """Return a SHA-256 of the contents of a table."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as stream:
        stream.write_table(table.combine_chunks())
    return sha256(sink.getvalue()).hexdigest()
