"""What a person should look at next: many rows, and not sure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from datong.terms.answer import Answer
from datong.terms.mapped import number
from datong.terms.normalizer import Normalizer
from datong.terms.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Waiting:
    """A text, how much hangs on it, and its answer once there is one."""

    text: str
    rows: int = 1
    persons: int = 0

    @classmethod
    def of(cls, row: Mapping[str, str]) -> "Waiting":
        """Read a row with `text` and perhaps `rows` and `persons`."""
        rows, persons = (int(number(row.get(name, ""))) for name in ("rows", "persons"))
        return cls(row.get("text", ""), max(rows, 1), persons)


@dataclass(frozen=True, slots=True)
class Item:
    """A line of the queue."""

    text: str
    rows: int
    persons: int
    answer: Answer

    @property
    def weight(self) -> float:
        """Return rows touched times uncertainty."""
        return self.rows * (1 - self.answer.confidence)

    def plain(self) -> dict[str, object]:
        """Lay it out as plain values."""
        return {
            "text": self.text,
            "rows": self.rows,
            "persons": self.persons,
            "confidence": round(self.answer.confidence, 4),
            "decision": self.answer.verdict.value,
            "candidates": [
                {"code": c.code, "name": c.name, "chance": round(c.chance, 4)}
                for c in self.answer.candidates
            ],
        }


def waiting(normalizer: Normalizer, asked: Sequence[Waiting]) -> list[Item]:
    """Order what is not accepted yet: rows x uncertainty, the greatest first."""
    answers = normalizer.normalize([one.text for one in asked])
    items = [
        Item(one.text, one.rows, one.persons, answer)
        for one, answer in zip(asked, answers, strict=True)
        if answer.verdict is not Verdict.ACCEPT and not answer.approved
    ]
    return sorted(items, key=lambda item: (-item.weight, item.text))
