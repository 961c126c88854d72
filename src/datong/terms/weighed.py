"""The unit as a witness: a glucose in % is no glucose.

In:  an answer by words alone; the units that the values of its text came in.
Out: the answer without the concepts that are never measured so.
"""

from collections.abc import Sequence
from dataclasses import replace

from datong.core.say import Say
from datong.terms.answer import ABSTAIN, Answer, Candidate
from datong.terms.codes import CodeTable
from datong.terms.fold import fold
from datong.terms.verdict import Verdict

ODD = Say("{name} is not measured in {unit}", "{name} 不以 {unit} 计量")


def asked_as(text: str, unit: str) -> str:
    """Name a text together with its unit.

    >>> asked_as("白细胞", "/HP")
    '白细胞 [/HP]'
    """
    return f"{text} [{unit}]"


def weighed(answer: Answer, unit: str, table: CodeTable) -> Answer:
    """Strike the concepts that the units (`|` between several) speak against.

    Where one of them was the answer, the next that fits is asked about; it is accepted
    only if it, and no other that fits, bears the very name.
    """
    likely = [one for one in answer.candidates if one.chance >= ABSTAIN]
    odd = odd_of(likely, unit, table)
    told = replace(
        answer,
        candidates=_fit(answer.candidates, unit, table),
        concepts=_fit(answer.concepts, unit, table),
        unit=unit,
        odd=odd,
    )
    is_sure = answer.verdict is Verdict.ACCEPT
    if not odd or (is_sure and len(told.concepts) == len(answer.concepts)):
        return told
    return _again(told, table)


def odd_of(
    found: Sequence[Candidate], unit: str, table: CodeTable
) -> tuple[Candidate, ...]:
    """Return the concepts that are never measured in a unit."""
    return tuple(one for one in found if _in(one, unit.split("|"), table) is None)


def _fit(
    found: Sequence[Candidate], unit: str, table: CodeTable
) -> tuple[Candidate, ...]:
    """Return the concepts that may be measured so, each with its code for that."""
    seen = (_in(one, unit.split("|"), table) for one in found)
    return tuple(one for one in seen if one)


def _in(one: Candidate, units: list[str], table: CodeTable) -> Candidate | None:
    """Return a candidate with its code for these units; None if all codes are odd."""
    concept = table.concepts[table.places(one.name)[0]]
    code = concept.code_in(units)
    return None if code is None else replace(one, code=code)


def _again(answer: Answer, table: CodeTable) -> Answer:
    """Answer from the candidates that are left."""
    word = fold(answer.text).text
    named = [one for one in answer.candidates if word in _names(one, table)]
    if len(named) == 1 and named[0].code:
        first, verdict = named[0], Verdict.ACCEPT
    elif answer.candidates and answer.candidates[0].chance >= ABSTAIN:
        first, verdict = answer.candidates[0], Verdict.ASK
    else:
        return replace(answer, concepts=(), verdict=Verdict.ABSTAIN, confidence=0.0)
    return replace(answer, concepts=(first,), verdict=verdict, confidence=first.chance)


def _names(one: Candidate, table: CodeTable) -> set[str]:
    """Return the folded names of a concept."""
    concept = table.concepts[table.places(one.name)[0]]
    return {fold(name).text for name in (concept.name, *concept.synonyms)}
