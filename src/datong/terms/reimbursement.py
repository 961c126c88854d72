"""From a procedure to its insurance code: found, or plainly none, with the nearest.

Clinical and insurance editions share most code strings and do not mean the same by
them, so only an approved crosswalk or a name decides; a code string never does.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from datong.terms.codes import CodeTable
from datong.terms.normalizer import Answer, Candidate, Normalizer
from datong.terms.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Billing:
    """The insurance side of one clinical concept."""

    code: str  # clinical
    name: str
    insurance: Candidate | None  # None: no insurance name exists, or none is sure
    by: str  # crosswalk, name, or none
    nearest: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class Gap:
    """A clinical concept without an insurance name, and what hangs on it."""

    billing: Billing
    rows: int
    money: float  # yuan


@dataclass(slots=True)
class Insurer:
    """Clinical table, insurance normalizer, and the crosswalk between the two.

    `crosswalk` gives insurance codes by clinical codes; an empty text says that a
    person or an authority found that none exists.
    """

    clinical: CodeTable
    insurance: Normalizer
    crosswalk: Mapping[str, str]

    def bill(self, codes: Sequence[str]) -> list[Billing]:
        """Find the insurance side of clinical codes, in their order.

        Raises KeyError for a code that the clinical table lacks.
        """
        names = [self._name(code) for code in codes]
        answers = self.insurance.normalize(names)
        both = zip(codes, names, answers, strict=True)
        return [self._billing(code, name, answer) for code, name, answer in both]

    def gaps(self, used: Mapping[str, tuple[int, float]]) -> list[Gap]:
        """List used codes (rows, yuan) without an insurance name, the dear first."""
        gaps = [
            Gap(billing, *used[billing.code])
            for billing in self.bill(list(used))
            if billing.insurance is None
        ]
        return sorted(gaps, key=lambda gap: (-gap.money, -gap.rows, gap.billing.code))

    def _name(self, code: str) -> str:
        """Name a clinical code."""
        place = self.clinical.place(code)
        if place is None:
            raise KeyError(code)
        return self.clinical.concepts[place].name

    def _billing(self, code: str, name: str, answer: Answer) -> Billing:
        """Decide: the crosswalk first, then a sure name."""
        nearest = answer.candidates
        if code in self.crosswalk:
            table = self.insurance.model.shelf.table
            place = table.place(self.crosswalk[code]) if self.crosswalk[code] else None
            found = None
            if place is not None:
                found = Candidate(self.crosswalk[code], table.concepts[place].name, 1.0)
            return Billing(code, name, found, "crosswalk", nearest)
        if answer.verdict is Verdict.ACCEPT:
            return Billing(code, name, answer.concepts[0], "name", nearest)
        return Billing(code, name, None, "none", nearest)
