"""What a person decides: a mapping, a term, a link, a standard, an access, a field."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class State(StrEnum):
    """How far a decision has come."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    UNDONE = "undone"


@dataclass(frozen=True, slots=True)
class Effect:
    """What a decision would touch, told before it is taken."""

    rows: int = 0
    persons: int = 0
    money: float = 0.0  # yuan


@dataclass(frozen=True, slots=True)
class Decision:
    """One thing that a person decides; undoing it is a new decision.

    `room` supplies the candidate card and the effect; `subject` names the thing inside
    the room, and `proposal` what is to become of it. `evidence` is for people to read.
    """

    room: str
    subject: str
    proposal: Mapping[str, object]
    evidence: tuple[str, ...] = ()
    effect: Effect = field(default_factory=Effect)
    state: State = State.PROPOSED
    who: str = ""
    why: str = ""
    at: datetime | None = None
    edition: str = ""
    undoes: int | None = None
