"""Signing in: accounts, sessions and tokens.

A cookie holds 256 random bits, the store their hash. A session ends after 15 minutes
without a request and after 12 hours in any case; signing in and changing one's hat
make a new one. Wrong passwords lock an account for longer and longer.
"""

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine, Row, select, update

from datong.core.reason import Trouble
from datong.guard import passwords
from datong.guard.access import Access
from datong.guard.clock import clock
from datong.guard.policy import Policy
from datong.guard.reasons import LOCKED, NOT_SIGNED_IN, WEAK, WRONG
from datong.store.people import HAT, SESSION, TOKEN, USER
from datong.store.relations import CARE

IDLE = timedelta(minutes=15)
LONGEST = timedelta(hours=12)
CHILDHOOD = timedelta(days=14 * 366)
FREE_FAILURES = 5  # wrong passwords before an account is locked
TOUCH = timedelta(seconds=30)  # how exactly `seen_at` is kept


@dataclass(frozen=True, slots=True)
class Person:
    """Who is signed in, with which hat on, for what."""

    id: int
    name: str
    shown: str
    language: str
    role: str
    site: str | None
    department: str | None
    purpose: str
    basis: str
    scenario: str
    second_factor: bool
    signed_in_at: datetime
    key: str  # hash of the session or token
    scopes: frozenset[str] | None = None  # of a token; None: not narrowed
    person_key: int | None = None

    def access(self, policy: Policy, request: str = "") -> Access:
        """State the access of a request."""
        role = policy.roles.get(self.role)
        return Access(
            who=self.name,
            role=self.role,
            purpose=self.purpose,
            basis=self.basis,
            scenario=self.scenario,
            level=role.level if role else 0,
            site=self.site,
            department=self.department,
            second_factor=self.second_factor,
            request=request,
        )

    def may(self, policy: Policy, right: str) -> bool:
        """Has the role a right besides reading?"""
        role = policy.roles.get(self.role)
        return role is not None and right in role.rights


@dataclass(frozen=True, slots=True)
class NewUser:
    """A user to be made."""

    name: str
    shown: str
    password: str | None
    hats: Sequence[tuple[str, str | None, str | None]]  # role, site, department
    person: int | None = None  # a patient's own record, or the child of a guardian


def make_user(store: Engine, new: NewUser) -> int:
    """Make an account; a weak password is refused."""
    if new.password is not None and passwords.is_weak(new.password, new.name):
        raise Trouble(WEAK, new.name, shortest=passwords.SHORTEST)
    values = {"name": new.name, "shown": new.shown, "made_at": clock()}
    kept = passwords.hashed(new.password) if new.password is not None else None
    roles = {role for role, _, _ in new.hats}
    own = new.person if "patient" in roles else None
    with store.begin() as db:
        made = db.execute(USER.insert().values(**values, password=kept, person_key=own))
        number = int((made.inserted_primary_key or (0,))[0])
        for role, site, department in new.hats:
            line = {"user": number, "role": role, "site": site}
            db.execute(HAT.insert().values(**line, department=department))
        if "guardian" in roles and new.person is not None:
            db.execute(CARE.insert().values(**_guards(number, new.person)))
    return number


def _guards(user: int, child: int) -> dict[str, object]:
    """Write who is a child's guardian; the policy ends it when the child is 14."""
    at = clock()
    line = {"user": user, "person_key": child, "kind": "guardian"}
    return {**line, "starts_at": at, "ends_at": at + CHILDHOOD}


def has_users(store: Engine) -> bool:
    """Has the first-start wizard been gone through?"""
    with store.connect() as db:
        return db.execute(select(USER.c.id).limit(1)).first() is not None


