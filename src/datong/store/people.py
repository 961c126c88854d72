"""Users, the hats that they wear, their sessions and tokens.

A hat is a role at a site; a user may have several and wears one at a time. Passwords,
session ids and tokens are kept as hashes only.
"""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
)

from datong.store.manifest import METADATA

USER = Table(
    "person_user",  # `user` is a reserved word
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False, unique=True),  # written to sign in
    Column("shown", Text, nullable=False),  # read on pages
    Column("password", Text),  # argon2id; none for those who come by OpenID Connect
    Column("issuer", Text),  # OpenID Connect: who vouches
    Column("subject", Text),  # and under which name
    Column("totp", Text),  # secret of the second factor, base32
    Column("totp_step", BigInteger, nullable=False, default=0),  # last one used
    Column("person_key", BigInteger),  # of a patient: the own record
    Column("language", Text, nullable=False, default=""),
    Column("failures", Integer, nullable=False, default=0),
    Column("locked_until", DateTime),
    Column("made_at", DateTime, nullable=False),
    Column("disabled_at", DateTime),
)

HAT = Table(
    "hat",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("user", Integer, ForeignKey("person_user.id"), nullable=False, index=True),
    Column("role", Text, nullable=False),
    Column("site", Text),
    Column("department", Text),
)

SESSION = Table(
    "session",
    METADATA,
    Column("hash", Text, primary_key=True),  # SHA-256 of 256 random bits
    Column("user", Integer, ForeignKey("person_user.id"), nullable=False, index=True),
    Column("hat", Integer, ForeignKey("hat.id")),
    Column("purpose", Text, nullable=False, default=""),
    Column("basis", Text, nullable=False, default=""),
    Column("scenario", Text, nullable=False, default=""),
    Column("second_factor", Boolean, nullable=False, default=False),
    Column("agent", Text, nullable=False, default=""),  # for the list of devices
    Column("made_at", DateTime, nullable=False),
    Column("seen_at", DateTime, nullable=False),
    Column("signed_in_at", DateTime, nullable=False),  # last proof of who it is
    Column("ended_at", DateTime),
)

TOKEN = Table(
    "token",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("hash", Text, nullable=False, unique=True),
    Column("user", Integer, ForeignKey("person_user.id"), nullable=False),
    Column("hat", Integer, ForeignKey("hat.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("scopes", JSON, nullable=False),  # actions that it is narrowed to
    Column("purpose", Text, nullable=False),
    Column("basis", Text, nullable=False),
    Column("scenario", Text, nullable=False),
    Column("made_at", DateTime, nullable=False),
    Column("ends_at", DateTime, nullable=False),
    Column("used_at", DateTime),
    Column("revoked_at", DateTime),
)
Index("token_of_user", TOKEN.c.user)
