"""What the card of a term shows beside what is stored: evidence, hierarchy, curve.

In:  a card of the room `terms`, the project's settings.
Out: each candidate with what speaks for it and what stands around it; how precise
     automatic acceptance is at each share, as the model in use was measured.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from datong.core.reason import Trouble
from datong.core.say import Say
from datong.run.project import Project
from datong.run.settings import Vocabulary
from datong.terms.answer import Candidate
from datong.terms.cards import BETWEEN, meant, several
from datong.terms.hierarchy import Around, Hierarchy
from datong.terms.kept import card_of, table_at, table_place
from datong.terms.reasons import UNKNOWN_CODE
from datong.terms.spoken import speaks
from datong.terms.weighed import asked_as, odd_of

ROOM = "terms"
AGAIN = Say(
    "{name} is not measured in {unit}: values in {unit} will be asked about again, as"
    " “{asked}”. Decide that card too if it is meant all the same.",
    "{name} 不以 {unit} 计量：以 {unit} 计的结果将以“{asked}”再次询问；"
    "若确实如此，请在该卡片上再作决定。",
)


@dataclass(frozen=True, slots=True)
class Choice:
    """A candidate of a card."""

    code: str
    name: str
    chance: float
    is_proposed: bool
    because: tuple[Say, ...]
    around: Around


def vocabulary(project: Project, proposal: Mapping[str, Any]) -> Vocabulary | None:
    """Find the `[[terms]]` that a card belongs to; None if it is gone."""
    try:
        wanted = project.settings.terms
    except Trouble:
        return None
    return next((one for one in wanted if one.name == proposal.get("of")), None)


def hierarchy(one: Vocabulary | None) -> Hierarchy | None:
    """Open the code table of a vocabulary, again only if it has changed."""
    if one is None:
        return None
    place = table_place(one.table)
    return _opened(place, place.stat().st_mtime_ns) if place else None


@lru_cache(maxsize=8)
def _opened(place: Path, _changed: int) -> Hierarchy:
    """Open a code table."""
    return Hierarchy(table_at(place))


def choices(project: Project, row: Any) -> list[Choice]:
    """Return the candidates of a card, what is proposed among them, the best first."""
    tree = hierarchy(vocabulary(project, row.proposal))
    proposed = meant(row.proposal)
    return [
        _choice(tree, str(row.proposal["text"]), one, proposed)
        for one in row.candidates
        if one.get("codes")
    ]


def _choice(
    tree: Hierarchy | None, text: str, one: Mapping[str, Any], proposed: Sequence[str]
) -> Choice:
    """Describe one candidate."""
    code, name = str(one["codes"]), str(one["names"])
    synonyms = tree.synonyms(code) if tree else []
    return Choice(
        code,
        name,
        float(one["chance"]),
        code in proposed,
        speaks(text, name, synonyms),
        tree.around(code) if tree else Around(),
    )


def picked(
    project: Project, row: Any, numbers: Sequence[int], written: str
) -> dict[str, object]:
    """Return the proposal with the concepts that somebody ticked and wrote.

    `written` are codes or names of the table, separated by |. Raises Trouble
    TERMS-CODE for one that the table lacks.
    """
    chosen = [row.candidates[n] for n in numbers if 0 <= n < len(row.candidates)]
    tree = hierarchy(vocabulary(project, row.proposal))
    for word in filter(None, (word.strip() for word in written.split(BETWEEN))):
        found = tree.find(word) if tree else None
        if found is None:
            raise Trouble(UNKNOWN_CODE, str(row.subject), code=word)
        chosen.append({"codes": found.code, "names": found.name, "chance": 1.0})
    if not chosen:
        return {**row.proposal, "codes": "", "names": ""}
    return several(row.proposal, chosen)


def asked_again(project: Project, proposal: Mapping[str, Any]) -> Say | None:
    """Say why what was decided will be asked again; None if it will not.

    It is, for the values that came in a unit in which the concept is never measured.
    """
    units = str(proposal.get("unit") or "").split(BETWEEN)
    tree = hierarchy(vocabulary(project, proposal))
    if tree is None:
        return None
    found = [one for one in map(tree.find, meant(proposal)) if one]
    taken = [Candidate(one.code, one.name, 1.0) for one in found]
    for unit in filter(None, units):
        for odd in odd_of(taken, unit, tree.table):
            asked = asked_as(str(proposal["text"]), unit)
            return AGAIN.with_(name=odd.name, unit=unit, asked=asked)
    return None


@dataclass(frozen=True, slots=True)
class Curve:
    """How precise automatic acceptance is, as measured on terms not trained on."""

    field: str
    points: tuple[tuple[float, float, float], ...]  # confidence, share, precision
    texts: int = 0


def curves(project: Project) -> list[Curve]:
    """Read the curves of the models in use; empty points where nothing was measured."""
    try:
        wanted = project.settings.terms
    except Trouble:
        return []
    return [_curve(one) for one in wanted]


def _curve(one: Vocabulary) -> Curve:
    """Read one curve."""
    held = card_of(one.table).get("held_out", {})
    points = tuple((p[0], p[1], p[2]) for p in held.get("curve", ()))
    return Curve(one.name, points, int(held.get("texts", 0)))
