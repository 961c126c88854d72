"""What persons agree to: given, refused, withdrawn; each with its evidence.

The most specific counts, among equals the strictest (`relations.consents_at`). A
withdrawal counts from the next request on; nothing is ever erased.

What hospitals hand over counts beside it (`rows.py`); their words are read by
`consent_words.csv`.
"""

import csv
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pyarrow as pa
from sqlalchemy import Engine, Row, select, update

from datong.core.reason import Trouble
from datong.core.say import Say
from datong.guard.clock import clock
from datong.guard.facts import PURPOSES
from datong.guard.reasons import CONSENT as NO_CONSENT
from datong.store.relations import CONSENT

KINDS = {
    "general": Say("general", "一般同意"),
    "separate": Say("separate", "单独同意"),
    "written": Say("written", "书面同意"),
    "guardian": Say("guardian's", "监护人同意"),
}
STATES = {
    "given": Say("given", "同意"),
    "refused": Say("refused", "拒绝"),
    "withdrawn": Say("withdrawn", "已撤回"),
}
LONGEST = 3650  # days
WORDS = Path(__file__).with_name("consent_words.csv")
NEEDING = ("STUDY", "INSURE")  # purposes that a policy opens by consent only


@dataclass(frozen=True, slots=True)
class Consent:
    """What one person says to one purpose."""

    person: int
    purpose: str
    kind: str
    state: str  # given, refused
    days: int = 0  # 0: until withdrawn
    recipient: str = ""
    evidence: str = ""  # SHA-256 of the form


def words() -> pa.Table:
    """Read how hospitals write purposes, decisions and kinds: `field,written,means`."""
    with WORDS.open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    return pa.Table.from_pylist(
        [{**line, "written": line["written"].lower()} for line in lines]
    )


def needing() -> pa.Table:
    """Name the purposes that a refusal bars whose own purpose is not understood."""
    return pa.table({"means": list(NEEDING)})


def write(store: Engine, said: Consent) -> int:
    """Write a consent down; return its number. Raises `GUARD-CONSENT`."""
    known = said.purpose in PURPOSES and said.kind in KINDS
    if not known or said.state not in ("given", "refused") or said.days < 0:
        raise Trouble(NO_CONSENT, said=f"{said.purpose} {said.kind} {said.state}")
    until = timedelta(days=min(said.days, LONGEST))
    line = {
        "person_key": said.person,
        "purpose": said.purpose,
        "recipient": said.recipient,
        "kind": said.kind,
        "state": said.state,
        "starts_at": clock(),
        "ends_at": clock() + until if said.days else None,
        "evidence": said.evidence,
    }
    with store.begin() as db:
        made = db.execute(CONSENT.insert().values(**line))
        return int((made.inserted_primary_key or (0,))[0])


def withdraw(store: Engine, person: int, number: int) -> datetime:
    """Withdraw one of a person's consents; return since when it counts no more."""
    at = clock()
    change = update(CONSENT).where(
        CONSENT.c.id == number,
        CONSENT.c.person_key == person,
        CONSENT.c.withdrawn_at.is_(None),
    )
    with store.begin() as db:
        if db.execute(change.values(withdrawn_at=at)).rowcount != 1:
            raise Trouble(NO_CONSENT, said=str(number))
    return at


def of_person(store: Engine, person: int) -> list[Row[tuple[object, ...]]]:
    """List a person's consents, the newest first."""
    query = select(CONSENT).where(CONSENT.c.person_key == person)
    with store.connect() as db:
        return list(db.execute(query.order_by(CONSENT.c.id.desc()).limit(200)).all())
