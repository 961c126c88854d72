"""The tables of the queue: each decision, and what people did to it.

In:  nothing.
Out: `decision` and `act`, which `store.decisions` alone reads and writes.
"""

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    ColumnElement,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    literal_column,
)

from datong.store.manifest import METADATA

DECISION = Table(
    "decision",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("room", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("pattern", Text, nullable=False, default=""),  # what bulk acts go by
    Column("proposal", JSON, nullable=False),
    Column("candidates", JSON, nullable=False),  # others to choose from
    Column("evidence", JSON, nullable=False),
    Column("score", Float, nullable=False, default=0.0),
    Column("rows", BigInteger, nullable=False, default=0),
    Column("persons", BigInteger, nullable=False, default=0),
    Column("money", Float, nullable=False, default=0.0),
    Column("needs", Integer, nullable=False, default=1),  # persons who must agree
    Column("state", Text, nullable=False),
    Column("who", Text, nullable=False, default=""),
    Column("why", Text, nullable=False, default=""),
    Column("asked", Text, nullable=False, default=""),  # the colleague whose turn it is
    Column("edition", Text, nullable=False, default=""),
    Column("undoes", Integer, ForeignKey("decision.id")),
    Column("made_at", DateTime, nullable=False),
    Column("at", DateTime),
)
Index("decision_queue", DECISION.c.state, DECISION.c.room, DECISION.c.rows)
Index("decision_subject", DECISION.c.room, DECISION.c.subject)
Index("decision_pattern", DECISION.c.state, DECISION.c.room, DECISION.c.pattern)
# Rows touched times doubt. The number is written, not bound, so that the index serves.
DOUBT: ColumnElement[float] = DECISION.c.rows * (
    literal_column("1.0") - DECISION.c.score
)
Index("decision_doubt", DECISION.c.state, DECISION.c.room, DOUBT)

ACT = Table(
    "act",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("decision", Integer, ForeignKey("decision.id"), nullable=False, index=True),
    Column("act", Text, nullable=False),  # accept choose refuse ask comment undo
    Column("who", Text, nullable=False),
    Column("why", Text, nullable=False, default=""),
    Column("chosen", JSON),
    Column("at", DateTime, nullable=False),
)
