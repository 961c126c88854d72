"""New patients of a project at once, before the next run: the index that lives.

In:  patients as a run collects them, one or many; the project's registry.
Out: their person keys, in the project's log; bridges of two persons, to be reviewed.

A patient is durable in `living.journal` of the vault, with its number, then in the log.
The journal holds those that no run has brought yet; the others are left out when it is
opened.
"""

from dataclasses import dataclass, field, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from datong.core.decision import Decision
from datong.core.say import Say
from datong.link.explain import Evidence, both
from datong.link.facts import SOURCE, people_of
from datong.link.journal import LIVING, Journal
from datong.link.judged import ONE, judge
from datong.link.live import Bridge, Live
from datong.link.numbering import Numbers
from datong.link.registry import Registry, without

BESIDE = Say(
    "A new record beside its best one of person {person}",
    "一条新记录与人员 {person} 的最相近记录相比",
)


@dataclass(frozen=True, slots=True)
class Arrived:
    """`persons`: organization, system, value, key, person. `fresh`: keys of records
    whose person is new. `bridges`: pairs of persons that one new record fits both, each
    as a decision to be taken.
    """

    persons: pa.Table
    fresh: frozenset[int] = frozenset()
    bridges: list[Decision] = field(default_factory=list)


class Arrivals:
    """The living index of a registry; one process writes."""

    def __init__(self, registry: Registry) -> None:
        """Index the last run, and what arrived since; nothing is changed by it."""
        self.registry, self.log = registry, registry.log
        registry.settle()
        run, record = registry.linked()
        self.live = Live(run)
        given = max(self.log.state.given, default=0)
        self.live.last = max(self.live.last, given)
        source = registry.vault.read("source")
        self.numbers = Numbers(_NOBODY if source is None else source)
        self.journal = Journal(registry.folder / LIVING)
        self._row: dict[int, int] = {}  # of records that arrived
        delivered = pa.array(record)
        for held in self.journal.tables:
            late = held.filter(pc.invert(pc.is_in(held["key"], delivered)))
            # Whose person is not in the log was never acknowledged.
            of = self.log.state.person
            person = np.array([of.get(key, 0) for key in late["key"].to_pylist()])
            late = late.filter(pa.array(person > 0))
            if len(late):
                self._seat(late)
                self.live.restore(self._columns(late), person[person > 0])

    def add(self, who: pa.Table, facts: pa.Table, at: str) -> Arrived:
        """Give new patients their persons; return when they are kept.

        `who` and `facts` are as for `Registry.resolve`. A patient who is known keeps
        its person; one that was erased is passed by.
        """
        erased = self.registry.erasure.find(who)
        who, facts = without(who, erased), without(facts, erased)
        source = who.append_column("key", pa.array(self.numbers.give(who)))
        state = self.log.state
        late = [key not in state.person for key in source["key"].to_pylist()]
        some = source.filter(pa.array(late, pa.bool_()))
        fresh: frozenset[int] = frozenset()
        bridges: tuple[Bridge, ...] = ()
        if len(some):
            new = people_of(some, facts)
            self._seat(new)
            added = self.live.add(self._columns(new))
            bridges = added.bridges
            keys = new["key"].to_pylist()
            fresh = frozenset(new["key"].filter(pa.array(added.fresh)).to_pylist())
            told = some.take(pc.index_in(new["key"], some["key"])).select(list(SOURCE))
            self.journal.append(pa.table([*told, *new], [*SOURCE, *new.column_names]))
            pairs = zip(added.person.tolist(), keys, strict=True)
            self.log.arrive([(person, (key,)) for person, key in pairs], at)
        persons = [self.log.state.person[key] for key in source["key"].to_pylist()]
        return Arrived(
            source.append_column("person", pa.array(persons, pa.int64())),
            fresh,
            [self._card(*bridge) for bridge in bridges],
        )

    def _card(self, person: int, other: int, row: int) -> Decision:
        """Write the decision on two persons whom one new record fits both, and why."""
        decision = judge(self.log, min(person, other), max(person, other), ONE)
        lines = [
            line
            for key in (person, other)
            for line in (
                both(BESIDE.with_(person=key)),
                *self.live.why_of(row, key).lines,
            )
        ]
        return replace(decision, evidence=tuple(lines))

    def why(self, key: int) -> tuple[Evidence, int] | None:
        """Explain the person of a record that arrived; also return whose record told.

        None where no record of the index met it, or it did not arrive since the run.
        """
        row = self._row.get(key)
        found = None if row is None else self.live.why(row)
        return found and (found[0], int(self.live.person[found[1]]))

    def _seat(self, people: pa.Table) -> None:
        """Remember the rows that records are about to get."""
        self._row |= {
            key: self.live.table.size + n
            for n, key in enumerate(people["key"].to_pylist())
        }

    def _columns(self, people: pa.Table) -> pa.Table:
        """Return the columns that the index compares."""
        return people.select([column.name for column in self.live.table.columns])


_NOBODY = pa.table(
    {name: pa.array([], pa.string()) for name in SOURCE}
    | {"key": pa.array([], pa.int64())}
)
