"""What people do about persons of a project: ask, join, part, look back.

In:  the project; keys of persons.
Out: decisions and what they touch; explanations; history; answers to `$match`.

A decision is taken in the queue that all rooms share and is in the index at once; the
published tables follow with the next run.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from itertools import product
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import select

from datong.core.decision import Decision, State
from datong.core.reason import Trouble
from datong.core.say import Say
from datong.guard.masks import plain
from datong.link.arrivals import Arrivals, Arrived
from datong.link.events import Deed, Event
from datong.link.explain import Evidence, why
from datong.link.facts import SOURCE
from datong.link.judged import ONE, ROOM, TWO, judge, sync
from datong.link.kinds import require
from datong.link.linkage import scorer
from datong.link.match import match
from datong.link.reasons import NO_MERGE
from datong.link.registry import Registry
from datong.link.survivors import golden_of
from datong.mapping.compile import localized
from datong.run.project import Project
from datong.run.verdicts import judgements
from datong.store.decisions import Card, Verdict, decide, propose, undo
from datong.store.manifest import now
from datong.store.queue_tables import DECISION

# What a reviewer may see of each field: enough to compare, too little to copy.
FIELDS: Mapping[str, tuple[Say, str]] = {
    "name": (Say("name", "姓名"), "first1"),
    "sex": (Say("sex", "性别"), "first1"),
    "birth": (Say("birth date", "出生日期"), "month"),
    "identity_number": (Say("identity number", "证件号"), "last4"),
    "phone": (Say("phone", "电话"), "last4"),
    "address": (Say("address", "地址"), "first6"),
}
# What may identify a patient who arrives: the types of the kind of record identifier.
TYPES = (
    *("name", "sex", "birth", "phone", "address", "postcode", "mother_name", "id_card"),
    *("passport", "permit", "hk_macau_permit", "taiwan_permit", "residence_permit"),
    *("foreigner_permit", "military", "birth_certificate"),
)
NO_FACTS = pa.table(
    {name: pa.array([], pa.string()) for name in (*SOURCE, "type", "text")}
)
TRIED = 64  # pairs of records of two persons that are scored for an explanation


@dataclass(frozen=True, slots=True)
class Beside:
    """One field of two records, side by side and masked."""

    field: Say
    one: str | None
    other: str | None
    is_equal: bool


@dataclass(frozen=True, slots=True)
class Survivor:
    """One field of a golden record, masked: its value, where from, and what lost."""

    field: Say
    value: str | None
    source: str
    rule: str
    conflicts: tuple[tuple[str | None, str], ...]  # other values, and a source of each


class Persons:
    """The persons of one project."""

    def __init__(self, project: Project) -> None:
        """Take the project; only its owner may."""
        project.admit_owner()
        self.project = project

    @cached_property
    def registry(self) -> Registry:
        """Open the index."""
        return Registry(self.project.root)

    @cached_property
    def arrivals(self) -> Arrivals:
        """Open the index that lives: the last run, and who arrived since."""
        return Arrivals(self.registry)

    def effect(self, kept: int, gone: int, deed: str = ONE) -> Decision:
        """Say what joining or parting two persons would touch, before it is done."""
        return judge(self.registry.log, kept, gone, deed)

    def merge(self, kept: int, gone: int, who: str, why: str = "") -> Decision:
        """Decide that two persons are one."""
        return self._decide(self.effect(kept, gone), who, why)

    def unmerge(self, gone: int, who: str, why: str = "") -> Decision:
        """Take the merge of a person back, and keep the two apart from now on."""
        event = self._merge_of(gone)
        kept, gone = event.persons
        decision = self.effect(kept, gone, TWO)
        with self.project.locked():
            undo(self.project.decided, event.cause, who, why)
        return self._decide(decision, who, why)

    def erase(self, person: int, who: str) -> int:
        """Forget a person for good; return how many records it had.

        The index forgets at once; the published tables with the next run.
        """
        with self.project.locked():
            erased = self.registry.erase(person, who, _at(now()))
        self.__dict__.pop("arrivals", None)  # it still knows the person
        return erased

    def arrive(self, who: pa.Table, facts: pa.Table) -> Arrived:
        """Give new patients their persons at once; return when they are kept.

        `who` has organization, system, value; `facts` the same, type and text. Two
        persons that one new patient fits both come into the queue of reviews.
        """
        with self.project.locked():
            arrived = self.arrivals.add(who, facts, _at(now()))
            cards = [Card(bridge, score=0.5) for bridge in arrived.bridges]
            propose(self.project.decided, cards)
        return arrived

    def arrive_table(self, records: pa.Table, where: str) -> Arrived:
        """Give the patients of a table their persons, as `arrive` does.

        The columns are organization, system, value and what identifies a patient, by
        its type. Raises Trouble for a column that is missing or is neither.
        """
        names = records.column_names
        for name in SOURCE:
            require(name, names, where)
        for name in names:
            require(name, [*SOURCE, *TYPES], where)
        who = localized_keys(records.select(list(SOURCE)))
        facts = [
            who.append_column("type", pa.repeat(name, len(who)))
            .append_column("text", records[name])
            .filter(pc.is_valid(records[name]))
            for name in names
            if name in TYPES
        ]
        return self.arrive(who, pa.concat_tables(facts) if facts else NO_FACTS)

    def history(self, person: int) -> list[Event]:
        """Return what happened to a person; raises Trouble for a key never given."""
        self.registry.log.state.resolve(person)
        return self.registry.log.history(person)

    def mothers(self, person: int) -> list[tuple[int, int]]:
        """Return the relations of a person: pairs of a child and its mother."""
        table = self.registry.vault.read("family")
        of = self.registry.log.state.person
        rows = [] if table is None else table.to_pylist()
        pairs = [(of.get(row["child"], 0), of.get(row["mother"], 0)) for row in rows]
        return [pair for pair in pairs if person in pair]

    def why(self, one: int, other: int) -> tuple[Evidence, tuple[int, int]]:
        """Explain two persons by their best pair of records; also return the pair."""
        run, record = self.registry.linked()
        row = {key: at for at, key in enumerate(record.tolist())}
        sides = [[row[r] for r in side if r in row] for side in self._sides(one, other)]
        pairs = [(a, b) for a, b in product(*sides) if a != b][:TRIED]
        if not pairs:
            raise Trouble(NO_MERGE, number=other)
        places = run.table.row_of[np.array(pairs)]
        i, j = places.min(1), places.max(1)
        bits = scorer(run.table, run.model)(i, j)
        a, b = pairs[int(bits.argmax())]
        return why(run, a, b), (int(record[a]), int(record[b]))

    def beside(self, one: int, other: int) -> list[Beside]:
        """Show two records (numbers of the index) side by side, masked."""
        people = self.registry.people()
        rows: dict[int, dict[str, Any]] = {
            row["key"]: row
            for row in people.filter(
                np.isin(people["key"].to_numpy(), [one, other])
            ).to_pylist()
        }
        a, b = rows.get(one, {}), rows.get(other, {})
        return [
            Beside(
                say,
                plain(mask, a.get(name)),
                plain(mask, b.get(name)),
                is_equal=a.get(name) is not None and a.get(name) == b.get(name),
            )
            for name, (say, mask) in FIELDS.items()
        ]

    def golden(self, *persons: int) -> list[Survivor]:
        """Show the golden record of persons, masked; of several, as if they were one.

        The values themselves are given by `datong.link.survivors.golden_of`.
        """
        found = golden_of(self.registry, persons, self.project.root)
        return [
            Survivor(
                say,
                plain(mask, one.value),
                one.source,
                one.rule,
                tuple((plain(mask, value), source) for value, source in one.conflicts),
            )
            for name, (say, mask) in FIELDS.items()
            if (one := found.get(name)) is not None
        ]

    def match(
        self, patient: Mapping[str, Any], *, count: int = 10, only_certain: bool = False
    ) -> dict[str, Any]:
        """Answer FHIR `Patient/$match`: from the last run, and who arrived since."""
        return match(
            self.arrivals.live, patient, count=count, only_certain=only_certain
        )

    def _sides(self, one: int, other: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Return the records of two persons; of one, on both sides."""
        log = self.registry.log
        keys = [int(log.state.resolve(person)) for person in (one, other)]
        return log.state.members(keys[0]), log.state.members(keys[1])

    def _merge_of(self, gone: int) -> Event:
        """Find the merge that stands by which a person went into another."""
        for event in reversed(self.registry.log.state.events.values()):
            if event.deed is Deed.MERGED and event.persons[1] == gone and event.cause:
                return event
        raise Trouble(NO_MERGE, number=gone)

    def _decide(self, decision: Decision, who: str, why: str) -> Decision:
        """Put a decision into the queue, agree to it, and bring the index to it.

        Where the policy asks for two persons it stays proposed until the second agrees.
        """
        store, log = self.project.decided, self.registry.log
        needs = self.project.policy.persons_for(ROOM)
        with self.project.locked():
            if self._waiting(decision) is None:
                propose(store, [Card(decision, score=1.0, needs=needs)])
            number = self._waiting(decision) or 0
            state = decide(store, number, Verdict("accept", who, why, needs=needs))
            troubles = sync(log, judgements(store), _at(now()))
            held = {event.cause for event in log.state.events.values()}
            if state is State.ACCEPTED and number not in held:
                undo(store, number, who, "contradiction")
                raise troubles[-1]
        return replace(decision, state=state)

    def _waiting(self, decision: Decision) -> int | None:
        """Return the number under which the same decision waits already."""
        asked = select(DECISION.c.id, DECISION.c.proposal).where(
            DECISION.c.room == ROOM,
            DECISION.c.subject == decision.subject,
            DECISION.c.state == State.PROPOSED.value,
        )
        deed = decision.proposal["deed"]
        with self.project.decided.connect() as db:
            rows = db.execute(asked.order_by(DECISION.c.id.desc())).all()
        return next((row.id for row in rows if row.proposal["deed"] == deed), None)


def localized_keys(who: pa.Table) -> pa.Table:
    """Name systems as a run names them: one that is a hospital's own is told apart."""
    pairs = zip(who["organization"].to_pylist(), who["system"].to_pylist(), strict=True)
    systems = [
        localized(system or "", organization or "") for organization, system in pairs
    ]
    return who.set_column(1, "system", pa.array(systems, pa.string()))


def _at(time: datetime) -> str:
    """Write a time as the log has it."""
    return time.isoformat()
