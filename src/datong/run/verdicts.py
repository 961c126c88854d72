"""Who is who, between the queue of decisions and the index of persons.

In:  the store of a project.
Out: what people decided on persons; a card for each pair that the scores leave open.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Engine, select

from datong.core.decision import State
from datong.link.judged import ROOM, Judgement
from datong.link.review import Doubt
from datong.store.decisions import Card, Filter, propose, queue, read
from datong.store.queue_tables import ACT, DECISION

MOST = 1_000_000  # decisions that are read


def judgements(store: Engine) -> list[Judgement]:
    """Return what people decided on persons and did not undo, the oldest first."""
    rows: list[Any] = []
    for state in (State.ACCEPTED, State.REFUSED):
        rows += queue(store, Filter(state=state, room=ROOM), MOST)
    found = [Judgement(row.id, read(row)) for row in rows if row.undoes is None]
    return sorted(found, key=lambda one: one.number)


def ask(store: Engine, doubts: Sequence[Doubt]) -> int:
    """Put the pairs that are open now into the queue, in place of earlier ones.

    A card that somebody has begun on stays.
    """
    begun = select(ACT.c.decision)
    with store.begin() as db:
        db.execute(
            DECISION.delete().where(
                DECISION.c.room == ROOM,
                DECISION.c.state == State.PROPOSED.value,
                DECISION.c.id.not_in(begun),
            )
        )
    return propose(store, [card_of(doubt) for doubt in doubts])


def card_of(doubt: Doubt) -> Card:
    """Write the card of a pair."""
    return Card(doubt.decision, score=doubt.probability, pattern=doubt.why)
