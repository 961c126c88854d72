"""The narrow place: a release, and the looks that people take at it.

A look collects what is asked and seen; its line in the audit is durable before the
`with` ends, so before an answer can leave. A refusal is a line, too.
"""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
from sqlalchemy import Engine

from datong.core.reason import Trouble
from datong.engine.duckdb import Duck
from datong.guard.access import Access, Query, Relations
from datong.guard.audit.chain import Event
from datong.guard.audit.writer import Writer
from datong.guard.gate import Gate
from datong.guard.keys import recipient_secret
from datong.guard.reasons import ABSENT, MASKED, REFUSED
from datong.guard.relations import relations
from datong.guard.signin import Person
from datong.guard.sql import SEALED
from datong.run.project import Project
from datong.run.reader import Reader
from datong.serve.reasons import LAID_OUT

FRESH = 1.0  # seconds for which the pointer to the release is believed
PATIENCE = 5.0  # seconds that one waits for a release to be laid out for reading
PEOPLE = ("person", "person_id")
SHUT = (ABSENT.code, MASKED.code, REFUSED.code)


class _Next:
    """A release that a thread of its own lays out."""

    def __init__(self, release: int, work: Callable[[int], Reader]) -> None:
        """Begin."""
        self.release, self.until = release, time.monotonic() + PATIENCE
        self.made: Future[Reader] = Future()
        threading.Thread(target=self._work, args=(work,), daemon=True).start()

    def _work(self, work: Callable[[int], Reader]) -> None:
        """Do it, and keep what came of it."""
        try:
            self.made.set_result(work(self.release))
        except BaseException as error:  # noqa: BLE001 - whoever asks next is told
            self.made.set_exception(error)

    def over(self) -> bool:
        """Is it done? Waits a little, for small releases take no time."""
        with suppress(TimeoutError):
            self.made.exception(max(0.0, self.until - time.monotonic()))
        return self.made.done()


class Published:
    """The current release, open; a newer one is laid out aside when somebody asks.

    Laying out takes the longer the larger a release is (`run/timeline.py`): meanwhile
    the former one is read, and where there is none, `SERVE-LAYING-OUT` says so.
    """

    def __init__(self, root: Path, database: str = "") -> None:
        """Take the project's folder, and the database where its team decides."""
        self.project = Project(root, database)
        self.mending = threading.Lock()  # one form at a time writes into a mends file
        self._lock, self._open = threading.Lock(), threading.local()
        self._reader: Reader | None = None
        self._checked = 0.0
        self._next: _Next | None = None

    def reader(self) -> Reader:
        """Return the current release; raises `Trouble` before the first one."""
        with self._lock:
            if self._reader is None or time.monotonic() - self._checked > FRESH:
                self._look()
                self._checked = time.monotonic()
            waits = self._next
        if waits is not None and waits.over():
            with self._lock:
                if self._next is waits:  # the first who sees it puts it in its place
                    self._next = None
                    self._reader = waits.made.result()
        if self._reader is None:
            raise Trouble(LAID_OUT, release=waits.release if waits else "")
        return self._reader

    def warm(self) -> None:
        """Begin to lay out what is published, before anybody asks."""
        with suppress(Trouble):
            self.reader()

    @property
    def is_open(self) -> bool:
        """Is there a release that is read?"""
        return self._reader is not None

    @property
    def coming(self) -> int | None:
        """The number of a release that is published and not yet laid out."""
        waits = self._next
        return waits.release if waits else None

    def _look(self) -> None:
        """Begin to lay a release out if it is not the one that is read."""
        current = self.project.releases.current()
        if self._next is not None:
            return
        if self._reader is None or self._reader.release.id != current:
            self._next = _Next(current, self._lay_out)

    def _lay_out(self, release: int) -> Reader:
        """Open a release with all that pages ask of it."""
        made = self.project.read(release)
        made.serving()
        return made

    def apart(self) -> Reader:
        """Return the current release as a reader that this thread has for itself."""
        return self.reader().apart(self.duck())

    def duck(self) -> Duck:
        """Return this thread's own way into the current release."""
        reader = self.reader()
        held: tuple[int, Duck] | None = getattr(self._open, "held", None)
        if held is None or held[0] != reader.release.id:
            held = (reader.release.id, reader.serving())
            self._open.held = held
        return held[1]


