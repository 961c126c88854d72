"""The queue of decisions and the history of each: nothing in it is ever erased.

A room proposes; people accept, choose another candidate, refuse, ask a colleague or
undo. A decision that needs two persons stays proposed until a second one agrees.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Row,
    Update,
    exists,
    func,
    or_,
    select,
    update,
)

from datong.core.decision import Decision, Effect, State
from datong.core.reason import Trouble
from datong.store.manifest import now
from datong.store.queue_tables import ACT, DECISION, DOUBT
from datong.store.reasons import ALREADY, NO_DECISION, SAME_PERSON


@dataclass(frozen=True, slots=True)
class Card:
    """What a room proposes: a decision, its other candidates, and how sure it is."""

    decision: Decision
    candidates: Sequence[Mapping[str, object]] = ()
    score: float = 0.0  # 0 to 1
    pattern: str = ""
    needs: int = 1


@dataclass(frozen=True, slots=True)
class Filter:
    """Which decisions are asked for."""

    state: State = State.PROPOSED
    room: str = ""
    pattern: str = ""
    words: str = ""
    asked: str = ""
    order: str = "rows"  # rows, weight (rows x doubt), score, persons, money, at
    above: float = 0.0  # at least this score
    unless: str = ""  # who has agreed already, and waits for a second person

    def conditions(self) -> list[ColumnElement[bool]]:
        """Write the conditions."""
        found: list[ColumnElement[bool]] = [DECISION.c.state == self.state.value]
        found += [DECISION.c.score >= self.above] if self.above else []
        if self.unless:
            mine = (ACT.c.who == self.unless) & ACT.c.act.in_(("accept", "choose"))
            found.append(~exists().where(ACT.c.decision == DECISION.c.id, mine))
        exact = {"room": self.room, "pattern": self.pattern, "asked": self.asked}
        found += [DECISION.c[name] == value for name, value in exact.items() if value]
        if self.words:
            like = f"%{_escaped(self.words)}%"
            found.append(
                or_(
                    DECISION.c.subject.ilike(like, escape="\\"),
                    DECISION.c.pattern.ilike(like, escape="\\"),
                )
            )
        return found


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a person says to a decision."""

    act: str
    who: str
    why: str = ""
    chosen: Mapping[str, object] | None = None
    asked: str = ""
    needs: int = 1  # persons who must agree, where the policy asks for several


@dataclass(frozen=True, slots=True)
class Waiting:
    """How much waits, by room and pattern."""

    total: int
    rooms: Mapping[str, int] = field(default_factory=dict)


def propose(store: Engine, cards: Iterable[Card]) -> int:
    """Put cards into the queue; one that waits already is replaced; return how many."""
    cards = list(cards)
    rooms: dict[str, list[str]] = {}
    for card in cards:
        rooms.setdefault(card.decision.room, []).append(card.decision.subject)
    with store.begin() as db:
        for room, subjects in rooms.items():
            for part in range(0, len(subjects), 500):
                _withdraw(db, room, subjects[part : part + 500])
        if cards:
            db.execute(DECISION.insert(), [_line(card) for card in cards])
    return len(cards)


def renew(store: Engine, room: str, start: str, cards: Iterable[Card]) -> int:
    """Let cards be all that waits in a room about subjects that begin with `start`.

    What somebody has begun on stays as it is; return how many cards were put.
    """
    of = DECISION.c
    mine = (of.room == room, of.subject.startswith(start, autoescape=True))
    waits = (*mine, of.state == State.PROPOSED.value)
    with store.begin() as db:
        begun = select(ACT.c.decision)
        db.execute(DECISION.delete().where(*waits, of.id.not_in(begun)))
        kept = set(db.execute(select(of.subject).where(*waits)).scalars())
        lines = [_line(one) for one in cards if one.decision.subject not in kept]
        if lines:
            db.execute(DECISION.insert(), lines)
    return len(lines)


def decide(store: Engine, number: int, verdict: Verdict) -> State:
    """Take a decision, or one person's part of it; return its state."""
    with store.begin() as db:
        row = _locked(db, number)
        return _decided(db, row, verdict)


def decide_all(store: Engine, asked: Filter, verdict: Verdict) -> int:
    """Take every proposed decision that a filter finds, in one transaction."""
    taken = 0
    with store.begin() as db:
        query = select(DECISION).where(*asked.conditions()).with_for_update()
        for row in db.execute(query).all():
            if verdict.who in _agreed(db, row.id):
                continue
            _decided(db, row, verdict)
            taken += 1
    return taken


def rooms(store: Engine, asked: Filter) -> list[str]:
    """Name the rooms whose decisions a filter finds."""
    query = select(DECISION.c.room).where(*asked.conditions()).distinct()
    with store.connect() as db:
        return sorted(db.execute(query).scalars())


