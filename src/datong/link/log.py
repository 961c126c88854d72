"""What happened to persons: an append-only log, and the state that it folds to.

Nothing is ever changed in place. The state at any time is the fold of the log up to
there; taking a merge back is a new event that names the merge and restores what it
found. Each event is bound to the one before by a hash.
"""

import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeAlias

from datong.core.reason import Trouble
from datong.link.reasons import BROKEN_LOG, CONTRADICTION, NO_MERGE, NO_PERSON

Source: TypeAlias = str  # what the vault's dictionary calls a record; no identifier
Pair: TypeAlias = tuple[Source, Source]
Arrival: TypeAlias = tuple[int, tuple[Source, ...]]  # a person and records of it


class Deed(StrEnum):
    """The kinds of event."""

    ARRIVED = "arrived"  # records of a person, new or moved
    MERGED = "merged"  # the second person's records went to the first
    UNMERGED = "unmerged"  # a merge was taken back
    SAME = "must_link"
    APART = "cannot_link"
    LIFTED = "lifted"  # a decision was taken back
    ERASED = "erased"  # a person was deleted


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the log.

    `persons` are keys; `records` the sources that moved or are decided on; `names` the
    number of the event that this one takes back.
    """

    seq: int
    at: str  # ISO 8601
    by: str
    deed: Deed
    persons: tuple[int, ...] = ()
    records: tuple[Source, ...] = ()
    names: int = 0
    before: str = ""  # hash of the event before

    @property
    def hash(self) -> str:
        """Return the hash that binds the next event to this one."""
        return sha256(_line(self).encode()).hexdigest()


@dataclass(slots=True)
class State:
    """Who is who at one time; `events` are merges and decisions that still stand."""

    person: dict[Source, int] = field(default_factory=dict)
    led: dict[int, int] = field(default_factory=dict)  # a merged key and its survivor
    erased: set[int] = field(default_factory=set)
    events: dict[int, Event] = field(default_factory=dict)
    given: set[int] = field(default_factory=set)  # every key that was ever given

    def resolve(self, person: int) -> int | str:
        """Return the living key that a key leads to, or "erased"."""
        if person not in self.given:
            raise Trouble(NO_PERSON, "", person=person)
        while person in self.led and person not in self.erased:
            person = self.led[person]
        return "erased" if person in self.erased else person

    def members(self, person: int) -> tuple[Source, ...]:
        """Return the sources of a person, in order."""
        return tuple(sorted(s for s, key in self.person.items() if key == person))

    def decided(self, deed: Deed) -> list[tuple[Source, ...]]:
        """Return the pairs of records that people decided on and that still stand."""
        return [e.records for e in self.events.values() if e.deed is deed]

    def written(self) -> bytes:
        """Write the state one way, to compare it byte for byte.

        Keys that were given, and the numbers of events, are history and not state.
        """
        decisions = sorted((e.deed, e.persons, e.records) for e in self.events.values())
        whole = (
            sorted(self.person.items()),
            sorted(self.led.items()),
            sorted(self.erased),
            decisions,
        )
        return json.dumps(whole, ensure_ascii=False).encode()

    def apply(self, event: Event) -> None:
        """Take one event in."""
        self.given.update(event.persons)
        _APPLY[event.deed](self, event)


def fold(events: Iterable[Event]) -> State:
    """Return the state that events lead to."""
    state = State()
    for event in events:
        state.apply(event)
    return state


def _arrived(state: State, event: Event) -> None:
    """Put records to their person."""
    state.person.update(dict.fromkeys(event.records, event.persons[0]))


def _merged(state: State, event: Event) -> None:
    """Put the records of one person to another."""
    kept, gone = event.persons
    state.person.update(dict.fromkeys(event.records, kept))
    state.led[gone] = kept
    state.events[event.seq] = event


def _unmerged(state: State, event: Event) -> None:
    """Give a merged person its records back."""
    merge = state.events.pop(event.names)
    kept, gone = merge.persons
    state.led.pop(gone, None)
    # What has left since, by another merge or by erasure, is not brought back.
    survivor = state.resolve(kept)
    back = [r for r in merge.records if state.person.get(r) == survivor]
    state.person.update(dict.fromkeys(back, gone))


def _decided(state: State, event: Event) -> None:
    """Keep a decision."""
    state.events[event.seq] = event


def _lifted(state: State, event: Event) -> None:
    """Forget a decision."""
    state.events.pop(event.names, None)


def _erased(state: State, event: Event) -> None:
    """Forget a person, and what was decided on its records."""
    (person,) = event.persons
    gone = set(state.members(person))
    for record in gone:
        del state.person[record]
    state.erased.add(person)
    touched = [seq for seq, e in state.events.items() if gone & set(e.records)]
    for seq in touched:
        del state.events[seq]


_APPLY = {
    Deed.ARRIVED: _arrived,
    Deed.MERGED: _merged,
    Deed.UNMERGED: _unmerged,
    Deed.SAME: _decided,
    Deed.APART: _decided,
    Deed.LIFTED: _lifted,
    Deed.ERASED: _erased,
}


class Log:
    """The log of a vault, as a file of JSON lines that only grows."""

    def __init__(self, place: Path) -> None:
        """Open it and fold what is there; a torn last line was never acknowledged."""
        self.place = place
        self.events = list(_read(place)) if place.exists() else []
        self.state = fold(self.events)

    def as_of(self, seq: int) -> State:
        """Return the state after an event."""
        return fold(event for event in self.events if event.seq <= seq)

    def arrive(
        self, arrivals: Iterable[tuple[int, tuple[Source, ...]]], at: str
    ) -> None:
        """Log records of persons: new ones, or ones that clustering moved."""
        made: list[Event] = []
        for person, records in arrivals:
            made.append(self._event(Deed.ARRIVED, "link", at, made, (person,), records))
        self._write(made)

    def merge(self, kept: int, gone: int, by: str, at: str) -> int:
        """Join two persons for good; return the event's number, to take it back by.

        Raises Trouble for a person that is not alive, and where somebody decided that
        two of their records are not one person.
        """
        for person in (kept, gone):
            if self.state.resolve(person) != person or kept == gone:
                raise Trouble(NO_PERSON, "", person=person)
        one, two = self.state.members(kept), self.state.members(gone)
        for a, b in self.state.decided(Deed.APART):
            if (a in one and b in two) or (a in two and b in one):
                raise Trouble(CONTRADICTION, "", kept=kept, gone=gone)
        event = self._event(Deed.MERGED, by, at, [], (kept, gone), two)
        self._write([event])
        return event.seq

    def unmerge(self, merge: int, by: str, at: str) -> None:
        """Take a merge back. Raises Trouble where it does not stand."""
        found = self.state.events.get(merge)
        if found is None or found.deed is not Deed.MERGED:
            raise Trouble(NO_MERGE, "", number=merge)
        self._write([self._event(Deed.UNMERGED, by, at, [], found.persons, (), merge)])

    def decide(
        self, deed: Deed, records: tuple[Source, Source], by: str, at: str
    ) -> int:
        """Log that two records are one person, or are not; return the event's number.

        Raises Trouble where it contradicts what was decided before.
        """
        _refuse_contradiction(self.state, deed, records)
        event = self._event(deed, by, at, [], (), tuple(sorted(records)))
        self._write([event])
        return event.seq

    def lift(self, decision: int, by: str, at: str) -> None:
        """Take a decision back."""
        self._write([self._event(Deed.LIFTED, by, at, [], (), (), decision)])

    def erase(self, person: int, by: str, at: str) -> None:
        """Delete a person; every key that led to it leads to "erased"."""
        if self.state.resolve(person) != person:
            raise Trouble(NO_PERSON, "", person=person)
        self._write([self._event(Deed.ERASED, by, at, [], (person,))])

    def _event(
        self, deed: Deed, by: str, at: str, made: list[Event], *what: Any
    ) -> Event:
        """Make the next event, after those that wait to be written."""
        last = made[-1] if made else (self.events[-1] if self.events else None)
        seq, before = (last.seq + 1, last.hash) if last else (1, "")
        persons, records, names = (*what, (), 0)[:3]
        return Event(seq, at, by, deed, persons, records, names, before)

    def _write(self, events: list[Event]) -> None:
        """Append events durably, all in one commit, then take them in."""
        with self.place.open("ab") as file:
            file.write("".join(_line(event) + "\n" for event in events).encode())
            file.flush()
            os.fsync(file.fileno())
        for event in events:
            self.events.append(event)
            self.state.apply(event)


def _line(event: Event) -> str:
    """Write an event in one line."""
    return json.dumps(asdict(event), ensure_ascii=False)


def _read(place: Path) -> Iterator[Event]:
    """Read the log; its hashes must bind it."""
    before = ""
    for number, line in enumerate(place.read_bytes().splitlines(keepends=True), 1):
        if not line.endswith(b"\n"):
            return
        held = json.loads(line)
        event = Event(
            **held | {"deed": Deed(held["deed"])}
            | {name: tuple(held[name]) for name in ("persons", "records")}
        )  # fmt: skip
        if event.before != before:
            raise Trouble(BROKEN_LOG, f"{place} line {number}")
        before = event.hash
        yield event


def _refuse_contradiction(
    state: State, deed: Deed, records: tuple[Source, Source]
) -> None:
    """Raise Trouble where a decision contradicts those that stand: A=B, B=C, A≠C."""
    group: dict[Source, Source] = {}

    def root(record: Source) -> Source:
        while record in group:
            record = group[record]
        return record

    same, apart = state.decided(Deed.SAME), state.decided(Deed.APART)
    for a, b in [*same, records] if deed is Deed.SAME else same:
        if root(a) != root(b):
            group[root(a)] = root(b)
    for a, b in [*apart, records] if deed is Deed.APART else apart:
        if root(a) == root(b):
            raise Trouble(CONTRADICTION, "", kept=a, gone=b)
