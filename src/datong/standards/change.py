"""What a change of a standard is, and how bad it is for whom.

A producer submits data, a consumer reads them. One flag for both gets changes of lists
wrong: a longer list is harmless to who writes and breaks who reads.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Weight(StrEnum):
    """How bad a change is."""

    NONE = "none"
    NOTICE = "notice"
    ACTION = "action"
    BREAKING = "breaking"
    CRITICAL = "critical"


class ChangeKind(StrEnum):
    """The kinds of change."""

    ADDED = "added"
    CLARIFIED = "clarified"
    RENAMED = "renamed"
    LABEL_CORRECTED = "label corrected"
    ELEMENT_REMOVED = "element removed"
    DELETED = "code deleted"
    MERGED = "merged into"
    RECODED = "recoded"
    SPLIT = "split"
    REDEFINED = "redefined"
    DOMAIN_SWAPPED = "domain swapped"
    UNIT_CHANGED = "unit changed"
    RECLASSIFIED = "reclassified"
    EXTENDED = "domain extended"
    REDUCED = "domain reduced"
    WIDENED = "format widened"
    NARROWED = "format narrowed"
    LOOSENED = "optionality loosened"
    TIGHTENED = "optionality tightened"
    REPEATS_MORE = "repeats more"
    REPEATS_LESS = "repeats less"
    TYPE_CHANGED = "data type changed"
    RULE_ADDED = "rule added"
    RULE_REMOVED = "rule removed"


K, W = ChangeKind, Weight
# kind: (for the producer, for the consumer); from spec/standards.md, section 8
WEIGHTS: Mapping[ChangeKind, tuple[Weight, Weight]] = {
    K.ADDED: (W.NOTICE, W.NOTICE),
    K.CLARIFIED: (W.NOTICE, W.NOTICE),
    K.RENAMED: (W.NOTICE, W.NOTICE),
    K.LABEL_CORRECTED: (W.NOTICE, W.NOTICE),
    K.ELEMENT_REMOVED: (W.ACTION, W.BREAKING),
    K.DELETED: (W.BREAKING, W.ACTION),
    K.MERGED: (W.ACTION, W.ACTION),
    K.RECODED: (W.ACTION, W.ACTION),
    K.SPLIT: (W.ACTION, W.ACTION),
    K.REDEFINED: (W.CRITICAL, W.CRITICAL),
    K.DOMAIN_SWAPPED: (W.CRITICAL, W.CRITICAL),
    K.UNIT_CHANGED: (W.CRITICAL, W.CRITICAL),
    K.RECLASSIFIED: (W.NONE, W.BREAKING),
    K.EXTENDED: (W.NONE, W.BREAKING),
    K.REDUCED: (W.BREAKING, W.NONE),
    K.WIDENED: (W.NONE, W.BREAKING),
    K.NARROWED: (W.BREAKING, W.NONE),
    K.LOOSENED: (W.NONE, W.BREAKING),
    K.TIGHTENED: (W.BREAKING, W.NONE),
    K.REPEATS_MORE: (W.NONE, W.BREAKING),
    K.REPEATS_LESS: (W.BREAKING, W.NONE),
    K.TYPE_CHANGED: (W.BREAKING, W.BREAKING),
    K.RULE_ADDED: (W.BREAKING, W.NONE),
    K.RULE_REMOVED: (W.NONE, W.NOTICE),
}


@dataclass(frozen=True, slots=True)
class Change:
    """One change: what, of which thing, from what to what, how sure."""

    kind: ChangeKind
    subject: str  # set, element, field, code
    code: str = ""
    before: str = ""
    after: str = ""
    replacement: str = ""  # the code or field to use instead
    confidence: float = 1.0

    @property
    def producer(self) -> Weight:
        """Say how bad it is for who submits."""
        return WEIGHTS[self.kind][0]

    @property
    def consumer(self) -> Weight:
        """Say how bad it is for who reads."""
        return WEIGHTS[self.kind][1]

    def as_json(self) -> dict[str, object]:
        """Return it as plain content."""
        return {
            "kind": self.kind.value,
            "subject": self.subject,
            "code": self.code,
            "before": self.before,
            "after": self.after,
            "replacement": self.replacement,
            "confidence": round(self.confidence, 3),
            "producer": self.producer.value,
            "consumer": self.consumer.value,
        }


@dataclass(frozen=True, slots=True)
class Difference:
    """All changes from one thing to another."""

    before: str
    after: str
    changes: tuple[Change, ...]
    same: int = 0  # codes or fields that did not change
    counts: Mapping[str, int] = field(default_factory=dict)

    def kinds(self) -> dict[str, int]:
        """Count the changes of each kind."""
        return dict(sorted(Counter(c.kind.value for c in self.changes).items()))

    def as_json(self) -> dict[str, object]:
        """Return it as plain content."""
        return {
            "before": self.before,
            "after": self.after,
            "same": self.same,
            "kinds": self.kinds(),
            **dict(self.counts),
            "changes": [change.as_json() for change in self.changes],
        }
