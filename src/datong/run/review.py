"""Drafts in the queue of decisions, and decisions in the next draft.

In:  drafts; the store of a project.
Out: one card for each column that nobody has decided; what was decided, for drafting.
"""

from collections.abc import Mapping

from datong.core.decision import Decision, Effect
from datong.mapping.draft.drafted import Blocker, Draft, Remembered, Suggestion
from datong.run.draft import Drafted
from datong.run.project import Project
from datong.store.decisions import Card, accepted, propose

ROOM = "mapping"
ASKED = "?"  # between table and code, in the subject of a question


def propose_drafts(project: Project, organization: str, drafted: Drafted) -> int:
    """Put what is drafted and not decided into the queue; return how many cards."""
    known = remembered(project)
    cards = [
        _column(organization, one, suggestion)
        for one in drafted.drafts
        for suggestion in one.suggestions
        if (one.table.name, suggestion.column) not in known
    ]
    answered = {one.subject for one in accepted(project.decided, ROOM)}
    asked = [
        _question(organization, one, blocker)
        for one in drafted.drafts
        for blocker in one.blockers
    ]
    cards += [card for card in asked if card.decision.subject not in answered]
    return propose(project.decided, cards)


def remembered(project: Project) -> dict[tuple[str, str], Remembered]:
    """Return what people decided about columns, by table and column."""
    found = {}
    for one in accepted(project.decided, ROOM):
        where = one.subject.partition("/")[0]
        told = one.proposal
        if "column" in told:
            key = (str(told["table"]), str(told["column"]))
            kind, name, part = (str(told[k] or "") for k in ("kind", "field", "part"))
            found[key] = Remembered(kind, name, part, one.who, where)
    return found


def _column(organization: str, one: Draft, suggestion: Suggestion) -> Card:
    """Write the card of a column."""
    said = {"table": one.table.name, "column": suggestion.column}
    decision = Decision(
        room=ROOM,
        subject=f"{organization}/{one.table.name}.{suggestion.column}",
        proposal=_proposal(said, suggestion.place),
        evidence=tuple(f"{say.en} | {say.zh}" for say in suggestion.evidence),
        effect=Effect(rows=one.table.column(suggestion.column).filled),
    )
    others = [_proposal(said, other[:3]) for other in suggestion.alternatives]
    pattern = f"{suggestion.kind}.{suggestion.field}" if suggestion.field else "-"
    return Card(decision, others, suggestion.confidence, pattern)


def _proposal(
    said: Mapping[str, object], place: tuple[str, str, str]
) -> dict[str, object]:
    """Write what a column is taken for."""
    kind, name, part = place
    return {**said, "kind": kind, "field": name, "part": part}


def _question(organization: str, one: Draft, blocker: Blocker) -> Card:
    """Write the card of a question; it has no default, so nothing is proposed."""
    place = f"{one.table.name}{ASKED}{blocker.code}"
    place += f".{blocker.column}" if blocker.column else ""
    decision = Decision(
        room=ROOM,
        subject=f"{organization}/{place}",
        proposal={"table": one.table.name, "answer": ""},
        evidence=(f"{blocker.ask.en} | {blocker.ask.zh}",),
        effect=Effect(rows=one.table.rows),
    )
    return Card(decision, pattern=f"{ASKED} {blocker.code}")
