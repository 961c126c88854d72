"""What people decided on persons, and the log: each decision is one event, once.

A card asks whether two persons are one. Accepting it joins them, refusing it keeps them
apart; undoing the decision takes the event back.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from datong.core.decision import Decision, Effect, State
from datong.core.reason import Trouble
from datong.link.events import Deed, Event
from datong.link.log import Log
from datong.link.reasons import NO_PERSON

Sides: TypeAlias = tuple[tuple[int, ...], tuple[int, ...]]
ROOM = "link"
ONE, TWO = "one person", "two persons"
OTHER = {ONE: TWO, TWO: ONE}


@dataclass(frozen=True, slots=True)
class Judgement:
    """A decision that was taken: its number in the queue, and what it says."""

    number: int
    decision: Decision

    @property
    def deed(self) -> str:
        """Return what holds: what was proposed, or the contrary of what was refused."""
        proposed = str(self.decision.proposal["deed"])
        refused = self.decision.state is State.REFUSED
        return OTHER[proposed] if refused else proposed

    @property
    def records(self) -> tuple[int, int]:
        """Return the two records that it is about."""
        return named_records(self.decision)


def named_records(decision: Decision) -> tuple[int, int]:
    """Return the two records that a decision is about."""
    named: Any = decision.proposal["records"]
    return int(named[0]), int(named[1])


def judge(log: Log, kept: int, gone: int, deed: str) -> Decision:
    """Write the decision that two persons are one, or are two, with its effect.

    Raises Trouble for a key that was never given, is erased, or is the other.
    """
    one, two = (_living(log, person) for person in (kept, gone))
    if one == two and deed == TWO and kept != gone:
        sides = _merged(log, kept, gone)
    else:
        sides = log.state.members(one), log.state.members(two)
    if (one == two and deed == ONE) or kept == gone or not all(sides):
        raise Trouble(NO_PERSON, "", person=gone)
    rows = len({*sides[0], *sides[1]})
    return proposed((kept, gone), (sides[0][0], sides[1][0]), deed, rows)


def _living(log: Log, person: int) -> int:
    """Return the key that a key leads to; raises Trouble where it is erased."""
    living = log.state.resolve(person)
    if isinstance(living, str):
        raise Trouble(NO_PERSON, "", person=person)
    return living


def _merged(log: Log, kept: int, gone: int) -> Sides:
    """Return the two sides of the merge by which one of two persons went away."""
    merges = {
        event.persons[1]: event
        for event in log.state.events.values()
        if event.deed is Deed.MERGED
    }
    for person in (gone, kept):
        if person in merges:
            return merges[person].others, merges[person].records
    raise Trouble(NO_PERSON, "", person=gone)


def proposed(
    persons: tuple[int, int], records: tuple[int, int], deed: str, rows: int
) -> Decision:
    """Write a decision on two persons, each named by one of its records."""
    return Decision(
        room=ROOM,
        subject=f"{min(persons)}+{max(persons)}",
        proposal={"deed": deed, "persons": list(persons), "records": list(records)},
        effect=Effect(rows=rows, persons=2),
    )


def sync(log: Log, judgements: Sequence[Judgement], at: str) -> list[Trouble]:
    """Bring the log to what is decided now; return what contradicts it."""
    standing = {one.number: one for one in judgements}
    held = {e.cause: e for e in log.state.events.values() if e.cause}
    for number in sorted(held.keys() - standing.keys()):
        _take_back(log, held[number], at)
    troubles = []
    for number in sorted(standing.keys() - held.keys()):
        try:
            _take_in(log, standing[number], at)
        except Trouble as trouble:
            troubles.append(trouble)
    return troubles


def _take_back(log: Log, event: Event, at: str) -> None:
    """Take the event of a decision back that was undone."""
    if event.deed is Deed.MERGED:
        log.unmerge(event.seq, "review", at)
    else:
        log.lift(event.seq, "review", at)


def _take_in(log: Log, judgement: Judgement, at: str) -> None:
    """Log a decision; one on records that were erased says nothing any more."""
    a, b = judgement.records
    one, two = log.state.person.get(a), log.state.person.get(b)
    who, cause = judgement.decision.who, judgement.number
    if one is None or two is None:
        return
    if judgement.deed == ONE and one != two:
        log.merge(min(one, two), max(one, two), who, at, cause)
    elif judgement.deed == ONE:
        log.decide(Deed.SAME, (a, b), who, at, cause)
    else:
        sides: Sides = ((a,), (b,))
        if one != two:
            sides = log.state.members(one), log.state.members(two)
        log.judge(Deed.APART, sides, who, at, cause)
