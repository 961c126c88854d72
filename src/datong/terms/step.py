"""The step in the run: distinct codes and texts in, decisions out.

In:  a table with the columns system, code, text, rows, persons: distinct values.
Out: the same rows with concept_code, concept_system, score, decision, edition, reason.
"""

from collections.abc import Mapping, Sequence

import pyarrow as pa

from datong.terms.normalizer import Answer, Normalizer, Verdict

ANYTHING = ""  # the normalizer of systems that have none of their own
_UNKNOWN = "no code table for this system"


def decide(
    texts: pa.Table, normalizers: Mapping[str, Normalizer] | None = None
) -> pa.Table:
    """Decide what every distinct text means; no row is dropped, in the same order.

    `normalizers` are named by the source system they serve, "" for any other; without
    them, every row is left unmapped and says so. A text that means several concepts has
    their codes separated by |. `decision` is accept, ask or abstain; `score` is the
    calibrated chance that the first concept is right; `reason` says what decided.
    """
    served = normalizers or {}
    systems: list[str] = [value or "" for value in texts["system"].to_pylist()]
    written: list[str] = [value or "" for value in texts["text"].to_pylist()]
    answers: list[Answer | None] = [None] * len(written)
    for system in dict.fromkeys(systems):
        normalizer = served.get(system, served.get(ANYTHING))
        if normalizer is None:
            continue
        places = [at for at, one in enumerate(systems) if one == system]
        found = normalizer.normalize([written[at] for at in places])
        for at, answer in zip(places, found, strict=True):
            answers[at] = answer
    return _with(texts, answers)


def _with(texts: pa.Table, answers: Sequence[Answer | None]) -> pa.Table:
    """Lay the decisions beside the texts."""
    columns: dict[str, list[object]] = {
        "concept_code": [_codes(a) for a in answers],
        "concept_system": [a.system if a else None for a in answers],
        "score": [a.confidence if a else 0.0 for a in answers],
        "decision": [(a.verdict if a else Verdict.ABSTAIN).value for a in answers],
        "edition": [a.edition if a else None for a in answers],
        "reason": [_reason(a) for a in answers],
    }
    for name, values in columns.items():
        kind = pa.float64() if name == "score" else pa.string()
        texts = texts.append_column(name, pa.array(values, kind))
    return texts


def _codes(answer: Answer | None) -> str | None:
    """Join the codes of an answer; a proposal to be asked about counts as one."""
    codes = [c.code for c in answer.concepts if c.code] if answer else []
    return "|".join(codes) or None


def _reason(answer: Answer | None) -> str:
    """Say what decided."""
    if answer is None:
        return _UNKNOWN
    if answer.approved:
        return "approved by a person"
    if not answer.candidates:
        return "nothing in the code table is like it"
    best = answer.candidates[0]
    return f"{best.name} ({best.chance:.0%})"
