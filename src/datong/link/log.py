"""What happened to persons: an append-only log, and the state that it folds to.

Nothing is ever changed in place. The state at any time is the fold of the log up to
there; taking a merge back is a new event that names the merge and restores what it
found. Each event is bound to the one before by a hash.
"""

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from datong.core.reason import Trouble
from datong.link.events import Deed, Event, Pair, Source, State, fold
from datong.link.reasons import BROKEN_LOG, CONTRADICTION, NO_MERGE, NO_PERSON


class Log:
    """The log of a vault: a file of JSON lines that only grows, and batches of runs."""

    def __init__(self, place: Path) -> None:
        """Open it and fold what is there; a torn last line was never acknowledged."""
        self.place = place
        self.events = list(_read(place)) if place.exists() else []
        self.state = fold(self.events, self.moves)

    @property
    def head(self) -> str:
        """Return the hash of the last event."""
        return self.events[-1].hash if self.events else ""

    def as_of(self, seq: int) -> State:
        """Return the state after an event."""
        return fold((event for event in self.events if event.seq <= seq), self.moves)

    def moves(self, batch: str) -> dict[Source, int]:
        """Read a batch: record and person of everything that a run moved."""
        name, _, digest = batch.partition(":")
        place = self.place.parent / name
        if not place.exists() or _sha256(place) != digest:
            raise Trouble(BROKEN_LOG, place)
        table = pq.read_table(place)
        record, person = (table[c].to_pylist() for c in ("record", "person"))
        return dict(zip(record, person, strict=True))

    def link(self, moved: pa.Table, at: str) -> None:
        """Log what a run joined or moved: `record` and `person`, changes only."""
        if not moved.num_rows:
            return
        name = f"linked-{len(self.events) + 1:08d}.parquet"
        place = self.place.parent / name
        pq.write_table(moved, place, compression="zstd")
        with place.open("rb+") as file:
            os.fsync(file.fileno())
        batch = f"{name}:{_sha256(place)}"
        self._write([self._event([], at=at, by="run", deed=Deed.LINKED, batch=batch)])

    def arrive(
        self, arrivals: Iterable[tuple[int, tuple[Source, ...]]], at: str
    ) -> None:
        """Log records of persons: new ones, or ones that clustering moved."""
        made: list[Event] = []
        told = {"at": at, "by": "link", "deed": Deed.ARRIVED}
        for person, records in arrivals:
            made.append(self._event(made, **told, persons=(person,), records=records))
        self._write(made)

    def merge(self, kept: int, gone: int, by: str, at: str, cause: int = 0) -> int:
        """Join two persons for good; return the event's number, to take it back by.

        Raises Trouble for a person that is not alive, and where somebody decided that
        two of their records are not one person.
        """
        for person in (kept, gone):
            if self.state.resolve(person) != person or kept == gone:
                raise Trouble(NO_PERSON, "", person=person)
        one, two = self.state.members(kept), self.state.members(gone)
        for a, b in self.state.parted():
            if (a in one and b in two) or (a in two and b in one):
                raise Trouble(CONTRADICTION, "", kept=kept, gone=gone)
        told = {"at": at, "by": by, "cause": cause, "deed": Deed.MERGED}
        event = self._event([], **told, persons=(kept, gone), records=two, others=one)
        self._write([event])
        return event.seq

    def unmerge(self, merge: int, by: str, at: str) -> None:
        """Take a merge back. Raises Trouble where it does not stand."""
        found = self.state.events.get(merge)
        if found is None or found.deed is not Deed.MERGED:
            raise Trouble(NO_MERGE, "", number=merge)
        told = {"at": at, "by": by, "persons": found.persons, "names": merge}
        self._write([self._event([], **told, deed=Deed.UNMERGED)])

    def decide(
        self, deed: Deed, records: Pair, by: str, at: str, cause: int = 0
    ) -> int:
        """Log that two records are one person, or are not; return the event's number.

        Raises Trouble where it contradicts what was decided before.
        """
        one, other = sorted(records)
        return self.judge(deed, ((one,), (other,)), by, at, cause)

    def judge(
        self,
        deed: Deed,
        sides: tuple[tuple[Source, ...], tuple[Source, ...]],
        by: str,
        at: str,
        cause: int = 0,
    ) -> int:
        """Log that the records of two sides are one person, or are two."""
        told = {"at": at, "by": by, "cause": cause, "deed": deed}
        event = self._event([], **told, records=sides[0], others=sides[1])
        _refuse_contradiction(self.state, event)
        self._write([event])
        return event.seq

    def lift(self, decision: int, by: str, at: str) -> None:
        """Take a decision back."""
        self._write([self._event([], at=at, by=by, deed=Deed.LIFTED, names=decision)])

    def erase(self, person: int, by: str, at: str) -> None:
        """Delete a person; every key that led to it leads to "erased"."""
        if self.state.resolve(person) != person:
            raise Trouble(NO_PERSON, "", person=person)
        told = {"at": at, "by": by, "persons": (person,)}
        self._write([self._event([], **told, deed=Deed.ERASED)])

    def history(self, person: int) -> list[Event]:
        """Return what happened to a key, or to a key that led to it."""
        mine = {person} | {k for k in self.state.led if self._leads(k, person)}
        return [e for e in self.events if mine & self._persons(e)]

    def _persons(self, event: Event) -> set[int]:
        """Return the persons that an event is about."""
        moved = self.moves(event.batch).values() if event.batch else ()
        return {*event.persons, *moved}

    def _leads(self, key: int, person: int) -> bool:
        """Say whether an old key leads to a person."""
        heirs = self.state.led.get(key, ())
        return person in heirs or any(self._leads(heir, person) for heir in heirs)

    def _event(self, made: list[Event], **told: Any) -> Event:
        """Make the next event, after those that wait to be written."""
        last = made[-1] if made else (self.events[-1] if self.events else None)
        seq, before = (last.seq + 1, last.hash) if last else (1, "")
        return Event(seq=seq, before=before, **told)

    def _write(self, events: list[Event]) -> None:
        """Append events durably, all in one commit, then take them in."""
        _cut(self.place)
        with self.place.open("ab") as file:
            file.write("".join(event.line + "\n" for event in events).encode())
            file.flush()
            os.fsync(file.fileno())
        for event in events:
            self.events.append(event)
            self.state.apply(event, self.moves)


