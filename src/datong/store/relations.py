"""What binds users and persons: care, guardians, consents, broken glass."""

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
)

from datong.store.manifest import METADATA
from datong.store.people import USER

CARE = Table(
    "care",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("user", Integer, ForeignKey(USER.c.id), nullable=False),
    Column("person_key", BigInteger, nullable=False),
    Column("kind", Text, nullable=False),  # visit, referral, consultation, guardian
    Column("starts_at", DateTime, nullable=False),
    Column("ends_at", DateTime, nullable=False),
)
Index("care_of_user", CARE.c.user, CARE.c.person_key)

CONSENT = Table(
    "consent",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("person_key", BigInteger, nullable=False, index=True),
    Column("purpose", Text, nullable=False),
    Column("recipient", Text, nullable=False, default=""),  # empty: any
    Column("category", Text, nullable=False, default=""),  # empty: any
    Column("kind", Text, nullable=False),  # general, separate, written, guardian
    Column("state", Text, nullable=False),  # given, refused
    Column("starts_at", DateTime, nullable=False),
    Column("ends_at", DateTime),
    Column("withdrawn_at", DateTime),
    Column("evidence", Text, nullable=False, default=""),  # SHA-256 of the form
)

GLASS = Table(
    "glass",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("user", Integer, ForeignKey(USER.c.id), nullable=False, index=True),
    Column("person_key", BigInteger, nullable=False),
    Column("reason", Text, nullable=False),
    Column("words", Text, nullable=False),
    Column("starts_at", DateTime, nullable=False),
    Column("ends_at", DateTime, nullable=False),
    Column("reviewer", Integer, ForeignKey(USER.c.id)),
    Column("reviewed_at", DateTime),
    Column("verdict", Text),
)
