"""Codes that came with names: a right code with the wrong name is found."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from datong.core.say import Say
from datong.terms.codes import CodeTable
from datong.terms.fold import fold
from datong.terms.pieces import pieces
from datong.terms.reasons import UNKNOWN_CODE, WRONG_NAME

ALIKE = 0.5  # share of pieces in common from which two names may be one


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


def mismatches(
    table: CodeTable, rows: Iterable[Mapping[str, str]]
) -> Iterator[Mismatch]:
    """Check rows with `code` and `name`, each distinct couple once.

    A name that folds to the code's name or synonym, or shares half of its pieces and is
    not the name of another code, passes.
    """
    for code, text in dict.fromkeys(
        (r.get("code", ""), r.get("name", "")) for r in rows
    ):
        places = table.places(code) if code else []
        if code and not places:
            yield Mismatch(code, text, "")
        elif code and text:
            found = _mismatch(table, code, text, places)
            if found is not None:
                yield found


def _mismatch(
    table: CodeTable, code: str, text: str, places: list[int]
) -> Mismatch | None:
    """Compare a name with the concepts of its code."""
    concepts = [table.concepts[place] for place in places]
    names = {fold(name).text for c in concepts for name in (c.name, *c.synonyms)}
    folded = fold(text).text
    if folded in names:
        return None
    other = table.place(text)
    if other is None and max(_likeness(folded, name) for name in names) >= ALIKE:
        return None
    meant = "" if other is None or other in places else table.concepts[other].code
    return Mismatch(code, text, concepts[0].name, meant)


def _likeness(left: str, right: str) -> float:
    """Return the share of pieces in common (Dice 1945)."""
    a, b = pieces(left), pieces(right)
    return 2 * len(a & b) / max(len(a) + len(b), 1)


def judge(
    table: CodeTable, rows: Iterable[Mapping[str, str | None]]
) -> Iterator[dict[str, str | None]]:
    """Name coded words (`code`, `text`): decision is coded, mismatch or unknown."""
    rows = list(rows)
    asked = [{"code": r["code"] or "", "name": r["text"] or ""} for r in rows]
    wrong = {(one.code, one.text): one for one in mismatches(table, asked)}
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