def undo(store: Engine, number: int, who: str, why: str = "") -> int:
    """Undo a decision by a new one; the subject is proposed again; return the new."""
    with store.begin() as db:
        row = _locked(db, number, State.ACCEPTED, State.REFUSED)
        db.execute(_update(number, state=State.UNDONE.value))
        _act(db, number, Verdict("undo", who, why))
        old = row._asdict()
        copied = {k: v for k, v in old.items() if k not in ("id", "undoes", "asked")}
        again = copied | {"state": State.PROPOSED.value, "who": "", "why": ""}
        db.execute(DECISION.insert().values(**again | {"at": None, "made_at": now()}))
        new = copied | {"state": State.ACCEPTED.value, "who": who, "why": why}
        made = db.execute(
            DECISION.insert().values(**new | {"undoes": number, "at": now()})
        )
        return int((made.inserted_primary_key or (0,))[0])


def comment(store: Engine, number: int, who: str, words: str) -> None:
    """Say something about a decision."""
    with store.begin() as db:
        _act(db, number, Verdict("comment", who, words))


def queue(
    store: Engine, asked: Filter, limit: int = 50, offset: int = 0
) -> list[Row[tuple[object, ...]]]:
    """Return a page of decisions, the weightiest first."""
    order = DOUBT if asked.order == "weight" else DECISION.c[asked.order]
    query = select(DECISION).where(*asked.conditions())
    query = query.order_by(order.desc(), DECISION.c.id).limit(limit).offset(offset)
    with store.connect() as db:
        return list(db.execute(query).all())


def count(store: Engine, asked: Filter) -> int:
    """Count the decisions that a filter finds."""
    query = select(func.count()).select_from(DECISION).where(*asked.conditions())
    with store.connect() as db:
        return int(db.execute(query).scalar() or 0)


@dataclass(frozen=True, slots=True)
class Total:
    """What a set of decisions would touch together."""

    decisions: int
    rows: int
    persons: int  # at most: one person may be in several
    money: float
    least: float  # the lowest score among them


def total(store: Engine, asked: Filter) -> Total:
    """Add up what the decisions that a filter finds would touch."""
    of = DECISION.c
    sums = (func.sum(of.rows), func.sum(of.persons), func.sum(of.money))
    query = select(func.count(), *sums, func.min(of.score)).where(*asked.conditions())
    with store.connect() as db:
        n, rows, persons, money, least = db.execute(query).one()
    return Total(n, int(rows or 0), int(persons or 0), float(money or 0), least or 0.0)


def waiting(store: Engine) -> Waiting:
    """Count what waits, by room."""
    query = (
        select(DECISION.c.room, func.count())
        .where(DECISION.c.state == State.PROPOSED.value)
        .group_by(DECISION.c.room)
    )
    with store.connect() as db:
        rooms = {str(room): int(n) for room, n in db.execute(query).all()}
    return Waiting(sum(rooms.values()), rooms)


def patterns(store: Engine, room: str, limit: int = 20) -> list[tuple[str, int]]:
    """Return the most frequent patterns that wait in a room."""
    query = (
        select(DECISION.c.pattern, func.count().label("n"))
        .where(DECISION.c.state == State.PROPOSED.value, DECISION.c.room == room)
        .where(DECISION.c.pattern != "")
        .group_by(DECISION.c.pattern)
        .order_by(func.count().desc(), DECISION.c.pattern)
        .limit(limit)
    )
    with store.connect() as db:
        return [(str(pattern), int(n)) for pattern, n in db.execute(query).all()]


def get(store: Engine, number: int) -> Row[tuple[object, ...]]:
    """Return one decision."""
    with store.connect() as db:
        row = db.execute(select(DECISION).where(DECISION.c.id == number)).first()
    if row is None:
        raise Trouble(NO_DECISION, number=number)
    return row


def history(store: Engine, number: int) -> list[Row[tuple[object, ...]]]:
    """Return what people did to a decision, the oldest first."""
    query = select(ACT).where(ACT.c.decision == number).order_by(ACT.c.id)
    with store.connect() as db:
        return list(db.execute(query).all())


def accepted(
    store: Engine, room: str, *states: State, start: str = ""
) -> list[Decision]:
    """Return the decisions of a room that are in force, for its next run.

    `states` ask for others than the accepted; `start`: how their subjects begin.
    """
    wanted = [state.value for state in states or (State.ACCEPTED,)]
    query = select(DECISION).where(
        DECISION.c.room == room,
        DECISION.c.state.in_(wanted),
        DECISION.c.undoes.is_(None),
        DECISION.c.subject.startswith(start, autoescape=True),
    )
    with store.connect() as db:
        return [read(row) for row in db.execute(query.order_by(DECISION.c.id)).all()]


