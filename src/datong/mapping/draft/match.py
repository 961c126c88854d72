"""Which field a column is, and which kind a table is: weighed together.

In:  the profiles of all tables of a source.
Out: for each table its kinds, for each column its fields, each with evidence.

A column's score for a field is a sum of log odds: its name, its values, and whether its
numbers run through the tables as persons' or visits' do. A table's score for a kind is
what its columns give under it, each field taken once, and its own name.
"""

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from datong.mapping.draft.bare import NUMBERS, bare
from datong.mapping.draft.candidate import (
    BAR,
    BESIDE,
    OF_PEOPLE,
    UNIQUE,
    Candidate,
    Matched,
)
from datong.mapping.draft.choose import choose
from datong.mapping.draft.entries import (
    ANY,
    NONE,
    OF_DRUGS,
    Entry,
    all_entries,
    all_tables,
)
from datong.mapping.draft.graph import Join, Place, home_of, whose
from datong.mapping.draft.looks import evidence
from datong.mapping.draft.names import Likeness, likeness
from datong.mapping.draft.profile import ColumnProfile, TableProfile

NAME = 7.0  # log odds of a name that is the word itself
STRUCTURE = 2.5  # log odds of numbers that run through the tables
TABLE = 2.5  # how much more a table's name says than a column's
HEAT = 3.0  # of the softmax over kinds
# Without one of each group of fields, a table is hardly of the kind.
NEEDS: dict[str, tuple[tuple[str, ...], ...]] = {
    "person": (("sex", "birth"),),
    "encounter": (("time", "class"),),
    "transfer": (("from_department", "to_department", "ward", "bed"),),
    "diagnosis": (("diagnosis",),),
    "procedure": (("procedure",),),
    "order": (("item", "type"), ("order_number", "time")),
    "dispensing": (("item",), ("dispense_number", "time", "quantity")),
    "administration": (("item",), ("event_number", "time", "given")),
    "lab_result": (("value",), ("item", "value*")),
    "vital_sign": (("value",), ("item", "value*")),
    "note": (("text",),),
    "fee_line": (("amount", "price"), ("item", "fee_class")),
    "settlement": (("total", "fund", "cash", "drg"),),
    "immunization": (("vaccine",),),
    "imaging_study": (("modality", "body_part"),),
    "allergy": (("substance",),),
    "referral": (("from_organization", "to_organization"), ("reason", "direction")),
    "consent": (("decision", "purpose"),),
    "device_reading": (("device",), ("value",)),
    "variant": (("chromosome", "gene"), ("ref", "alt", "hgvs")),
    "observation": (("question",), ("answer", "value")),
    "organization": (("code", "name"),),
    "practitioner": (("number",),),
}
LACKING = 5.0  # log odds against a kind for each group that is lacking
ASIDE = 1.0  # log odds against a field of a kind beside the table's own
ELSEWHERE = 1.0  # the same, where another table is of that kind
FAR = 5.0  # log odds against a field of any other kind
NOBODY = {"organization", "practitioner"}
HOME = 4.0  # log odds of a table that has each of the numbers that others name
JOINED = 3.0  # log odds of numbers that are another table's key


@dataclass(frozen=True, slots=True)
class Links:
    """What the values of a source's columns say of each other."""

    persons: set[Place]
    visits: set[Place]
    kinds: dict[str, str]  # table: kind, as first matched
    to: dict[Place, set[str]]  # column: kinds of the tables whose keys it holds
    homes: dict[str, str]  # table: person or encounter, where these are its rows

    def elsewhere(self, table: str) -> frozenset[str]:
        """Return the kinds that other tables are: their fields stand there."""
        kinds = {kind for name, kind in self.kinds.items() if name != table}
        return frozenset(kinds & {"person", "encounter"})


def match(tables: Sequence[TableProfile], found: Sequence[Join]) -> list[Matched]:
    """Match every table of a source; twice, so that joins tell what they join to."""
    persons, visits = whose(tables)
    homes = home_of(tables, visits, "encounter") | home_of(tables, persons, "person")
    links = Links(persons, visits, {}, {}, homes)
    first = {one.table.name: one.kind for one in (_match(t, links) for t in tables)}
    to: dict[Place, set[str]] = {}
    for join in found:
        if (kind := first[join.to_table]) and first[join.table] != kind:
            to.setdefault((join.table, join.column), set()).add(kind)
    links = replace(links, kinds=first, to=to)
    return [_match(table, links) for table in tables]


