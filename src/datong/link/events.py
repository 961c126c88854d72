"""What can happen to persons, and the state that it folds to."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from hashlib import sha256
from itertools import pairwise, product
from typing import TypeAlias

from datong.core.reason import Trouble
from datong.link.reasons import NO_PERSON

Source: TypeAlias = int  # the number of a record in the vault; no identifier
Pair: TypeAlias = tuple[Source, Source]
Moves: TypeAlias = Callable[[str], dict[Source, int]]  # batch: persons of its records


class Deed(StrEnum):
    """The kinds of event."""

    ARRIVED = "arrived"  # records of a person, new or moved
    LINKED = "linked"  # records that a run joined or moved; they lie in a batch
    MERGED = "merged"  # the second person's records went to the first
    UNMERGED = "unmerged"  # a merge was taken back
    SAME = "must_link"
    APART = "cannot_link"
    LIFTED = "lifted"  # a decision was taken back
    ERASED = "erased"  # a person was deleted


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the log.

    `persons` are keys; `records` are those that moved or one side of a decision,
    `others` the other side; `names` is the number of the event that this one takes
    back, `cause` that of the decision behind it; `batch` names a file beside the log.
    """

    seq: int
    at: str  # ISO 8601
    by: str
    deed: Deed
    persons: tuple[int, ...] = ()
    records: tuple[Source, ...] = ()
    others: tuple[Source, ...] = ()
    names: int = 0
    cause: int = 0
    batch: str = ""
    before: str = ""  # hash of the event before

    @property
    def line(self) -> str:
        """Write the event in one line."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @property
    def hash(self) -> str:
        """Return the hash that binds the next event to this one."""
        return sha256(self.line.encode()).hexdigest()


@dataclass(slots=True)
class State:
    """Who is who at one time; `events` are merges and decisions that still stand."""

    person: dict[Source, int] = field(default_factory=dict)
    led: dict[int, tuple[int, ...]] = field(default_factory=dict)  # old key: its heirs
    erased: set[int] = field(default_factory=set)
    events: dict[int, Event] = field(default_factory=dict)
    given: set[int] = field(default_factory=set)  # every key that was ever given

    def resolve(self, person: int) -> int | str:
        """Return the living key that a key leads to, or "erased".

        Of several heirs it is the one that got most of the records.
        """
        if person not in self.given:
            raise Trouble(NO_PERSON, "", person=person)
        while person in self.led and person not in self.erased:
            person = self.led[person][0]
        return "erased" if person in self.erased else person

    def members(self, person: int) -> tuple[Source, ...]:
        """Return the sources of a person, in order."""
        return tuple(sorted(s for s, key in self.person.items() if key == person))

    def joined(self) -> Iterator[Pair]:
        """Yield the pairs of records that people said are one person."""
        for event in self.events.values():
            if event.deed in (Deed.SAME, Deed.MERGED):
                yield from pairwise((*event.others, *event.records))

    def parted(self) -> Iterator[Pair]:
        """Yield the pairs of records that people said are two persons."""
        for event in self.events.values():
            if event.deed is Deed.APART:
                yield from product(event.records, event.others)

    def written(self) -> bytes:
        """Write the state one way, to compare it byte for byte.

        Keys that were given, and the numbers of events, are history and not state.
        """
        decisions = sorted(
            (e.deed, e.persons, e.records, e.others) for e in self.events.values()
        )
        whole = (
            sorted(self.person.items()),
            sorted(self.led.items()),
            sorted(self.erased),
            decisions,
        )
        return json.dumps(whole, ensure_ascii=False).encode()

    def apply(self, event: Event, moves: Moves) -> None:
        """Take one event in; `moves` reads the batch of a run."""
        if event.deed is Deed.LINKED:
            _linked(self, moves(event.batch))
        else:
            self.given.update(event.persons)
            _APPLY[event.deed](self, event)


def fold(events: Iterable[Event], moves: Moves) -> State:
    """Return the state that events lead to."""
    state = State()
    for event in events:
        state.apply(event, moves)
    return state


def _linked(state: State, moved: dict[Source, int]) -> None:
    """Put records to their persons; a key that nobody keeps leads to its heirs."""
    heirs: dict[int, Counter[int]] = {}
    for record, person in moved.items():
        if (old := state.person.get(record)) is not None:
            heirs.setdefault(old, Counter())[person] += 1
    state.person.update(moved)
    state.given.update(moved.values())
    living = set(state.person.values())
    for old, count in heirs.items():
        if old not in living:
            state.led[old] = tuple(sorted(count, key=lambda key: (-count[key], key)))


def _arrived(state: State, event: Event) -> None:
    """Put records to their person."""
    state.person.update(dict.fromkeys(event.records, event.persons[0]))


def _merged(state: State, event: Event) -> None:
    """Put the records of one person to another."""
    kept, gone = event.persons
    state.person.update(dict.fromkeys(event.records, kept))
    state.led[gone] = (kept,)
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
    touched = [seq for seq, e in state.events.items() if gone & {*e.records, *e.others}]
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
