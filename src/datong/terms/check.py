"""Codes that came with names: a right code with the wrong name is found."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from datong.core.say import Say
from datong.terms.fold import fold
from datong.terms.pieces import pieces
from datong.terms.reasons import UNKNOWN_CODE, WRONG_NAME
from datong.terms.shelf import Shelf

# Cosines of pieces, chosen on the invented region (see docs/why/terms.md).
ALIKE = 0.6  # from which a text is another code's name
UNLIKE = 0.1  # up to which it is none of its own code's
NEAR = 10  # names looked at


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A code whose name is another one's, or that nobody knows."""

    code: str
    text: str
    name: str  # what the code means; empty for an unknown code
    meant: str = ""  # the code whose name the text is, if there is one

    @property
    def say(self) -> Say:
        """Say it."""
        if not self.name:
            return UNKNOWN_CODE.what.with_(code=self.code)
        return WRONG_NAME.what.with_(code=self.code, name=self.name, text=self.text)

    def plain(self) -> dict[str, str]:
        """Lay it out as plain values."""
        return {
            "code": self.code,
            "text": self.text,
            "name": self.name,
            "meant": self.meant,
        }


def mismatches(shelf: Shelf, rows: Iterable[Mapping[str, str]]) -> Iterator[Mismatch]:
    """Check rows with `code` and `name`, each distinct couple once.

    A name is wrong if it is a name of other codes and of none of this one; or, where
    nobody bears it, if it is like a name of another code and like none of this one.
    Words that the table does not know at all (another synonym, a habit of the house)
    tell nothing against a code.
    """
    table = shelf.table
    couples = dict.fromkeys((r.get("code", ""), r.get("name", "")) for r in rows)
    known = {code: table.places(code) for code, _ in couples if code}
    meant = _meant(shelf, [(text, known[c]) for c, text in couples if known.get(c)])
    for code, text in couples:
        places = known.get(code, [])
        if code and not places:
            yield Mismatch(code, text, "")
        elif code and text:
            other = next(meant)
            if other >= 0:
                name, right = table.concepts[places[0]].name, table.concepts[other]
                yield Mismatch(code, text, name, right.code)


def _meant(shelf: Shelf, couples: Sequence[tuple[str, list[int]]]) -> Iterator[int]:
    """Find which other concept each (text, its code's concepts) means, -1 if none."""
    couples = [couple for couple in couples if couple[0]]
    texts = [fold(text).text for text, _ in couples]
    weighted = shelf.vocabulary.weighted(
        shelf.vocabulary.rows([pieces(text) for text in texts])
    )
    hits = shelf.by_likeness.search(weighted, NEAR)
    bounds = np.searchsorted(hits.question, np.arange(len(texts) + 1))
    for at, (text, (_, places)) in enumerate(zip(texts, couples, strict=True)):
        bearers = shelf.bearers(text)
        if bearers:
            yield -1 if bearers & set(places) else min(bearers)
            continue
        own = np.flatnonzero(np.isin(shelf.owner, places))
        found = np.setdiff1d(hits.text[bounds[at] : bounds[at + 1]], own)
        names = np.r_[found, own]
        likeness = (shelf.weighted[names] @ weighted[at].T).toarray().ravel()
        others, mine = likeness[: len(found)], likeness[len(found) :]
        is_other = others.max(initial=0) >= ALIKE and mine.max() <= UNLIKE
        yield int(shelf.owner[found[others.argmax()]]) if is_other else -1


def judge(
    shelf: Shelf, rows: Iterable[Mapping[str, str | None]]
) -> Iterator[dict[str, str | None]]:
    """Name coded words (`code`, `text`): decision is coded, mismatch or unknown."""
    rows, table = list(rows), shelf.table
    asked = [{"code": r["code"] or "", "name": r["text"] or ""} for r in rows]
    wrong = {(one.code, one.text): one for one in mismatches(shelf, asked)}
    for row in rows:
        places = table.places(row["code"] or "")
        found = wrong.get((row["code"] or "", row["text"] or ""))
        decision = "coded" if found is None else "mismatch" if found.name else "unknown"
        yield {
            "code": row["code"],
            "text": row["text"],
            "name": table.concepts[places[0]].name if places else None,
            "decision": decision,
            "reason": found.say.en if found else None,
            "reason_zh": found.say.zh if found else None,
        }