def _read(place: Path) -> Iterator[Event]:
    """Read the log; its hashes must bind it."""
    before = ""
    for number, line in enumerate(place.read_bytes().splitlines(keepends=True), 1):
        if not line.endswith(b"\n"):
            return
        event = _event_of(json.loads(line))
        if event.before != before:
            raise Trouble(BROKEN_LOG, f"{place} line {number}")
        before = event.hash
        yield event


def _cut(place: Path) -> None:
    """Cut a torn last line off, so that the next event begins on a line of its own."""
    if not place.exists() or not place.stat().st_size:
        return
    with place.open("rb+") as file:
        file.seek(-1, os.SEEK_END)
        if file.read(1) != b"\n":
            file.truncate(place.read_bytes().rfind(b"\n") + 1)


def _event_of(held: Mapping[str, Any]) -> Event:
    """Read an event from its line."""
    lists = {name: tuple(held[name]) for name in ("persons", "records", "others")}
    return Event(**{**held, **lists, "deed": Deed(held["deed"])})


def _sha256(place: Path) -> str:
    """Return the digest of a batch."""
    return sha256(place.read_bytes()).hexdigest()


def _refuse_contradiction(state: State, event: Event) -> None:
    """Raise Trouble where a decision contradicts those that stand: A=B, B=C, A≠C."""
    group: dict[Source, Source] = {}

    def root(record: Source) -> Source:
        while record in group:
            record = group[record]
        return record

    new = State(events={event.seq: event})
    for a, b in (*state.joined(), *new.joined()):
        if root(a) != root(b):
            group[root(a)] = root(b)
    for a, b in (*state.parted(), *new.parted()):
        if root(a) == root(b):
            raise Trouble(CONTRADICTION, "", kept=a, gone=b)
