"""The step in the run: distinct texts in, decisions out.

In:  distinct texts, with the units of their values; a normalizer; what people decided.
Out: a table with one row a text, in the same order: text, unit, how a person is asked,
     codes and names (several are separated by |), score, decision, reason (English and
     Chinese), candidates.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import pyarrow as pa

from datong.core.say import Say
from datong.terms.verdict import Verdict

if TYPE_CHECKING:
    from datong.terms.answer import Answer
    from datong.terms.normalizer import Normalizer

CANDIDATE = pa.struct(
    [("code", pa.string()), ("name", pa.string()), ("chance", pa.float64())]
)
DECIDED = pa.schema(
    [
        ("text", pa.string()),
        ("unit", pa.string()),
        ("asked", pa.string()),
        ("codes", pa.string()),
        ("names", pa.string()),
        ("score", pa.float64()),
        ("decision", pa.string()),
        ("reason", pa.string()),
        ("reason_zh", pa.string()),
        ("candidates", pa.list_(CANDIDATE)),
    ]
)
APPROVED = Say("approved by a person", "人工审核通过")
NOTHING = Say("nothing in the code table is like it", "编码表中没有相近的名称")
BEST = Say("nearest: {name} ({chance:.0%})", "最接近：{name}（{chance:.0%}）")
STRUCK = Say(
    "{name} is not measured in {unit}; nearest that may be: {nearest}",
    "{name} 不以 {unit} 计量；可以如此计量的最接近者：{nearest}",
)
GONE = Say(
    "approved before as {codes}, which this edition lacks",
    "曾审核为 {codes}，本版编码表中已无此编码",
)
NO_EXTRA = Say(
    'terms are not installed: pip install "datong[terms]"',
    '未安装术语组件：pip install "datong[terms]"',
)


def teach(
    normalizer: "Normalizer", decided: Mapping[str, Sequence[str]]
) -> dict[str, str]:
    """Approve what people decided; return texts whose codes the table lacks now."""
    table, held, gone = normalizer.model.shelf.table, {}, {}
    for text, codes in decided.items():
        if all(table.place(code) is not None for code in codes):
            held[text] = codes
        else:
            gone[text] = "|".join(codes)
    if held:
        normalizer.approve(held)
    return gone


def decide(
    texts: Sequence[str],
    normalizer: "Normalizer",
    gone: Mapping[str, str] | None = None,
    units: Sequence[str | None] = (),
) -> pa.Table:
    """Decide what every distinct text means; none is dropped.

    `decision` is accept, ask or abstain; `score` is the calibrated chance that the
    first concept is right; `gone` are texts whose approved codes the table lacks;
    `units` has for each text the units of its values, if they have any.
    """
    told = gone or {}
    came = [unit or "" for unit in units] or [""] * len(texts)
    answers = normalizer.normalize(texts, came)
    reasons = [_reason(answer, told.get(answer.text, "")) for answer in answers]
    columns: list[list[object]] = [
        list(texts),
        [unit or None for unit in came],
        [answer.asked or answer.text for answer in answers],
        [_joined(answer, "code") for answer in answers],
        [_joined(answer, "name") for answer in answers],
        [answer.confidence for answer in answers],
        [_verdict(answer, told).value for answer in answers],
        [reason.en for reason in reasons],
        [reason.zh for reason in reasons],
        [
            [{"code": c.code, "name": c.name, "chance": c.chance} for c in a.candidates]
            for a in answers
        ],
    ]
    arrays = [
        pa.array(c, field.type) for c, field in zip(columns, DECIDED, strict=True)
    ]
    return pa.table(arrays, schema=DECIDED)


def undecided(
    texts: Sequence[str], units: Sequence[str | None], reason: Say = NO_EXTRA
) -> pa.Table:
    """Leave every text unmapped, and say why."""
    row = {"score": 0.0, "decision": Verdict.ABSTAIN.value}
    row |= {"reason": reason.en, "reason_zh": reason.zh, "candidates": []}
    told = [
        {"text": text, "unit": unit, "asked": text, **row}
        for text, unit in zip(texts, units, strict=True)
    ]
    return pa.Table.from_pylist(told, DECIDED)


def _joined(answer: "Answer", part: str) -> str | None:
    """Join the codes or names of an answer's coded concepts."""
    return "|".join(getattr(c, part) for c in answer.concepts if c.code) or None


def _verdict(answer: "Answer", gone: Mapping[str, str]) -> Verdict:
    """Ask again where a person's answer is not in the table any more."""
    return Verdict.ASK if answer.text in gone else answer.verdict


def _reason(answer: "Answer", gone: str) -> Say:
    """Say what decided."""
    if gone:
        return GONE.with_(codes=gone)
    if answer.approved:
        return APPROVED
    if answer.odd and answer.verdict is not Verdict.ACCEPT:
        return STRUCK.with_(
            name=answer.odd[0].name,
            unit=answer.unit,
            nearest=", ".join(one.name for one in answer.candidates[:1]) or "–",
        )
    if not answer.candidates:
        return NOTHING
    best = answer.candidates[0]
    return BEST.with_(name=best.name, chance=best.chance)
