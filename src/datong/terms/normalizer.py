"""The normalizer that people and steps use: a model and what was approved since.

A text is answered from what was approved for it, if anything was; else from what was
answered before; else by the model. So an approval counts at once, and a million rows
cost their distinct texts.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from datong.core.reason import Trouble
from datong.terms.answer import ABSTAIN, Answer, Candidate
from datong.terms.candidates import Ranking
from datong.terms.coded import by_code, keys
from datong.terms.fold import fold, without_strength
from datong.terms.model import Model
from datong.terms.reasons import UNKNOWN_CODE
from datong.terms.shelf import remember
from datong.terms.verdict import Verdict
from datong.terms.weighed import asked_as, odd_of, weighed

SHOWN = 5  # candidates kept with an answer
BATCH = 4096


@dataclass(slots=True)
class Normalizer:
    """A model, the approvals since it was trained, and the answers given so far."""

    model: Model
    approved: dict[str, list[int]] = field(default_factory=dict)
    _answers: dict[str, Answer] = field(default_factory=dict)
    _coded: dict[str, Candidate] = field(default_factory=dict)

    def normalize(
        self, texts: Sequence[str], units: Sequence[str] = ()
    ) -> list[Answer]:
        """Answer texts as written, in their order.

        `units` has for each text the units that its values came in, as written (`|`
        between several; empty: none). They speak where the table states units.
        """
        answers = self._normalize(texts)
        if not any(units):
            return answers
        both = zip(answers, units, strict=True)
        return [
            self._measured(answer, unit) if unit else answer for answer, unit in both
        ]

    def _measured(self, answer: Answer, unit: str) -> Answer:
        """Look at an answer again, with the units of its values."""
        table = self.model.shelf.table
        special = replace(answer, text=asked_as(answer.text, unit))
        if decided := self._decided(special):
            return replace(decided, text=answer.text, unit=unit)
        if not answer.approved:
            return weighed(answer, unit, table)
        odd = odd_of(answer.concepts, unit, table)
        if not odd:
            return replace(answer, unit=unit)
        # A person spoke of values in another unit.
        plain = self._answer([answer.text], is_decided=False)[0]
        seen = replace(weighed(plain, unit, table), odd=odd, asked=special.text)
        verdict = Verdict.ASK if seen.candidates else Verdict.ABSTAIN
        return replace(seen, verdict=verdict)

    def _normalize(self, texts: Sequence[str]) -> list[Answer]:
        """Answer texts by their words alone."""
        known = self._answers
        new = [text for text in dict.fromkeys(texts) if text not in known]
        for start in range(0, len(new), BATCH):
            batch = new[start : start + BATCH]
            known.update(zip(batch, self._answer(batch), strict=True))
        return [known[text] for text in texts]

    def approve(self, decided: Mapping[str, Sequence[str]]) -> None:
        """Take in what a person decided: texts with their codes or names.

        An empty list means that no concept applies. Raises Trouble TERMS-CODE for a
        code that the table lacks; nothing is taken in then.
        """
        table = self.model.shelf.table
        found: dict[str, list[int]] = {}
        for text, codes in decided.items():
            places = [table.place(code) for code in codes]
            for code, place in zip(codes, places, strict=True):
                if place is None:
                    raise Trouble(UNKNOWN_CODE, text, code=code)
            found[fold(text).text] = [place for place in places if place is not None]
        self.approved |= found
        self._answers.clear()
        self._remember(found)

    def _remember(self, found: Mapping[str, list[int]]) -> None:
        """Lay approvals on the shelf, in place of older ones of the same text."""
        shelf = self.model.shelf
        shelf.past = remember(shelf.past, found, shelf.vocabulary, shelf.concepts)

    def _answer(self, texts: Sequence[str], *, is_decided: bool = True) -> list[Answer]:
        """Answer distinct new texts; `is_decided`: as persons decided, if they did."""
        asked = texts
        if self.model.is_starter:  # nobody taught it what 5 mg is
            asked = [without_strength(text) for text in texts]
        ranking = self.model.rank(asked)
        if not self._coded:
            self._coded = keys(self.model.shelf.table)
        told = _answers(self.model, ranking, texts)
        answers = [by_code(answer, self._coded) for answer in told]
        if not self.approved or not is_decided:
            return answers
        return [self._decided(answer) or answer for answer in answers]

    def _decided(self, answer: Answer) -> Answer | None:
        """Answer with what a person decided for this text, if anyone did."""
        places = self.approved.get(fold(answer.text).text)
        if places is None:
            return None
        concepts = tuple(_candidate(self.model, place, 1.0) for place in places)
        return Answer(
            text=answer.text,
            verdict=Verdict.ACCEPT if concepts else Verdict.ABSTAIN,
            confidence=1.0,
            concepts=concepts,
            candidates=answer.candidates,
            system=answer.system,
            edition=answer.edition,
            approved=True,
        )


def _candidate(model: Model, place: int, chance: float) -> Candidate:
    """Show a concept."""
    concept = model.shelf.table.concepts[place]
    return Candidate(concept.code, concept.name, chance)


def _answers(model: Model, ranking: Ranking, texts: Sequence[str]) -> list[Answer]:
    """Turn ranked pairs into answers."""
    pairs = ranking.pairs
    place = pairs.groups.rank(ranking.chance)
    chosen = model.confidence.chosen(ranking.membership, place)
    bounds = np.searchsorted(pairs.question, np.arange(len(texts) + 1)).tolist()
    concept, chance = pairs.concept.tolist(), ranking.chance.tolist()
    flags, confidence = chosen.tolist(), ranking.confidence.tolist()
    table, answers = model.shelf.table, []
    for number, text in enumerate(texts):
        start, end = bounds[number], bounds[number + 1]
        shown = [
            _candidate(model, concept[at], chance[at])
            for at in range(start, min(end, start + SHOWN))
        ]
        meant = [
            _candidate(model, concept[at], chance[at])
            for at in range(start, end)
            if flags[at]
        ]
        verdict = _verdict(shown, confidence[number], model.confidence.accept)
        if model.is_starter and verdict is not Verdict.ABSTAIN:
            verdict = Verdict.ACCEPT if model.is_named(text) else Verdict.ASK
        answers.append(
            Answer(
                text=text,
                verdict=verdict,
                confidence=confidence[number],
                concepts=() if verdict is Verdict.ABSTAIN else tuple(meant),
                candidates=tuple(shown),
                system=table.system,
                edition=table.edition,
            )
        )
    return answers


def _verdict(shown: Sequence[Candidate], confidence: float, accept: float) -> Verdict:
    """Decide what is done with a ranking; only a code can be accepted."""
    if not shown or shown[0].chance < ABSTAIN:
        return Verdict.ABSTAIN
    if confidence >= accept and shown[0].code:
        return Verdict.ACCEPT
    return Verdict.ASK
