"""New patients of a project at once, before the next run: the index that lives.

In:  patients as a run collects them, one or many; the project's registry.
Out: their person keys, in the project's log; bridges of two persons, to be reviewed.

A patient is durable in `living.journal` of the vault, then in the log. The journal
holds those that no run has brought yet; the others are left out when it is opened.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from datong.core.decision import Decision
from datong.link.facts import people_of
from datong.link.journal import LIVING, PERSON, Journal
from datong.link.judged import ONE, judge
from datong.link.live import Live
from datong.link.registry import Registry, without


@dataclass(frozen=True, slots=True)
class Arrived:
    """`persons`: organization, system, value, person. `bridges`: pairs of persons that
    one new record fits both, each as a decision to be taken.
    """

    persons: pa.Table
    bridges: list[Decision]


class Arrivals:
    """The living index of a registry; one process writes."""

    def __init__(self, registry: Registry) -> None:
        """Index the last run, and what arrived since; nothing is written."""
        self.registry, self.log = registry, registry.log
        run, record = registry.linked()
        self.live = Live(run)
        given = max(self.log.state.given, default=0)
        self.live.last = max(self.live.last, given)
        self.journal = Journal(registry.folder / LIVING)
        delivered = pa.array(record)
        for held in self.journal.tables:
            late = held.filter(pc.invert(pc.is_in(held["key"], delivered)))
            # Whose person is not in the log was never acknowledged.
            of = self.log.state.person
            person = np.array([of.get(key, 0) for key in late["key"].to_pylist()])
            late = late.filter(pa.array(person > 0))
            if len(late):
                self.live.restore(self._columns(late), person[person > 0])

    def add(self, who: pa.Table, facts: pa.Table, at: str) -> Arrived:
        """Give new patients their persons; return when they are kept.

        `who` and `facts` are as for `Registry.resolve`. A patient who is known keeps
        its person; one that was erased is passed by.
        """
        erased = self.registry.erasure.find(who)
        who, facts = without(who, erased), without(facts, erased)
        source = self.registry.number("source", who)
        people = people_of(source, facts)
        state = self.log.state
        new = people.filter(
            pa.array([key not in state.person for key in people["key"].to_pylist()])
        )
        bridges: tuple[tuple[int, int], ...] = ()
        if len(new):
            added = self.live.add(self._columns(new))
            bridges = added.bridges
            self.journal.append(new.append_column(PERSON, pa.array(added.person)))
            keys = zip(added.person.tolist(), new["key"].to_pylist(), strict=True)
            self.log.arrive([(person, (key,)) for person, key in keys], at)
        persons = [self.log.state.person[key] for key in source["key"].to_pylist()]
        told = source.drop_columns(["key"])
        return Arrived(
            told.append_column("person", pa.array(persons, pa.int64())),
            [judge(self.log, min(pair), max(pair), ONE) for pair in bridges],
        )

    def _columns(self, people: pa.Table) -> pa.Table:
        """Return the columns that the index compares."""
        return people.select([column.name for column in self.live.table.columns])