def read(row: Row[tuple[object, ...]]) -> Decision:
    """Read a decision from its row."""
    return Decision(
        room=row.room,
        subject=row.subject,
        proposal=row.proposal,
        evidence=tuple(row.evidence),
        effect=Effect(row.rows, row.persons, row.money),
        state=State(row.state),
        who=row.who,
        why=row.why,
        at=row.at,
        edition=row.edition,
        undoes=row.undoes,
    )


def _line(card: Card) -> dict[str, object]:
    """Write a card as a row."""
    decision = card.decision
    return {
        "room": decision.room,
        "subject": decision.subject,
        "pattern": card.pattern,
        "proposal": dict(decision.proposal),
        "candidates": [dict(one) for one in card.candidates],
        "evidence": list(decision.evidence),
        "score": card.score,
        "rows": decision.effect.rows,
        "persons": decision.effect.persons,
        "money": decision.effect.money,
        "needs": card.needs,
        "state": State.PROPOSED.value,
        "edition": decision.edition,
        "made_at": now(),
    }


def _withdraw(db: Connection, room: str, subjects: Sequence[str]) -> None:
    """Take back what waits about some subjects, unless somebody has begun on it."""
    begun = select(ACT.c.decision)
    db.execute(
        DECISION.delete().where(
            DECISION.c.room == room,
            DECISION.c.subject.in_(subjects),
            DECISION.c.state == State.PROPOSED.value,
            DECISION.c.id.not_in(begun),
        )
    )


def _locked(db: Connection, number: int, *states: State) -> Row[tuple[object, ...]]:
    """Read a decision for a change; it must be in one of the states."""
    query = select(DECISION).where(DECISION.c.id == number).with_for_update()
    row = db.execute(query).first()
    if row is None:
        raise Trouble(NO_DECISION, number=number)
    if State(row.state) not in (states or (State.PROPOSED,)):
        raise Trouble(ALREADY, number=number, who=row.who or "–")
    return row


def _decided(db: Connection, row: Row[tuple[object, ...]], verdict: Verdict) -> State:
    """Write a verdict down and work out the state."""
    if verdict.act == "ask":
        db.execute(_update(row.id, asked=verdict.asked))
        _act(db, row.id, verdict)
        return State.PROPOSED
    if verdict.chosen is not None and _same(verdict.chosen, row.proposal):
        verdict = replace(verdict, act="accept", chosen=None)  # what was proposed
    agreed = _agreed(db, row.id)
    if verdict.act != "refuse" and verdict.who in agreed:
        raise Trouble(SAME_PERSON, number=row.id)
    _act(db, row.id, verdict)
    values: dict[str, object] = {"asked": "", "why": verdict.why}
    if verdict.chosen is not None:
        values["proposal"] = dict(verdict.chosen)
        agreed = set()  # the others agreed to something else
    state = State.REFUSED if verdict.act == "refuse" else State.ACCEPTED
    if state is State.ACCEPTED and len(agreed | {verdict.who}) < max(
        row.needs, verdict.needs
    ):
        state = State.PROPOSED
    else:
        values |= {"at": now(), "who": ", ".join(sorted(agreed | {verdict.who}))}
    db.execute(_update(row.id, state=state.value, **values))
    return state


def _same(chosen: Mapping[str, object], proposal: Mapping[str, object]) -> bool:
    """Say whether two proposals say the same; how likely they are is no part of it."""
    return {**chosen, "chance": None} == {**proposal, "chance": None}


def _agreed(db: Connection, number: int) -> set[str]:
    """Name those who agreed since the proposal was last changed."""
    query = select(ACT.c.act, ACT.c.who).where(ACT.c.decision == number)
    agreed: set[str] = set()
    for act, who in db.execute(query.order_by(ACT.c.id)).all():
        if act == "choose":
            agreed = {who}
        elif act == "accept":
            agreed.add(who)
    return agreed


def _act(db: Connection, number: int, verdict: Verdict) -> None:
    """Write the history."""
    values = {"decision": number, "act": verdict.act, "who": verdict.who}
    chosen = dict(verdict.chosen) if verdict.chosen is not None else None
    db.execute(ACT.insert().values(**values, why=verdict.why, chosen=chosen, at=now()))


def _update(number: int, **values: object) -> Update:
    """Write a change of one decision."""
    return update(DECISION).where(DECISION.c.id == number).values(**values)


def _escaped(words: str) -> str:
    """Take the wildcards out of what somebody typed."""
    return words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
