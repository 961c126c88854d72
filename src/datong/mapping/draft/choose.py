"""One field for each column, one column for each field.

In:  the candidates of a table's columns.
Out: what was chosen.
"""

import re

from datong.mapping.draft.candidate import BAR, Candidate, Matched, is_near
from datong.mapping.draft.entries import ANY


def choose(made: Matched) -> dict[str, Candidate]:
    """Choose for each column; a field is given once, numbered groups apart."""
    columns: dict[str, Candidate] = {}
    taken: dict[tuple[str, ...], str] = {}
    pairs = [(one, name) for name, found in made.candidates.items() for one in found]
    for one, name in sorted(pairs, key=lambda pair: -pair[0].score):
        if name in columns or one.score < BAR or not is_near(one.entry, made.kind):
            continue
        slot = _slot(one, name, made.kind)
        if slot in taken:
            _step_aside((one, name), made, columns, taken)
        else:
            columns[name] = one
            if not one.entry.is_silent:
                taken[slot] = name
    _last_time(made, columns, taken)
    return columns


def _slot(one: Candidate, name: str, kind: str) -> tuple[str, ...]:
    """Name what only one column of a table can be."""
    entry = one.entry
    place = (entry.kind, entry.field, entry.part, entry.item)
    is_repeated = entry.kind != kind or entry.kind in {"diagnosis", "procedure"}
    return (*place, group_of(name) if is_repeated else "")


def _step_aside(
    pair: tuple[Candidate, str],
    made: Matched,
    columns: dict[str, Candidate],
    taken: dict[tuple[str, ...], str],
) -> None:
    """Let the holder of a field take its next best, where both together gain."""
    one, name = pair
    slot = _slot(one, name, made.kind)
    holder = taken[slot]
    mine = _next(name, made, taken)
    theirs = _next(holder, made, taken)
    kept = columns[holder].score + (mine.score if mine else 0.0)
    if theirs is None or one.score + theirs.score <= kept + 1:
        return
    if one.score < 2 * BAR or theirs.entry.kind not in {made.kind, ANY}:
        return
    columns[holder], columns[name] = theirs, one
    taken[slot] = name
    if not theirs.entry.is_silent:
        taken[_slot(theirs, holder, made.kind)] = holder


def _next(
    name: str, made: Matched, taken: dict[tuple[str, ...], str]
) -> Candidate | None:
    """Return a column's best candidate that nobody holds."""
    return next(
        (
            one
            for one in made.candidates[name]
            if one.score >= BAR
            and is_near(one.entry, made.kind)
            and _slot(one, name, made.kind) not in taken
        ),
        None,
    )


def _last_time(
    made: Matched, columns: dict[str, Candidate], taken: dict[tuple[str, ...], str]
) -> None:
    """Take the only time that is left for the time of the table's kind."""
    first = "collected" if made.kind == "lab_result" else "time"
    slot = (made.kind, first, "", "", "")
    if not made.kind or any(held[:2] == slot[:2] for held in taken):
        return
    left = [
        one
        for one in made.table.columns
        if one.name not in columns
        and max(one.looks.get("time", 0), one.looks.get("date", 0)) > 0.8
    ]
    for column in left[:1]:
        found = made.candidates[column.name]
        mine = [c for c in found if c.key == (made.kind, first, "")]
        columns.update((column.name, one) for one in mine)


def group_of(name: str) -> str:
    """Name the group of repeated columns that one belongs to (其他诊断2编码: 2)."""
    digits = re.search(r"(\d{1,2})(?!.*\d)", name)
    return digits[1].lstrip("0") if digits else ""
