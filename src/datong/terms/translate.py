"""FHIR's ConceptMap/$translate (R4) as a function, on the same normalizer."""

from typing import Any

from datong.core.language import spoken
from datong.terms.answer import Answer, Candidate
from datong.terms.evidence import evidence
from datong.terms.normalizer import Normalizer
from datong.terms.verdict import Verdict

_CERTAIN = {
    Verdict.ACCEPT: "equivalent",
    Verdict.ASK: "inexact",
    Verdict.ABSTAIN: "unmatched",
}


def translate(normalizer: Normalizer, text: str) -> dict[str, Any]:
    """Translate one text; return a Parameters resource.

    `result` is true only where the answer is accepted. A match that a person still has
    to look at is `inexact`, with its evidence in `message`.
    """
    answer = normalizer.normalize([text])[0]
    accepted = answer.verdict is Verdict.ACCEPT
    shown = answer.concepts or answer.candidates[:3]
    because = [
        say.in_(spoken())
        for one in shown[:1]
        for say in evidence(normalizer.model, text, one.name)
    ]
    parameters: list[dict[str, Any]] = [{"name": "result", "valueBoolean": accepted}]
    if because:
        parameters.append({"name": "message", "valueString": "; ".join(because)})
    parameters += [_match(answer, one) for one in shown]
    return {"resourceType": "Parameters", "parameter": parameters}


def _match(answer: Answer, one: Candidate) -> dict[str, Any]:
    """Lay out one match."""
    coding = {
        "system": answer.system,
        "version": answer.edition,
        "code": one.code,
        "display": one.name,
    }
    parts = [
        {"name": "equivalence", "valueCode": _CERTAIN[answer.verdict]},
        {"name": "concept", "valueCoding": {k: v for k, v in coding.items() if v}},
    ]
    return {"name": "match", "part": parts}
