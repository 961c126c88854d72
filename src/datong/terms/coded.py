"""A text that is a code: C34.9, M81400/3.

A morphology (ICD-O: four digits and behaviour, with or without M and the zero of the
national tables) means the same everywhere. Any other code is asked about: editions
share most code strings and do not mean the same by them.
"""

import re
from dataclasses import replace

from datong.core.text.width import fold_width
from datong.terms.answer import Answer, Candidate
from datong.terms.codes import CodeTable
from datong.terms.verdict import Verdict

_MORPHOLOGY = re.compile(r"m?-?(\d{4})0?/(\d)")
SHORT = 3  # a code of fewer characters may be any number


def key(code: str) -> str:
    """Fold how a code was typed.

    >>> key("M81400/3"), key("8140／3"), key("c34.900 ")
    ('8140/3', '8140/3', 'c34.900')
    """
    text = fold_width(code).strip(" ()[]")
    found = _MORPHOLOGY.fullmatch(text)
    return f"{found[1]}/{found[2]}" if found else text


def keys(table: CodeTable) -> dict[str, Candidate]:
    """Return what each code of a table means, by its key."""
    return {
        key(code): Candidate(code, concept.name, 1.0)
        for concept in reversed(table.concepts)
        for code in reversed(concept.codes)
        if len(code) >= SHORT
    }


def by_code(answer: Answer, known: dict[str, Candidate]) -> Answer:
    """Answer with the concept of the code that the text is, if it is one."""
    written = key(answer.text)
    found = known.get(written)
    if found is None:
        return answer
    is_sure = _MORPHOLOGY.fullmatch(written) is not None
    others = tuple(c for c in answer.candidates if c.name != found.name)
    return replace(
        answer,
        verdict=Verdict.ACCEPT if is_sure else Verdict.ASK,
        confidence=1.0 if is_sure else 0.5,
        concepts=(found,),
        candidates=(found, *others),
    )
