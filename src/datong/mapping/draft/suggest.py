"""What is suggested for a table and its columns, with confidence and what stays open.

In:  the profiles of all tables of a source.
Out: drafts: kind, fields, grain, formats of time, and blockers.
"""

import math
import re
import tomllib
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from datong.core.say import Say
from datong.mapping.draft.blockers import blockers_of
from datong.mapping.draft.candidate import BAR, Candidate, Matched
from datong.mapping.draft.drafted import Draft, Suggestion
from datong.mapping.draft.entries import ANY, Entry
from datong.mapping.draft.formats import read_formats
from datong.mapping.draft.looks import WORDS
from datong.mapping.draft.match import match
from datong.mapping.draft.profile import TableProfile, find_grain
from datong.mapping.draft.split import Pieces, pieces
from datong.mapping.draft.why import why

UNSURE = Say("nothing fits well enough", "没有足够相符的字段")
NOT_CLINICAL = Say("no clinical fact ({what})", "不是临床事实（{what}）")
FOLLOWS = Say("a piece of the time in {column}", "与 {column} 合成一个时间")
REFERENCE = Say(
    "names nobody and no time: a list that other tables refer to",
    "既无患者也无时间：供其他表引用的字典",
)
TIMES = {"time", "date", "clock", "year"}


def draft(tables: Sequence[TableProfile]) -> list[Draft]:
    """Draft every table of a source."""
    found = [_draft(made) for made in match(tables)]
    return [replace(one, blockers=blockers_of(one)) for one in found]


def _draft(made: Matched) -> Draft:
    """Draft one table."""
    table, kind = made.table, made.kind
    joined = tuple(pieces(table))
    suggestions = [_suggestion(made, column.name) for column in table.columns]
    suggestions = _with_pieces(suggestions, joined)
    columns = {
        one.name: one.values
        for one in table.columns
        if TIMES & {name for name, share in one.looks.items() if share > 0.3}
    }
    columns |= {one.columns[0]: one.values for one in joined}
    share = made.kinds[0][1] if made.kinds else 0.0
    evidence: tuple[Say, ...] = () if kind else (REFERENCE,)
    if made.name.score >= 0.5:
        evidence += (
            Say(f"named like {made.name.word}", f"表名近似“{made.name.word}”"),
        )
    return Draft(
        table,
        kind,
        round(share * _sigmoid(made.total / 3), 3) if kind else 0.0,
        tuple((k, round(p, 3)) for k, p in made.kinds[:3]),
        evidence,
        tuple(suggestions),
        find_grain(table, _grain_columns(made, suggestions)),
        read_formats(columns),
        joined,
    )


def _suggestion(made: Matched, column: str) -> Suggestion:
    """Suggest for one column."""
    found, chosen = made.candidates[column], made.chosen.get(column)
    share = made.kinds[0][1] if made.kinds else 0.0
    others = tuple(
        (*_place(one.entry, made.kind), round(_confidence(one, found, share), 3))
        for one in found
        if not one.entry.is_silent and (chosen is None or one.key != chosen.key)
    )[:3]
    base = Suggestion(made.table.name, column, alternatives=others)
    if chosen is None:
        best = found[0].score if found else 0.0
        sure = _sigmoid(BAR - best)
        return replace(base, evidence=(UNSURE,), confidence=round(sure, 3))
    sure = round(_confidence(chosen, found, share), 3)
    evidence = tuple(why(chosen))
    if chosen.entry.is_silent:
        what = NOT_CLINICAL.with_(what=chosen.entry.field)
        return replace(base, evidence=(what, *evidence), confidence=sure)
    kind, name, part = _place(chosen.entry, made.kind)
    return replace(
        base,
        kind=kind,
        field=name,
        part=part,
        confidence=sure,
        evidence=evidence,
        unit=chosen.entry.unit,
    )


def _place(entry: Entry, kind: str) -> tuple[str, str, str]:
    """Name a field as the standard records do, in a table of some kind."""
    if entry.kind != ANY:
        return entry.kind, entry.field, entry.part or entry.item
    own = {("person", "person"): "local_id", ("encounter", "encounter"): "number"}
    return kind or entry.field, own.get((kind, entry.field), entry.field), ""


@cache
def _calibration() -> dict[str, float]:
    """Read the weights of confidence."""
    said = tomllib.loads((WORDS / "calibration.toml").read_text(encoding="utf-8"))
    return {name: float(said[name]) for name in ("bias", "score", "margin", "kind")}


def features(
    one: Candidate, found: Sequence[Candidate], share: float
) -> tuple[float, float, float]:
    """Return what confidence is made of: score, margin, share of the kind."""
    rival = max((o.score for o in found if o.key != one.key), default=0.0)
    margin = max(-8.0, min(8.0, one.score - max(rival, 0.0)))
    return min(one.score, 10.0), margin, share


def _confidence(one: Candidate, found: Sequence[Candidate], share: float) -> float:
    """Say how likely a suggestion is right."""
    w = _calibration()
    score, margin, kind = features(one, found, share)
    return _sigmoid(
        w["bias"] + w["score"] * score + w["margin"] * margin + w["kind"] * kind
    )


def _sigmoid(x: float) -> float:
    """Turn log odds into a probability."""
    return 1 / (1 + math.exp(-x))


def _with_pieces(
    suggestions: Sequence[Suggestion], joined: Sequence[Pieces]
) -> list[Suggestion]:
    """Let the pieces of a time stand for the same field."""
    by_column = {one.column: one for one in suggestions}
    for piece in joined:
        first, *rest = piece.columns
        told = [by_column[c] for c in piece.columns if by_column[c].field]
        best = max(told, key=lambda one: one.confidence, default=None)
        if best is None:
            continue
        for column in (first, *rest):
            others = () if column == best.column else (FOLLOWS.with_(column=first),)
            by_column[column] = replace(
                best, column=column, evidence=(*best.evidence, *others)
            )
    return [by_column[one.column] for one in suggestions]


def _grain_columns(made: Matched, suggestions: Sequence[Suggestion]) -> list[str]:
    """Order the columns that may tell rows apart: numbers first, measures never."""
    ranks = {}
    for column, one in zip(made.table.columns, suggestions, strict=True):
        if column.filled < 0.98 * column.rows or column.looks.get("text", 0) > 0.5:
            continue
        is_number = one.field in {"local_id", "number", "person", "encounter"}
        is_id = bool(re.search(r"number$|^report|^document|uid$|code$", one.field))
        is_own = made.chosen.get(column.name)
        silent = is_own is not None and is_own.entry.field == "row"
        rank = 0 if (is_id or silent) and not one.part else 1
        if is_number:
            rank = 2
        elif one.field in {"rank", "sequence"}:
            rank = 1
        elif one.part in {"code", "text"} or one.field.startswith(
            ("time", "collected")
        ):
            rank = 3
        elif column.looks.get("id", 0) < 0.8:
            rank = 5
        ranks[column.name] = (rank, -column.distinct, column.place)
    return sorted(ranks, key=lambda name: ranks[name])
