"""What people decided in the one queue, as mappings for other programs.

In:  decisions of the room `terms` that are in force.
Out: a mapping for each concept of each, with who, when and why; one without a target
     where none was right.
"""

from collections.abc import Iterable, Iterator
from itertools import zip_longest

from datong.core.decision import Decision, State
from datong.terms.cards import BETWEEN, meant
from datong.terms.mapped import Mapped, Relation


def mappings(decisions: Iterable[Decision]) -> Iterator[Mapped]:
    """Say decisions as mappings."""
    for one in decisions:
        codes = [] if one.state is State.REFUSED else meant(one.proposal)
        names = str(one.proposal.get("names") or "").split(BETWEEN)[: len(codes)]
        targets = zip_longest(codes, names, fillvalue="") if codes else (("", ""),)
        for code, name in targets:
            yield _mapped(one, code, name)


def _mapped(one: Decision, code: str, name: str) -> Mapped:
    """Say one concept of a decision."""
    told = one.proposal
    return Mapped(
        text=str(told["text"]),
        code=code,
        name=name,
        system=str(told.get("system") or ""),
        edition=one.edition,
        source_system=str(told.get("of") or ""),
        relation=Relation.EQUAL if code else Relation.NONE,
        rows=one.effect.rows,
        who=one.who,
        at=one.at.isoformat() if one.at else "",
        comment=one.why,
    )