@dataclass(slots=True)
class Look:
    """What one person asks and sees in one request."""

    desk: "Desk"
    person: Person
    access: Access
    persons: set[int] = field(default_factory=set)
    tables: list[str] = field(default_factory=list)
    rules: set[str] = field(default_factory=set)
    duties: set[str] = field(default_factory=set)
    action: str = "read"
    rows: int = 0
    _known: Relations | None = None

    def ask(self, query: Query) -> pa.Table:
        """Ask the gate, then the release; a refusal is a `Trouble`."""
        self.action = query.action
        self.tables.append(query.table)
        if query.person is not None:
            self.persons.add(query.person)
        answer = self.desk.answer(self, query)
        self.rows += answer.num_rows
        return answer

    def may(self, query: Query) -> bool:
        """Would the gate let this query pass, for one row at least?"""
        try:
            self.desk.gate.allow(self.access, query, Relations())
        except Trouble as trouble:
            if trouble.reason.code in SHUT:
                return False
            raise
        return True

    @property
    def known(self) -> Relations:
        """Read once what binds the person who asks and those asked about."""
        if self._known is None:
            self._known = relations(self.desk.store, self.person, self.access)
        return self._known

    def event(self, outcome: str) -> Event:
        """Say in a line what was asked and seen."""
        return Event(
            who=self.person.name,
            role=self.person.role,
            action=self.action,
            outcome=outcome,
            purpose=self.access.purpose,
            basis=self.access.basis,
            scenario=self.access.scenario,
            persons=tuple(sorted(self.persons)),
            asked=" ".join(dict.fromkeys(self.tables)),
            count=self.rows,
            rules=tuple(sorted(self.rules)),
            edition=self.desk.gate.policy.edition,
            request=self.access.request,
        )


class Desk:
    """Where everything is asked that a release holds."""

    def __init__(
        self, published: Published, gate: Gate, store: Engine, audit: Writer
    ) -> None:
        """Take the release, the gate before it, and the audit."""
        self.published, self.gate = published, gate
        self.store, self.audit = store, audit

    @contextmanager
    def look(self, person: Person, request: str = "") -> Iterator[Look]:
        """Let somebody look; what was seen is in the audit when this ends."""
        look = Look(self, person, person.access(self.gate.policy, request))
        try:
            yield look
        except Trouble:
            self.audit.commit(look.event("refused"))
            raise
        if look.tables:
            self.audit.commit(look.event("allowed"))

    def answer(self, look: Look, query: Query) -> pa.Table:
        """Let the gate write the query, run it, and note whom it shows."""
        if look.person.scopes is not None and query.action not in look.person.scopes:
            raise Trouble(ABSENT, query.table)
        allowed = self.gate.allow(look.access, query, look.known)
        look.rules.update(allowed.why)
        look.duties.update(allowed.duties)
        duck = self.published.duck()
        found = duck.fetch(allowed.view, allowed.inputs, *allowed.values)
        look.persons.update(_persons(found))
        if not any("pseudonym" in masks for masks in allowed.masks.values()):
            return found
        folder = self.published.project.made
        return allowed.deliver(found, recipient_secret(folder, look.person.name))


def _persons(answer: pa.Table) -> set[int]:
    """Name the persons that an answer shows, behind pseudonyms too."""
    found: set[int] = set()
    for name in {*PEOPLE} & {*answer.column_names}:
        for value in answer.column(name).unique().to_pylist():
            if isinstance(value, int):
                found.add(value)
            elif isinstance(value, str) and value.startswith(SEALED):
                found.add(int(value.removeprefix(SEALED)))
    return found
