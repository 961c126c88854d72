"""From a procedure to its insurance code: found, plainly none, or not sure.

Clinical and insurance editions share most code strings and do not mean the same by
them, so only an approved crosswalk, a person or a name decides; a code string never
does. That none exists is said only where a crosswalk or a person found so; where the
normalizer is merely unsure, a person is asked.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from datong.core.say import Say
from datong.terms.answer import Answer, Candidate
from datong.terms.codes import CodeTable
from datong.terms.mapped import number
from datong.terms.normalizer import Normalizer
from datong.terms.verdict import Verdict

NO_NAME = Say(
    "{code} {name}: no insurance name exists (by {by_en}); the nearest: {nearest}.",
    "{code} {name}：没有对应的医保名称（依据：{by_zh}）；最接近的是：{nearest}。",
)
UNSURE = Say(
    "{code} {name}: not sure whether an insurance name exists, a person must decide;"
    " the nearest: {nearest}.",
    "{code} {name}：不能确定是否有对应的医保名称，需人工判断；最接近的是：{nearest}。",
)
LOST = Say(
    "{code} {name}: the crosswalk says {target}, which the insurance table lacks;"
    " the nearest: {nearest}.",
    "{code} {name}：对照表给出 {target}，但医保编码表中没有；最接近的是：{nearest}。",
)
SUMMED = Say(
    "{gaps:,} of {all:,} used codes have no known insurance name: of {none:,} none"
    " exists, of {unsure:,} a person must decide, of {lost:,} the table lacks what the"
    " crosswalk says; {rows:,} rows, {money:,.2f} yuan; {strange:,} codes are not in"
    " the clinical table.",
    "{all:,} 个使用过的编码中，{gaps:,} 个没有已知的医保名称：{none:,} 个确无对应，"
    "{unsure:,} 个需人工判断，{lost:,} 个的对照目标不在医保编码表中；{rows:,} 行，"
    "{money:,.2f} 元；另有 {strange:,} 个编码不在临床编码表中。",
)
NEAREST = 3
BY = {
    "crosswalk": Say("crosswalk", "对照表"),
    "person": Say("a person", "人工"),
    "name": Say("name", "名称"),
}
FOUND = Say(
    "{code} {name}: {other} {called} (by {by_en}).",
    "{code} {name}：{other} {called}（依据：{by_zh}）。",
)


class State(StrEnum):
    """What is known of the insurance side of a concept."""

    FOUND = "found"
    NONE = "none"  # a crosswalk or a person says that none exists
    LOST = "lost"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class Billing:
    """The insurance side of one clinical concept."""

    code: str  # clinical
    name: str
    insurance: Candidate | None  # None: no insurance name exists, or none is sure
    by: str  # crosswalk, person, name, or none
    nearest: tuple[Candidate, ...]
    items: tuple[Candidate, ...] = ()  # billing items that its name may mean
    lost: str = ""  # a code of the crosswalk that the insurance table lacks

    @property
    def state(self) -> State:
        """Say what is known: found, none exists, lost in the table, or not sure."""
        if self.insurance is not None:
            return State.FOUND
        if self.lost:
            return State.LOST
        return State.UNSURE if self.by == "none" else State.NONE

    @property
    def say(self) -> Say:
        """Say it plainly."""
        by = BY.get(self.by, BY["name"])
        told: dict[str, object] = {"code": self.code, "name": self.name}
        told |= {"by_en": by.en, "by_zh": by.zh}
        if self.insurance is not None:
            told |= {"other": self.insurance.code, "called": self.insurance.name}
            return FOUND.with_(**told)
        told["nearest"] = ", ".join(c.name for c in self.nearest[:NEAREST]) or "–"
        if self.state is State.LOST:
            return LOST.with_(**told, target=self.lost)
        if self.state is State.NONE:
            return NO_NAME.with_(**told)
        return UNSURE.with_(**told)


@dataclass(frozen=True, slots=True)
class Gap:
    """A clinical concept without a known insurance name, and what hangs on it."""

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
            "state": one.state.value,
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
        """List used codes (rows, yuan) without a known insurance name, by money."""
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
        """Decide: the crosswalk first, then a person, then a sure name."""
        told = Billing(code, name, None, "none", answer.candidates)
        if code in self.crosswalk:
            return self._crossed(replace(told, by="crosswalk"))
        by = "person" if answer.approved else "name"
        if answer.verdict is Verdict.ACCEPT:
            return replace(told, insurance=answer.concepts[0], by=by)
        return replace(told, by=by) if answer.approved else told

    def _crossed(self, told: Billing) -> Billing:
        """Follow the crosswalk; an empty target says that none exists."""
        target = self.crosswalk[told.code]
        table = self.insurance.model.shelf.table
        place = table.place(target) if target else None
        if place is None:
            return replace(told, lost=target)
        found = Candidate(target, table.concepts[place].name, 1.0)
        return replace(told, insurance=found)


def summed(
    gaps: Sequence[Gap], used: Mapping[str, tuple[int, float]], strange: Sequence[str]
) -> Say:
    """Sum up the gaps; `strange` codes are not in the clinical table."""
    known = Counter(gap.billing.state for gap in gaps)
    return SUMMED.with_(
        gaps=len(gaps),
        all=len(used),
        none=known[State.NONE],
        unsure=known[State.UNSURE],
        lost=known[State.LOST],
        rows=sum(gap.rows for gap in gaps),
        money=sum(gap.money for gap in gaps),
        strange=len(strange),
    )
