"""Signing in by OpenID Connect: what another server's claims make of somebody here.

`openid.toml` of the project names the provider and turns claims into hats; what it does
not name gives no right. The protocol itself is Authlib's (`serve.web.pages.openid`).
Accounts that come this way have no password, and their hats are the claims' each time.
"""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import Connection, Engine, delete, select, update

from datong.core.reason import Trouble
from datong.core.say import Say
from datong.guard.clock import clock
from datong.guard.policy import Policy
from datong.guard.reasons import NO_HAT, OPENID, WRONG
from datong.store.people import HAT, SESSION, TOKEN, USER

NAME = "openid.toml"
# What signs an ID token: never `none`, and no secret that a client shares.
SIGNATURES = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384")
Claims = Mapping[str, object]
Hat = tuple[str, str | None, str | None]  # role, site, department


@dataclass(frozen=True, slots=True)
class HatRule:
    """A hat for everybody whose claim has a value."""

    claim: str
    value: str
    role: str
    site: str = ""
    department: str = ""
    site_from: str = ""  # a claim that names it
    department_from: str = ""

    def hats(self, claims: Claims) -> Iterable[Hat]:
        """Give the hat if the claim (a text, or a list of texts) has the value."""
        if self.value in _texts(claims, self.claim):
            site = self.site or _first(claims, self.site_from)
            department = self.department or _first(claims, self.department_from)
            yield self.role, site or None, department or None


@dataclass(frozen=True, slots=True)
class OpenId:
    """The provider, and what its claims mean."""

    issuer: str
    client: str
    address: str  # where browsers find this server
    shown: Say
    rules: tuple[HatRule, ...]
    name_from: str = "preferred_username"
    shown_from: str = "name"
    second_factor: frozenset[str] = frozenset()  # values of `amr` that count as one

    def hats(self, claims: Claims) -> list[Hat]:
        """Return the hats that somebody's claims give, each once."""
        found = [hat for rule in self.rules for hat in rule.hats(claims)]
        return list(dict.fromkeys(found))

    def has_second(self, claims: Claims) -> bool:
        """Did the provider ask for a second factor?"""
        return bool(self.second_factor & set(_texts(claims, "amr")))


def load(place: Path, policy: Policy) -> OpenId | None:
    """Read `openid.toml`; None where there is none."""
    if not place.exists():
        return None
    try:
        found = tomllib.loads(place.read_text("utf-8"))
        read = OpenId(
            issuer=_secure(found["issuer"]),
            client=found["client"],
            address=_secure(found["address"]).rstrip("/"),
            shown=Say(found["en"], found["zh"]),
            rules=tuple(HatRule(**one) for one in found["hat"]),
            name_from=found.get("name_from", "preferred_username"),
            shown_from=found.get("shown_from", "name"),
            second_factor=frozenset(found.get("second_factor", ())),
        )
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise Trouble(OPENID, place, said=str(error)) from error
    unknown = {rule.role for rule in read.rules} - set(policy.roles)
    if unknown:
        raise Trouble(OPENID, place, said=", ".join(sorted(unknown)))
    return read


def admit(store: Engine, policy: Policy, openid: OpenId, claims: Claims) -> int:
    """Let somebody in whom the provider vouches for; return the user's number.

    The account is known by issuer and subject, which never change hands. Raises
    `SIGN-NO-HAT` where the claims give no hat, or hats that nobody may have together.
    """
    hats, subject = openid.hats(claims), str(claims["sub"])
    if not hats or policy.mixes([role for role, _, _ in hats]):
        raise Trouble(NO_HAT)
    who = (USER.c.issuer == openid.issuer) & (USER.c.subject == subject)
    with store.begin() as db:
        row = db.execute(select(USER).where(who)).first()
        if row is not None and row.disabled_at:
            raise Trouble(WRONG)
        number = _made(db, openid, claims) if row is None else int(row.id)
        _wear(db, number, hats)
    return number


def _made(db: Connection, openid: OpenId, claims: Claims) -> int:
    """Make the account; a name that somebody here has is made another one."""
    subject = str(claims["sub"])
    name = _first(claims, openid.name_from) or subject
    taken = db.execute(select(USER.c.id).where(USER.c.name == name)).first()
    if taken:
        name = f"{name}@{urlsplit(openid.issuer).netloc}#{subject}"
    values = {
        "name": name[:200],
        "shown": (_first(claims, openid.shown_from) or name)[:200],
        "issuer": openid.issuer,
        "subject": subject,
        "made_at": clock(),
    }
    made = db.execute(USER.insert().values(**values))
    return int((made.inserted_primary_key or (0,))[0])


def _wear(db: Connection, user: int, hats: Sequence[Hat]) -> None:
    """Give a user exactly these hats; with a hat go the sessions and tokens of it."""
    held = {
        (row.role, row.site, row.department): row.id
        for row in db.execute(select(HAT).where(HAT.c.user == user))
    }
    for role, site, department in hats:
        if (role, site, department) not in held:
            line = {"user": user, "role": role, "site": site}
            db.execute(HAT.insert().values(**line, department=department))
    gone = [number for hat, number in held.items() if hat not in hats]
    if gone:
        ended = update(SESSION).where(SESSION.c.hat.in_(gone))
        db.execute(ended.values(hat=None, ended_at=clock()))
        db.execute(delete(TOKEN).where(TOKEN.c.hat.in_(gone)))
        db.execute(delete(HAT).where(HAT.c.id.in_(gone)))


def _texts(claims: Claims, name: str) -> list[str]:
    """Return a claim as texts: `realm_access.roles` is one inside another."""
    found: object = claims
    for part in name.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    listed = found if isinstance(found, list) else [found]
    return [one for one in listed if isinstance(one, str)]


def _first(claims: Claims, name: str) -> str:
    """Return a claim as one text; empty where there is none."""
    return next(iter(_texts(claims, name)), "") if name else ""


def _secure(address: object) -> str:
    """Take an address if nobody on the way can read what goes there."""
    parts = urlsplit(str(address))
    is_here = parts.hostname in ("127.0.0.1", "localhost", "::1")
    if parts.scheme != "https" and not (parts.scheme == "http" and is_here):
        raise ValueError(f"{address}: https")
    return str(address)
