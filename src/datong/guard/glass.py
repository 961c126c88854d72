"""Breaking the glass: one record, in an emergency, for four hours at most.

Whoever has the right `glass_review` is told at once, and judges it; an access that is
judged wrong ends there and then. Nobody judges what they opened themselves.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine, func, select, update

from datong.core.reason import Trouble
from datong.core.say import Say
from datong.guard.clock import clock
from datong.guard.reasons import GLASS as NO_GLASS
from datong.guard.reasons import GLASS_JUDGED
from datong.guard.signin import Person
from datong.store.people import USER
from datong.store.relations import GLASS

LONGEST = timedelta(hours=4)
FRESH = timedelta(minutes=5)  # since the password was last given
REASONS = {
    "life": Say("Danger to life", "生命危险"),
    "unconscious": Say("Patient cannot answer", "患者无法应答"),
    "emergency": Say("Emergency treatment", "急诊救治"),
    "transfer": Say("Transfer under way", "转院途中"),
}
VERDICTS = {"right": Say("Justified", "合理"), "wrong": Say("Not justified", "不合理")}


@dataclass(frozen=True, slots=True)
class Broken:
    """One emergency access."""

    id: int
    who: str
    patient: int
    reason: str
    words: str
    starts_at: datetime
    ends_at: datetime
    verdict: str | None

    @property
    def is_open(self) -> bool:
        """Does it still let somebody in?"""
        return self.ends_at > clock()


def break_glass(
    store: Engine, person: Person, patient: int, reason: str, words: str
) -> datetime:
    """Open one patient's record in an emergency; return when it closes by itself."""
    said = ""
    if reason not in REASONS:
        said = "reason"
    elif len(words.strip()) < 10:
        said = "words"
    elif clock() - person.signed_in_at > FRESH:
        said = "password"
    elif person.scopes is not None or person.purpose != "TREAT":
        said = "TREAT"
    if said:
        raise Trouble(NO_GLASS, said=said)
    ends = clock() + LONGEST
    with store.begin() as db:
        db.execute(
            GLASS.insert().values(
                user=person.id,
                person_key=patient,
                reason=reason,
                words=words.strip(),
                starts_at=clock(),
                ends_at=ends,
            )
        )
    return ends


def waiting(store: Engine) -> int:
    """Count the accesses that nobody has judged."""
    query = select(func.count()).select_from(GLASS).where(GLASS.c.verdict.is_(None))
    with store.connect() as db:
        return int(db.execute(query).scalar() or 0)


def listed(store: Engine, most: int = 200) -> list[Broken]:
    """List the accesses: those that wait first, then the newest."""
    query = select(GLASS, USER.c.shown).join(USER, USER.c.id == GLASS.c.user)
    query = query.order_by(GLASS.c.verdict.is_not(None), GLASS.c.id.desc()).limit(most)
    with store.connect() as db:
        return [
            Broken(
                row.id,
                row.shown,
                row.person_key,
                row.reason,
                row.words,
                row.starts_at,
                row.ends_at,
                row.verdict,
            )
            for row in db.execute(query)
        ]


def judge(store: Engine, reviewer: Person, number: int, verdict: str) -> None:
    """Judge an access; a wrong one ends now. Raises `GUARD-GLASS-JUDGED`."""
    if verdict not in VERDICTS:
        raise Trouble(GLASS_JUDGED, number=number)
    values = {"reviewer": reviewer.id, "reviewed_at": clock(), "verdict": verdict}
    if verdict == "wrong":
        values["ends_at"] = clock()
    change = update(GLASS).where(
        GLASS.c.id == number,
        GLASS.c.verdict.is_(None),
        GLASS.c.user != reviewer.id,
    )
    with store.begin() as db:
        done = db.execute(change.values(**values)).rowcount
    if done != 1:
        raise Trouble(GLASS_JUDGED, number=number)
