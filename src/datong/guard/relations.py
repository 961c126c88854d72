"""What binds the one who asks and single persons, as of the access.

Consents: the most specific wins (recipient, then category), among equals the most
restrictive. A withdrawal counts from the next request on.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Engine, Row, or_, select

from datong.guard.access import Access, Relations
from datong.guard.signin import Person
from datong.store.relations import CARE, CONSENT, GLASS

# From weak to strong: among consents that are equally specific the last one counts.
RESTRICTIVE = ("given", "refused", "withdrawn")


def relations(store: Engine, person: Person, access: Access) -> Relations:
    """Read what binds a person who asks, at the time of the access."""
    at = access.at.replace(tzinfo=None)
    now = (CARE.c.starts_at <= at) & (CARE.c.ends_at > at)
    with store.connect() as db:
        care = db.execute(select(CARE).where(CARE.c.user == person.id, now)).all()
        glass = db.execute(
            select(GLASS.c.person_key).where(
                GLASS.c.user == person.id,
                GLASS.c.starts_at <= at,
                GLASS.c.ends_at > at,
            )
        ).scalars()
        wanted = CONSENT.c.purpose == access.purpose
        for_them = or_(CONSENT.c.recipient == "", CONSENT.c.recipient == person.name)
        consents = db.execute(select(CONSENT).where(wanted, for_them)).all()
        broken = frozenset(glass)
    states = consents_at(consents, at)
    return Relations(
        in_care=frozenset(row.person_key for row in care if row.kind != "guardian"),
        broken_glass=broken,
        selves=frozenset(_known(person.person_key)),
        guarded=frozenset(row.person_key for row in care if row.kind == "guardian"),
        consents={key: {access.purpose: one[0]} for key, one in states.items()},
        consent_kinds={key: one[1] for key, one in states.items()},
        consents_named=frozenset(key for key, one in states.items() if one[2]),
    )


def _known(key: int | None) -> Iterable[int]:
    """Give the key if there is one."""
    return () if key is None else (key,)


def consents_at(
    rows: Iterable[Row[tuple[object, ...]]], at: datetime
) -> dict[int, tuple[str, str, bool]]:
    """Return state and kind of the consent that counts, and is it named, by person."""
    best: dict[int, tuple[tuple[bool, bool, int], str]] = {}
    for row in rows:
        if row.starts_at > at or (row.ends_at is not None and row.ends_at <= at):
            continue
        gone = row.withdrawn_at is not None and row.withdrawn_at <= at
        state = "withdrawn" if gone else row.state
        rank = (row.recipient != "", row.category != "", RESTRICTIVE.index(state))
        if row.person_key not in best or rank > best[row.person_key][0]:
            best[row.person_key] = (rank, row.kind)
    return {
        key: (RESTRICTIVE[rank[2]], kind, rank[0]) for key, (rank, kind) in best.items()
    }