def _match(table: TableProfile, links: Links) -> Matched:
    """Match one table."""
    scored = {
        column.name: [_score(column, entry, links) for entry in all_entries()]
        for column in table.columns
    }
    if not _is_nameless(scored):
        scored = {name: list(map(_damped, found)) for name, found in scored.items()}
    likes = {kind: likeness(_bare(table.name), w) for kind, w in all_tables().items()}
    totals = {
        kind: _total(kind, scored, table, TABLE * _of_name(likes[kind]))
        + HOME * (links.homes.get(table.name) == kind)
        for kind in NEEDS
    }
    kinds = _shares(totals)
    best = kinds[0][0] if totals[kinds[0][0]] > BAR else ""
    if best not in NOBODY and not _is_of_people(scored):
        best = ""
    made = Matched(
        table,
        kinds if best else [],
        {},
        name=likes.get(best, Likeness()),
        total=totals[best] if best else 0.0,
    )
    for name, found in scored.items():
        told = [_in_table(one, name, table.name, best) for one in found]
        made.candidates[name] = _ranked(told, best, links.elsewhere(table.name))
    made.chosen = choose(made)
    return made


def _is_of_people(scored: dict[str, list[Candidate]]) -> bool:
    """Say whether a table tells of people: it names one, or a visit, or a time."""
    return any(
        one.score > 2 * BAR
        for found in scored.values()
        for one in found
        if one.entry.kind == ANY or ("time" in one.entry.looks and one.looks > 1)
    )


def _is_nameless(scored: dict[str, list[Candidate]]) -> bool:
    """Say whether the names of a table tell nothing, so that values must."""
    told = [max(one.like.score for one in found) >= 0.6 for found in scored.values()]
    return sum(told) < 0.3 * len(told)


def _damped(one: Candidate) -> Candidate:
    """Believe values alone only where they are telling, if other columns have names."""
    if one.like.score >= 0.3 or one.bonus > 0:
        return one
    score = 0.6 * one.looks - 1.0 + one.bonus
    return Candidate(one.entry, score, one.like, one.looks, one.bonus)


def _in_table(one: Candidate, column: str, table: str, kind: str) -> Candidate:
    """Read a plain name with its table in mind."""
    entry = one.entry
    is_own = entry.kind == kind or (kind, entry.kind) == ("person", "identifier")
    like = bare(column, table, entry) if is_own else None
    if like is None or like.score <= one.like.score:
        return one
    score = _of_name(like) + one.looks + one.bonus
    return Candidate(entry, score, like, one.looks, one.bonus)


def _bare(name: str) -> str:
    """Take dates and numbers off a table's name."""
    return re.sub(r"[_\- ]*\d{4,}.*$|\d+$", "", name) or name


def _score(column: ColumnProfile, entry: Entry, links: Links) -> Candidate:
    """Weigh one column for one entry."""
    bare = re.sub(r"\d+$", "", column.name) or column.name
    like = likeness(column.name, entry.words, label=column.label)
    if bare != column.name:
        other = likeness(bare, entry.words)
        like = max(like, Likeness(other.score * 0.98, other.word, other.way), key=_by)
    looks = evidence(column.looks, entry.looks)
    bonus = _structure(column, entry, links)
    if entry.item and like.score < 0.6:
        bonus -= 4.0  # a column that is a measurement is named after it
    return Candidate(entry, _of_name(like) + looks + bonus, like, looks, bonus)


def _structure(column: ColumnProfile, entry: Entry, links: Links) -> float:
    """Weigh what a column's numbers are joined to."""
    place = (column.table, column.name)
    is_person, is_visit = place in links.persons, place in links.visits
    if entry.kind == ANY:
        side = is_person - is_visit
        return STRUCTURE * (side if entry.field == "person" else -side)
    if is_person or is_visit:
        return -STRUCTURE
    named = {"author": "practitioner"}.get(entry.field, entry.field)
    if entry.field in {"order", "author"} and named in links.to.get(place, set()):
        return JOINED
    is_own = links.kinds.get(column.table) == entry.kind
    if is_own and column.is_key and (entry.kind, entry.field) in NUMBERS:
        return UNIQUE
    return 0.0


def _by(like: Likeness) -> float:
    """Order likenesses."""
    return like.score


def _of_name(like: Likeness) -> float:
    """Turn a likeness of names into log odds."""
    return NAME * like.score**2 - 0.3