def check(store: Engine, name: str, password: str, code: str = "") -> int:
    """Check a sign-in and return the user's number.

    Raises `SIGN-WRONG` for a wrong name, password or code (it does not say which) and
    `SIGN-LOCKED` while the account is locked.
    """
    with store.connect() as db:
        row = db.execute(select(USER).where(USER.c.name == name)).first()
    if row is not None and row.locked_until and row.locked_until > clock():
        minutes = int((row.locked_until - clock()).total_seconds() // 60) + 1
        raise Trouble(LOCKED, minutes=minutes)
    right = passwords.fits(row.password if row else None, password)
    if row is None or row.disabled_at:
        raise Trouble(WRONG)
    step = passwords.step_of(row.totp, code, row.totp_step) if row.totp else 1
    if not right or not step:
        _failed(store, row)
        raise Trouble(WRONG)
    values = {"failures": 0, "locked_until": None}
    values |= {"totp_step": step} if row.totp else {}
    with store.begin() as db:
        db.execute(update(USER).where(USER.c.id == row.id).values(**values))
    return int(row.id)


def _failed(store: Engine, row: Row[tuple[object, ...]]) -> None:
    """Count a failure; from the fifth on the account is locked, twice as long each."""
    failures = row.failures + 1
    over = failures - FREE_FAILURES
    until = clock() + timedelta(minutes=min(2**over, 60)) if over >= 0 else None
    change = update(USER).where(USER.c.id == row.id)
    with store.begin() as db:
        db.execute(change.values(failures=failures, locked_until=until))


def open_session(
    store: Engine, policy: Policy, user: int, hat: int | None = None, agent: str = ""
) -> str:
    """Make a session with a hat on (the first one, if none is named); return its id."""
    key = secrets.token_urlsafe(32)
    with store.begin() as db:
        hats = select(HAT).where(HAT.c.user == user).order_by(HAT.c.id)
        row = db.execute(hats if hat is None else hats.where(HAT.c.id == hat)).first()
        has_second = db.execute(select(USER.c.totp).where(USER.c.id == user)).scalar()
        values = _first_access(policy, row.role) if row else {}
        db.execute(
            SESSION.insert().values(
                hash=digest(key),
                user=user,
                hat=row.id if row else None,
                second_factor=bool(has_second),
                agent=agent[:200],
                made_at=clock(),
                seen_at=clock(),
                signed_in_at=clock(),
                **values,
            )
        )
    return key


def vouch(store: Engine, key: str, at: float | None, *, second_factor: bool) -> None:
    """Note what another server said of a sign-in: when (Unix time), and how sure."""
    values: dict[str, object] = {"second_factor": second_factor}
    if at is not None:
        proved = datetime.fromtimestamp(at, UTC).replace(tzinfo=None)
        values["signed_in_at"] = min(proved, clock())
    with store.begin() as db:
        of_it = SESSION.c.hash == digest(key)
        db.execute(update(SESSION).where(of_it).values(**values))


def _first_access(policy: Policy, role: str) -> dict[str, str]:
    """Choose purpose, basis and scenario that a role usually comes with."""
    listed = sorted(access for access in policy.accesses if access[0] == role)
    usual = [access for access in listed if access[3] in ("contract", "legal")]
    if not listed:
        return {}
    _, scenario, purpose, basis = (usual or listed)[0]
    return {"scenario": scenario, "purpose": purpose, "basis": basis}


def change_access(
    store: Engine, policy: Policy, person: Person, access: tuple[str, str, str]
) -> None:
    """Change purpose, basis and scenario of a session within what its role may."""
    purpose, basis, scenario = access
    if (person.role, scenario, purpose, basis) not in policy.accesses:
        raise Trouble(WRONG)
    values = {"purpose": purpose, "basis": basis, "scenario": scenario}
    with store.begin() as db:
        db.execute(update(SESSION).where(SESSION.c.hash == person.key).values(**values))


def who(store: Engine, key: str) -> Person | None:
    """Return who a session's id belongs to, if it is alive; note that it was used."""
    found = (
        select(SESSION, USER, HAT.c.role, HAT.c.site, HAT.c.department)
        .join(USER, USER.c.id == SESSION.c.user)
        .outerjoin(HAT, HAT.c.id == SESSION.c.hat)
        .where(SESSION.c.hash == digest(key), SESSION.c.ended_at.is_(None))
        .where(USER.c.disabled_at.is_(None))
    )
    with store.connect() as db:
        row = db.execute(found).first()
    at = clock()
    if row is None or row.seen_at < at - IDLE or row.made_at < at - LONGEST:
        return None
    if row.seen_at < at - TOUCH:
        change = update(SESSION).where(SESSION.c.hash == row.hash)
        with store.begin() as db:
            db.execute(change.values(seen_at=at))
    return _person(row, row.signed_in_at, row.second_factor)


def who_by_token(store: Engine, key: str) -> Person | None:
    """Return who a token belongs to, if it is in force."""
    found = (
        select(TOKEN, USER, HAT.c.role, HAT.c.site, HAT.c.department)
        .join(USER, USER.c.id == TOKEN.c.user)
        .join(HAT, HAT.c.id == TOKEN.c.hat)
        .where(TOKEN.c.hash == digest(key), TOKEN.c.revoked_at.is_(None))
        .where(TOKEN.c.ends_at > clock(), USER.c.disabled_at.is_(None))
    )
    with store.connect() as db:
        row = db.execute(found).first()
    if row is None:
        return None
    return _person(row, row.made_at, second_factor=False, scopes=row.scopes)


def _person(
    row: Row[tuple[object, ...]],
    signed_in_at: datetime,
    second_factor: bool,  # noqa: FBT001 - a field of the row
    scopes: Sequence[str] | None = None,
) -> Person:
    """Read who somebody is from a joined row."""
    return Person(
        id=row.user,
        name=row.name_1 if scopes is not None else row.name,
        shown=row.shown,
        language=row.language,
        role=row.role or "",
        site=row.site,
        department=row.department,
        purpose=row.purpose,
        basis=row.basis,
        scenario=row.scenario,
        second_factor=second_factor,
        signed_in_at=signed_in_at,
        key=row.hash,
        scopes=None if scopes is None else frozenset(scopes),
        person_key=row.person_key,
    )


def make_token(
    store: Engine, person: Person, name: str, scopes: Sequence[str], days: int
) -> str:
    """Make a token with the hat and access that the person wears; return it once."""
    key = f"dt_{secrets.token_urlsafe(32)}"
    with store.begin() as db:
        hat = select(SESSION.c.hat).where(SESSION.c.hash == person.key)
        db.execute(
            TOKEN.insert().values(
                hash=digest(key),
                user=person.id,
                hat=db.execute(hat).scalar(),
                name=name,
                scopes=list(scopes),
                purpose=person.purpose,
                basis=person.basis,
                scenario=person.scenario,
                made_at=clock(),
                ends_at=clock() + timedelta(days=days),
            )
        )
    return key


def end_session(store: Engine, key_hash: str) -> None:
    """Sign out."""
    with store.begin() as db:
        change = update(SESSION).where(SESSION.c.hash == key_hash)
        db.execute(change.values(ended_at=clock()))


def sessions(store: Engine, user: int) -> list[Row[tuple[object, ...]]]:
    """List the devices where a user is signed in, the newest first."""
    alive = select(SESSION).where(SESSION.c.user == user, SESSION.c.ended_at.is_(None))
    alive = alive.where(SESSION.c.seen_at > clock() - IDLE)
    with store.connect() as db:
        return list(db.execute(alive.order_by(SESSION.c.seen_at.desc())).all())


def hats(store: Engine, user: int) -> list[Row[tuple[object, ...]]]:
    """List the hats of a user."""
    with store.connect() as db:
        query = select(HAT).where(HAT.c.user == user).order_by(HAT.c.id)
        return list(db.execute(query).all())


def need(person: Person | None) -> Person:
    """Insist on somebody signed in."""
    if person is None:
        raise Trouble(NOT_SIGNED_IN)
    return person


def digest(key: str) -> str:
    """Return the hash under which a session or token is kept."""
    return hashlib.sha256(key.encode()).hexdigest()


def csrf(key: str) -> str:
    """Return the token that a form of a session must carry."""
    return hmac.digest(key.encode(), b"form", hashlib.sha256).hex()[:32]
