"""From a procedure to its insurance code: found, or plainly none, with the nearest.

Clinical and insurance editions share most code strings and do not mean the same by
them, so only an approved crosswalk or a name decides; a code string never does.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from datong.core.say import Say
from datong.terms.answer import Answer, Candidate
from datong.terms.codes import CodeTable
from datong.terms.mapped import number
from datong.terms.normalizer import Normalizer
from datong.terms.verdict import Verdict

NO_NAME = Say(
    "{code} {name}: no insurance name exists; the nearest is {nearest}.",
    "{code} {name}：没有对应的医保名称；最接近的是{nearest}。",
)
FOUND = Say(
    "{code} {name}: {other} {called} (by {by}).",
    "{code} {name}：{other} {called}（依据：{by}）。",
)


@dataclass(frozen=True, slots=True)
class Billing:
    """The insurance side of one clinical concept."""

    code: str  # clinical
    name: str
    insurance: Candidate | None  # None: no insurance name exists, or none is sure
    by: str  # crosswalk, name, or none
    nearest: tuple[Candidate, ...]
    items: tuple[Candidate, ...] = ()  # billing items that its name may mean

    @property
    def say(self) -> Say:
        """Say it plainly."""
        told = {"code": self.code, "name": self.name}
        if self.insurance is None:
            nearest = self.nearest[0].name if self.nearest else "–"
            return NO_NAME.with_(**told, nearest=nearest)
        found = self.insurance
        return FOUND.with_(**told, other=found.code, called=found.name, by=self.by)


@dataclass(frozen=True, slots=True)
class Gap:
    """A clinical concept without an insurance name, and what hangs on it."""

    billing: Billing
    rows: int
    money: float  # yuan

    def plain(self) -> dict[str, object]:
        """Lay it out as plain values."""
        one = self.billing
        return {
            "code": one.code,
            "name": one.name,
            "rows": self.rows,
            "money": self.money,
            "by": one.by,
            "nearest": [_plain(c) for c in one.nearest],
            "items": [_plain(c) for c in one.items],
        }


def _plain(one: Candidate) -> dict[str, object]:
    """Lay a candidate out as plain values."""
    return {"code": one.code, "name": one.name, "chance": round(one.chance, 4)}


def used(rows: Iterable[Mapping[str, str]]) -> dict[str, tuple[int, float]]:
    """Add up what a hospital used: rows with code and, if known, rows and money."""
    sums: dict[str, tuple[int, float]] = {}
    for row in rows:
        many, money = sums.get(row.get("code", ""), (0, 0.0))
        rows_now = int(number(row.get("rows", ""), 1.0))
        sums[row.get("code", "")] = (
            many + rows_now,
            money + number(row.get("money", "")),
        )
    sums.pop("", None)
    return sums


@dataclass(slots=True)
class Insurer:
    """Clinical table, insurance normalizer, and the crosswalk between the two.

    `items`, where it is given, is the normalizer of the billing items.

    `crosswalk` gives insurance codes by clinical codes; an empty text says that a
    person or an authority found that none exists.
    """

    clinical: CodeTable
    insurance: Normalizer
    crosswalk: Mapping[str, str]
    items: Normalizer | None = None

    def bill(self, codes: Sequence[str]) -> list[Billing]:
        """Find the insurance side of clinical codes, in their order.

        Raises KeyError for a code that the clinical table lacks.
        """
        names = [self._name(code) for code in codes]
        answers = self.insurance.normalize(names)
        both = zip(codes, names, answers, strict=True)
        found = [self._billing(code, name, answer) for code, name, answer in both]
        if self.items is None:
            return found
        billed = self.items.normalize(names)
        pairs = zip(found, billed, strict=True)
        return [replace(one, items=answer.candidates) for one, answer in pairs]

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
