"""What the normalizer says of one text."""

from dataclasses import dataclass

from datong.terms.verdict import Verdict

ABSTAIN = 0.05  # first chances below this are no proposal


@dataclass(frozen=True, slots=True)
class Candidate:
    """A concept that a text may mean."""

    code: str
    name: str
    chance: float


@dataclass(frozen=True, slots=True)
class Answer:
    """What a text means, how sure that is, and what spoke for it.

    `odd` are concepts that were struck because the text's values came in a `unit` in
    which these are never measured; `asked` is how a person is asked, if not by `text`.
    """

    text: str
    verdict: Verdict
    confidence: float
    concepts: tuple[Candidate, ...]
    candidates: tuple[Candidate, ...]
    system: str
    edition: str
    approved: bool = False
    unit: str = ""
    odd: tuple[Candidate, ...] = ()
    asked: str = ""
