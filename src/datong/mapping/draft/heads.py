"""A table of items with what its head gives: the patient, the visit, the time.

In:  a draft whose joins are known.
Out: the same draft with the columns that are taken from the head.
"""

from collections.abc import Sequence
from dataclasses import replace

from datong.mapping.draft.drafted import Draft, Joined, Suggestion
from datong.mapping.draft.formats import Read

OWN = {"local_id": "person", "number": "encounter"}
TIMES = {"time", "collected", "available"}


def given_by(head: Draft) -> tuple[tuple[Suggestion, ...], dict[str, Read]]:
    """Return what a head gives its items, and how its times are written."""
    found: dict[str, Suggestion] = {}
    pieces = {name for piece in head.pieces for name in piece.columns}
    for one in head.suggestions:
        field = OWN.get(one.field, one.field)
        if field in {"person", "encounter"}:
            found.setdefault(field, replace(one, field=field))
        is_time = one.kind == head.kind and field == "time"
        if is_time and one.column not in pieces:
            found.setdefault(field, one)
    columns = {one.column for one in found.values()}
    return tuple(found.values()), {
        column: read for column, read in head.times.items() if column in columns
    }


def taken(draft: Draft) -> tuple[Joined | None, dict[str, Suggestion]]:
    """Return the join that finds the patient of a table which names none.

    And what is taken from the head, by the name that it gets here.
    """
    fields = {one.field for one in draft.suggestions}
    join = next((one for one in draft.joins if one.head), None)
    if join is None or not draft.kind or fields & {"person", "local_id"}:
        return None, {}
    names = {column.name for column in draft.table.columns}
    wanted = [
        one
        for one in join.head
        if one.field not in fields and not (one.field == "time" and fields & TIMES)
    ]
    return join, {_name(one, join, names): one for one in wanted}


def with_head(draft: Draft) -> Draft:
    """Return a draft that also has the columns of its head."""
    join, given = taken(draft)
    if join is None:
        return draft
    added = [replace(s, column=n, kind=draft.kind) for n, s in given.items()]
    times = {
        n: join.times[s.column] for n, s in given.items() if s.column in join.times
    }
    suggestions: Sequence[Suggestion] = (*draft.suggestions, *added)
    return replace(
        draft, suggestions=tuple(suggestions), times={**draft.times, **times}
    )


def _name(one: Suggestion, join: Joined, names: set[str]) -> str:
    """Name a column that is taken; the table may have one of that name."""
    return one.column if one.column not in names else f"{join.to_table} {one.column}"
