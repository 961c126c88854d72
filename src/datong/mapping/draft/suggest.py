"""What is suggested for a table and its columns, with confidence and what stays open.

In:  the profiles of all tables of a source.
Out: drafts: kind, fields, grain, formats of time, and blockers.
"""

import math
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache

from datong.core.say import Say
from datong.mapping.draft.arrange import arrange
from datong.mapping.draft.blockers import blockers_of
from datong.mapping.draft.candidate import BAR, Candidate, Matched
from datong.mapping.draft.drafted import Draft, Joined, Remembered, Suggestion
from datong.mapping.draft.entries import ANY, Entry
from datong.mapping.draft.formats import read_formats
from datong.mapping.draft.graph import Join, joins
from datong.mapping.draft.heads import given_by
from datong.mapping.draft.looks import WORDS
from datong.mapping.draft.match import match
from datong.mapping.draft.profile import TableProfile, find_grain
from datong.mapping.draft.split import Pieces, pieces
from datong.mapping.draft.why import why
from datong.standards.records import all_kinds

UNSURE = Say("nothing fits well enough", "没有足够相符的字段")
NOT_CLINICAL = Say("no clinical fact ({what})", "不是临床事实（{what}）")
FOLLOWS = Say("a piece of the time in {column}", "与 {column} 合成一个时间")
REFERENCE = Say(
    "names nobody and no time: a list that other tables refer to",
    "既无患者也无时间：供其他表引用的字典",
)
DECIDED = Say("decided by {who} for {where}", "{who} 已为 {where} 作出决定")
PERSON = {"person", "local_id"}
SURE = 0.98  # share of an item's numbers that its head has
TIMES = {"time", "date", "clock", "year"}


def draft(
    tables: Sequence[TableProfile],
    memory: Mapping[tuple[str, str], Remembered] | None = None,
) -> list[Draft]:
    """Draft every table of a source; what people decided before (`memory`) stands."""
    joined = joins(tables)
    found = [_draft(made) for made in match(tables, joined)]
    found = [_recalled(one, memory or {}) for one in found]
    by_name = {one.table.name: one for one in found}
    found = [replace(one, joins=_joins(one, joined, by_name)) for one in found]
    return [replace(one, blockers=blockers_of(one)) for one in found]


def _joins(
    one: Draft, joined: Sequence[Join], by_name: Mapping[str, Draft]
) -> tuple[Joined, ...]:
    """Return what a table's columns are joined to, the surest first."""
    found = []
    for join in sorted(joined, key=lambda j: (-j.share, j.column, j.to_table)):
        if join.table != one.table.name:
            continue
        other = by_name[join.to_table]
        names = (s.column for s in other.suggestions if s.field in PERSON)
        person = next(names, "")
        told = (join.column, join.to_table, join.to_column, join.share)
        is_key = other.table.column(join.to_column).is_key
        is_sure = join.share >= SURE and is_key and person and arrange(other)
        given = given_by(other) if is_sure else ((), {})
        found.append(Joined(*told, other.kind, person, *given))
    return tuple(found)


def _recalled(one: Draft, memory: Mapping[tuple[str, str], Remembered]) -> Draft:
    """Let decisions stand for suggestions."""
    suggestions = []
    for suggestion in one.suggestions:
        told = memory.get((one.table.name, suggestion.column))
        suggestions.append(_decided(suggestion, told) if told else suggestion)
    return replace(one, suggestions=tuple(suggestions))


def _decided(suggestion: Suggestion, told: Remembered) -> Suggestion:
    """Write a decision as a suggestion that is sure."""
    return replace(
        suggestion,
        kind=told.kind,
        field=told.field,
        part=told.part,
        confidence=1.0,
        evidence=(DECIDED.with_(who=told.who, where=told.where),),
    )


def _draft(made: Matched) -> Draft:
    """Draft one table."""
    table, kind = made.table, made.kind
    joined = tuple(pieces(table))
    suggestions = [_suggestion(made, column.name) for column in table.columns]
    suggestions = _with_pieces(made, suggestions, joined)
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
    made: Matched, suggestions: Sequence[Suggestion], joined: Sequence[Pieces]
) -> list[Suggestion]:
    """Let the pieces of a time stand for the same field."""
    by_column = {one.column: one for one in suggestions}
    for piece in joined:
        told = [by_column[name] for name in piece.columns if _is_time(by_column[name])]
        best = max(told, key=lambda one: one.confidence, default=None)
        best = best or _named_time(made, piece)
        for column in piece.columns if best else ():
            other = column != piece.columns[0]
            follows = (FOLLOWS.with_(column=piece.columns[0]),) if other else ()
            evidence = (*best.evidence, *follows) if best else ()
            by_column[column] = replace(
                best or by_column[column], column=column, evidence=evidence
            )
    return [by_column[one.column] for one in suggestions]


def _is_time(one: Suggestion) -> bool:
    """Say whether a time is suggested."""
    return bool(one.field) and _letter(one.kind, one.field) in set("mdp")


def _letter(kind: str, name: str) -> str:
    """Return the sort of a field; empty where a kind does not have it."""
    fields = all_kinds()[kind].fields if kind in all_kinds() else {}
    return fields[name].letter if name in fields else ""


def _named_time(made: Matched, piece: Pieces) -> Suggestion | None:
    """Suggest the time that the pieces are named after, whatever their values."""
    found = [
        one
        for name in piece.columns
        for one in made.candidates[name]
        if one.entry.kind == made.kind
        and _letter(made.kind, one.entry.field) in set("mdp")
    ]
    best = max(found, key=lambda one: one.like.score, default=None)
    if best is None:
        return None
    sure = round(0.9 * best.like.score, 3)
    return Suggestion(
        made.table.name,
        piece.columns[0],
        made.kind,
        best.entry.field,
        confidence=sure,
        evidence=tuple(why(best)),
    )


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