def _total(
    kind: str, scored: dict[str, list[Candidate]], table: TableProfile, named: float
) -> float:
    """Return what the columns and the name of a table give under one kind.

    `named` are the log odds of its name; it says nothing that no column bears out.
    """
    mine = [
        (candidate.score, column, candidate.entry)
        for column, found in scored.items()
        for candidate in found
        if candidate.entry.kind in {kind, ANY} and candidate.score > 0
    ]
    taken = _greedy(mine)
    told = 0.0
    fields = set()
    for column, (score, entry) in taken.items():
        rival = max((c.score for c in scored[column] if c.entry.is_silent), default=0)
        told += max(0.0, min(score, 7.0) - max(0.0, 0.5 * rival))
        if score > BAR:
            fields |= {entry.field, f"{entry.field}*" if entry.item else entry.field}
    items = sum(bool(entry.item) for _, entry in taken.values())
    if "value*" in fields and items < 2:
        fields.discard("value*")
    lacking = sum(not fields & set(group) for group in NEEDS[kind])
    has_person = any(e.field == "person" for _, e in taken.values())
    if kind == "person" and _repeats(table, taken):
        lacking, named = lacking + 1, min(named, 0.0)
    if kind in NOBODY:
        lacking += 2 * has_person + (len(table.columns) > 12)
    else:
        lacking += not has_person
    fits = any(s > BAR and e.kind == kind for s, e in taken.values())
    told = told / math.sqrt(max(len(table.columns), 4)) * 1.6
    return told + (named if fits else min(named, 0.0)) - LACKING * lacking


def _repeats(table: TableProfile, taken: dict[str, tuple[float, Entry]]) -> bool:
    """Say whether a table has several rows for a person, and a number for each row."""
    names = {entry.field: name for name, (_, entry) in taken.items()}
    if not {"person", "encounter"} <= names.keys():
        return False
    person, visit = (table.column(names[one]) for one in ("person", "encounter"))
    return visit.distinct > 1.1 * person.distinct


def _greedy(
    found: Iterable[tuple[float, str, Entry]],
) -> dict[str, tuple[float, Entry]]:
    """Give each column one entry and each entry one column, the surest first."""
    columns: dict[str, tuple[float, Entry]] = {}
    entries: set[Entry] = set()
    for score, column, entry in sorted(found, key=lambda one: -one[0]):
        if column not in columns and entry not in entries:
            columns[column] = (score, entry)
            entries.add(entry)
    return columns


def _shares(totals: dict[str, float]) -> list[tuple[str, float]]:
    """Turn totals into shares, the largest first."""
    most = max(totals.values())
    weights = {k: math.exp((v - most) / HEAT * 2) for k, v in totals.items()}
    whole = sum(weights.values())
    return sorted(((k, w / whole) for k, w in weights.items()), key=lambda one: -one[1])


def _ranked(
    found: Iterable[Candidate], kind: str, elsewhere: frozenset[str]
) -> list[Candidate]:
    """Order the candidates of a column, with the table's kind in mind."""
    own = {(one.entry.field, one.entry.part) for one in found if one.entry.kind == kind}
    ranked = []
    for one in found:
        minus = _against(one.entry, kind, own)
        if one.entry.kind in elsewhere and kind not in {"person", "encounter"}:
            minus += ELSEWHERE
        ranked.append(
            Candidate(
                one.entry, one.score - minus, one.like, one.looks, one.bonus - minus
            )
        )
    best: dict[tuple[str, str, str], Candidate] = {}
    for one in sorted(ranked, key=lambda one: -one.score):
        best.setdefault(one.key, one)
    kept = list(best.values())[:8]
    rest = [one for one in best.values() if "time" in one.entry.looks]
    return kept + [one for one in rest if one not in kept]


def _against(entry: Entry, kind: str, own: set[tuple[str, str]]) -> float:
    """Weigh what speaks against a field in a table of some kind."""
    if entry.kind in {kind, ANY, NONE}:
        return 0.0
    if entry.item:
        return 2.0
    # The tables about drugs call one thing alike: it is the table's own.
    if {kind, entry.kind} <= set(OF_DRUGS) and (
        (entry.field, entry.part) in own or entry.field == "order"
    ):
        return FAR
    return ASIDE if entry.kind in {*BESIDE.get(kind, ()), *OF_PEOPLE} else FAR
