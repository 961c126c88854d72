"""What the server holds while it runs: store, policy, gate, audit."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Engine

from datong.guard import classes, openid
from datong.guard import policy as policies
from datong.guard.audit.chain import Event
from datong.guard.audit.writer import Writer
from datong.guard.catalogue import shipped
from datong.guard.gate import Gate
from datong.guard.keys import own_folder
from datong.guard.openid import OpenId
from datong.guard.policy import Policy
from datong.guard.signin import Person, has_users
from datong.serve.reading.desk import Desk, Published
from datong.serve.reading.runs import Works
from datong.serve.web.metrics import Metrics
from datong.serve.web.page import Page
from datong.serve.web.rates import Rates
from datong.store.whole import open_whole


@dataclass(frozen=True, slots=True)
class Options:
    """How the server was started."""

    project: Path
    database: str = ""  # a database URL; empty: SQLite in the project
    secure: bool = True  # cookies for https (and loopback) only
    anchor: Path | None = None  # where heads of the audit go, on another host


@dataclass(slots=True)
class State:
    """What every request may use."""

    options: Options
    store: Engine
    policy: Policy
    gate: Gate
    audit: Writer
    desk: Desk
    works: Works
    pages: Sequence[Page] = ()
    metrics: Metrics = field(default_factory=Metrics)
    rates: Rates = field(default_factory=Rates)
    openid: OpenId | None = None  # another server that vouches for people
    setup_token: str = ""  # opens the first-start wizard; empty once it is done

    def note(self, person: Person, action: str, **more: object) -> int:
        """Write what somebody did into the audit, and wait until it is durable."""
        event = Event(
            who=person.name,
            role=person.role,
            action=action,
            purpose=person.purpose,
            basis=person.basis,
            scenario=person.scenario,
            edition=self.policy.edition,
            **{"outcome": "allowed", **more},  # type: ignore[arg-type]  # fields of Event
        )
        return self.audit.commit(event)


def open_state(options: Options) -> State:
    """Open what the server needs, in the project's folder."""
    own = own_folder(options.project / ".datong")
    store = open_whole(options.database or own / "store.sqlite")
    place = options.project / "policy.toml"
    policy = policies.load(place) if place.exists() else policies.load()
    tables = shipped(classes.load(options.project))
    gate, audit = Gate(policy, tables), Writer(options.project / "audit")
    published = Published(options.project, options.database)
    return State(
        options=options,
        store=store,
        policy=policy,
        gate=gate,
        audit=audit,
        desk=Desk(published, gate, store, audit),
        works=Works(published.project),
        openid=openid.load(options.project / openid.NAME, policy),
        setup_token="" if has_users(store) else secrets.token_urlsafe(24),
    )
