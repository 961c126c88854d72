"""What waits for a person, as cards of the one review page.

In:  decided texts with what hangs on them.
Out: one card for every text that is not sure, texts that fold to one together.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import takewhile
from typing import Any

from datong.core.decision import Decision, Effect
from datong.core.say import Say
from datong.store.decisions import Card
from datong.terms.fold import bare, fold

ROOM = "terms"
BETWEEN = "|"  # of several codes
LONG = 8  # characters from which a difference is nobody's pattern
ALSO = Say("also written: {texts}", "另有写法：{texts}")
SHOWN = 5


@dataclass(frozen=True, slots=True)
class Asked:
    """Where the words come from, where their concepts stand, who must agree."""

    name: str  # KIND.FIELD
    system: str
    edition: str = ""
    persons: int = 1


@dataclass(slots=True)
class _Group:
    """Texts that fold to one; the first is the most frequent."""

    first: Mapping[str, Any]
    texts: list[str] = field(default_factory=list)
    units: dict[str, None] = field(default_factory=dict)  # a set that keeps its order
    rows: int = 0
    persons: int = 0
    money: float = 0.0


def cards(asked: Asked, rows: Iterable[Mapping[str, Any]]) -> Iterator[Card]:
    """Write the cards of rows: text, codes, names, score, reason, candidates, effect.

    `unit`, where a row has it, are the units (|) that the values of its text came in.

    `rows` come by rows touched, the most first.
    """
    groups: dict[str, _Group] = {}
    for row in rows:
        group = groups.setdefault(fold(row["text"]).text, _Group(row))
        if row["text"] not in group.texts:
            group.texts.append(row["text"])
        group.units |= dict.fromkeys((row.get("unit") or "").split(BETWEEN))
        group.rows += row["rows"]
        group.persons += row["persons"]
        group.money += row["money"] or 0.0
    for folded, group in groups.items():
        yield _card(asked, folded, group)


def subject(name: str, text: str) -> str:
    """Name a text of a field in the queue."""
    return f"{name}: {text}"


def meant(proposal: Mapping[str, object]) -> list[str]:
    """Return the codes of a proposal; none says that no concept applies."""
    return [code for code in str(proposal.get("codes") or "").split(BETWEEN) if code]


def several(
    proposal: Mapping[str, object], chosen: Sequence[Mapping[str, object]]
) -> dict[str, object]:
    """Return the proposal with the concepts of several candidates."""
    parts = {
        part: BETWEEN.join(
            dict.fromkeys(str(one[part]) for one in chosen if one.get(part))
        )
        for part in ("codes", "names")
    }
    return {**proposal, **parts, "chance": max(_chance(one) for one in chosen)}


def difference(text: str, name: str) -> str:
    """Return in what two folded words differ (`囊肿→病损`), if that is short."""
    head = _shared(text, name)
    rest, other = text[head:], name[head:]
    tail = _shared(rest[::-1], other[::-1])
    rest, other = rest[: len(rest) - tail], other[: len(other) - tail]
    if max(len(rest), len(other)) > LONG or not head + tail:
        return ""
    return f"{rest or '∅'}→{other or '∅'}" if rest or other else "="


@lru_cache(maxsize=100_000)
def _folded(name: str) -> str:
    """Fold a name; the same ones come again and again."""
    return fold(name).text


def _shared(left: str, right: str) -> int:
    """Count the characters with which two words begin alike."""
    same = (a == b for a, b in zip(left, right, strict=False))
    return sum(1 for _ in takewhile(bool, same))


def _chance(one: Mapping[str, object]) -> float:
    """Read a candidate's chance."""
    found = one.get("chance")
    return float(found) if isinstance(found, int | float) else 0.0


def _card(asked: Asked, folded: str, group: _Group) -> Card:
    """Write one card."""
    row, said = group.first, {"of": asked.name, "text": group.first["text"]}
    said |= {"system": asked.system, "edition": asked.edition}
    if unit := BETWEEN.join(sorted(filter(None, group.units))):
        said["unit"] = unit
    coded = [one for one in row["candidates"] if one["code"]]
    others = [
        {
            **said,
            "codes": c["code"],
            "names": c["name"],
            "chance": round(c["chance"], 4),
        }
        for c in coded
    ]
    codes, names = row["codes"] or "", row["names"] or ""
    if not codes and coded and row["decision"] == "ask":
        codes, names = coded[0]["code"], coded[0]["name"]
    proposal: dict[str, object] = {**said, "codes": codes, "names": names}
    evidence = [f"{row['reason']} | {row['reason_zh']}"]
    if len(group.texts) > 1:
        also = ALSO.with_(texts="; ".join(group.texts[1 : SHOWN + 1]))
        evidence.append(f"{also.en} | {also.zh}")
    decision = Decision(
        room=ROOM,
        subject=subject(asked.name, row["text"]),
        proposal={**proposal, "chance": round(row["score"] if codes else 0.0, 4)},
        evidence=tuple(evidence),
        effect=Effect(group.rows, group.persons, group.money),
        edition=asked.edition,
    )
    first = names.split(BETWEEN)[0]
    pattern = difference(bare(folded), _folded(first)) if first else ""
    score = row["score"] if codes else 0.0
    return Card(decision, others, score, pattern, asked.persons)
