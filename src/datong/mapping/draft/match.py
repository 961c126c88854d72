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
from dataclasses import dataclass, field

from datong.core.say import Say
from datong.mapping.draft.entries import ANY, NONE, Entry, all_entries, all_tables
from datong.mapping.draft.graph import Place, joins, whose
from datong.mapping.draft.looks import evidence
from datong.mapping.draft.names import Likeness, likeness
from datong.mapping.draft.profile import ColumnProfile, TableProfile

NAME = 7.0  # log odds of a name that is the word itself
BAR = 1.2  # what a field must reach to be suggested
STRUCTURE = 2.5  # log odds of numbers that run through the tables
TABLE = 1.6  # how much more a table's name says than a column's
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
# Kinds whose fields stand in tables of another kind, and how readily.
BESIDE: dict[str, tuple[str, ...]] = {
    "person": ("identifier", "coverage"),
    "encounter": ("diagnosis", "procedure", "settlement", "coverage", "transfer"),
    "order": ("dispensing", "administration", "diagnosis"),
    "dispensing": ("order",),
    "administration": ("order",),
    "settlement": ("coverage", "encounter", "diagnosis"),
    "diagnosis": ("encounter",),
    "procedure": ("encounter",),
    "fee_line": ("order",),
}
OF_PEOPLE = ("identifier", "person")  # may stand in any table
ASIDE = 1.0  # log odds against a field of a kind beside the table's own
NOBODY = {"organization", "practitioner"}


# Fields that number the records of their kind: a column without repeats is likely one.
NUMBERS = {
    ("order", "order_number"),
    ("dispensing", "dispense_number"),
    ("administration", "event_number"),
    ("note", "document"),
    ("fee_line", "fee_number"),
    ("settlement", "settlement_number"),
    ("immunization", "event_number"),
    ("imaging_study", "study_uid"),
    ("referral", "referral_number"),
    ("consent", "document"),
    ("practitioner", "number"),
    ("organization", "code"),
}
JOINED = 3.0  # log odds of numbers that are another table's key
UNIQUE = 2.0  # log odds of numbers without repeats


@dataclass(frozen=True, slots=True)
class Links:
    """What the values of a source's columns say of each other."""

    persons: set[Place]
    visits: set[Place]
    kinds: dict[str, str]  # table: kind, as first matched
    to: dict[Place, set[str]]  # column: kinds of the tables whose keys it holds


@dataclass(frozen=True, slots=True)
class Candidate:
    """A field that a column may be."""

    entry: Entry
    score: float
    like: Likeness
    looks: float
    bonus: float

    @property
    def key(self) -> tuple[str, str, str]:
        """Name what is suggested."""
        return self.entry.kind, self.entry.field, self.entry.part


@dataclass(slots=True)
class Matched:
    """What a table was found to be."""

    table: TableProfile
    kinds: list[tuple[str, float]]  # the likeliest first, with their shares
    candidates: dict[str, list[Candidate]]  # column: the best first
    chosen: dict[str, Candidate] = field(default_factory=dict)
    name: Likeness = field(default_factory=Likeness)  # of the table
    total: float = 0.0  # log odds of the likeliest kind

    @property
    def kind(self) -> str:
        """Name the likeliest kind; empty where none is likely."""
        return self.kinds[0][0] if self.kinds else ""


def match(tables: Sequence[TableProfile]) -> list[Matched]:
    """Match every table of a source; twice, so that joins tell what they join to."""
    persons, visits = whose(tables)
    links = Links(persons, visits, {}, {})
    first = {one.table.name: one.kind for one in (_match(t, links) for t in tables)}
    found = joins(tables)
    to: dict[Place, set[str]] = {}
    for join in found:
        if (kind := first[join.to_table]) and first[join.table] != kind:
            to.setdefault((join.table, join.column), set()).add(kind)
    links = Links(persons, visits, first, to)
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
        kind: _total(kind, scored, table) + TABLE * _of_name(likes[kind])
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
        made.candidates[name] = _ranked(found, best)
    made.chosen = _chosen(made)
    return made


def _is_of_people(scored: dict[str, list[Candidate]]) -> bool:
    """Say whether a table tells of people: it names one, or a visit, or a time."""
    return any(
        one.score > BAR and (one.entry.kind == ANY or one.looks > 1)
        for found in scored.values()
        for one in found
        if one.entry.kind == ANY or "time" in one.entry.looks.split("|")
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
    kinds = links.to.get(place, set())
    if entry.field == "order" and "order" in kinds:
        return JOINED
    if entry.is_silent and entry.field == "author" and "practitioner" in kinds:
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
    kind: str, scored: dict[str, list[Candidate]], table: TableProfile
) -> float:
    """Return what the columns of a table give under one kind."""
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
    if kind in NOBODY:
        lacking += 2 * has_person + (len(table.columns) > 12)
    else:
        lacking += not has_person
    return told / math.sqrt(max(len(table.columns), 4)) * 1.6 - LACKING * lacking


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


def _ranked(found: Iterable[Candidate], kind: str) -> list[Candidate]:
    """Order the candidates of a column, with the table's kind in mind."""
    near = {kind, ANY, NONE}
    beside = {*BESIDE.get(kind, ()), *OF_PEOPLE}
    ranked = []
    for one in found:
        minus = 0.0 if one.entry.kind in near else ASIDE
        if one.entry.kind not in near | beside:
            minus = 5.0
        if one.entry.item and one.entry.kind != kind:
            minus = 2.0
        ranked.append(
            Candidate(
                one.entry, one.score - minus, one.like, one.looks, one.bonus - minus
            )
        )
    best: dict[tuple[str, str, str], Candidate] = {}
    for one in sorted(ranked, key=lambda one: -one.score):
        best.setdefault(one.key, one)
    return list(best.values())[:8]


def _chosen(made: Matched) -> dict[str, Candidate]:
    """Choose for each column; a field is given once, numbered groups apart."""
    columns: dict[str, Candidate] = {}
    taken: dict[tuple[str, ...], str] = {}
    pairs = [(one, name) for name, found in made.candidates.items() for one in found]
    for one, name in sorted(pairs, key=lambda pair: -pair[0].score):
        if name in columns or one.score < BAR or not _is_near(one.entry, made.kind):
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
            and _is_near(one.entry, made.kind)
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
        columns |= {column.name: one for one in mine}


def _is_near(entry: Entry, kind: str) -> bool:
    """Say whether a field may stand in a table of a kind."""
    if not kind:
        return False
    return entry.kind in {kind, ANY, NONE, *BESIDE.get(kind, ()), *OF_PEOPLE}


def group_of(name: str) -> str:
    """Name the group of repeated columns that a column belongs to (其他诊断2编码: 2)."""
    digits = re.search(r"(\d{1,2})(?!.*\d)", name)
    return digits[1].lstrip("0") if digits else ""


def why(one: Candidate) -> list[Say]:
    """Say in words what speaks for a candidate."""
    said = []
    if one.like.score >= 0.3:
        word, share = one.like.word, f"{one.like.score:.2f}"
        said.append(
            WAYS[one.like.way].with_(word=word, share=share)
            if one.like.way in WAYS
            else Say(word, word)
        )
    if one.entry.looks and abs(one.looks) >= 0.4:
        fit = Say("fit", "符合") if one.looks > 0 else Say("do not fit", "不符合")
        said.append(
            Say(
                f"values {fit.en} {one.entry.looks} ({one.looks:+.1f})",
                f"取值{fit.zh} {one.entry.looks}（{one.looks:+.1f}）",
            )
        )
    if one.bonus >= UNIQUE:
        said.append(
            Say("its numbers fit the other tables", "其编号与其他表相符")
        )
    return said


WAYS = {
    "name": Say("named {word}", "名称即“{word}”"),
    "characters": Say("name like {word} ({share})", "名称近似“{word}”（{share}）"),
    "initials": Say("pinyin initials of {word} ({share})", "“{word}”的拼音首字母（{share}）"),
    "pinyin": Say("pinyin of {word} ({share})", "“{word}”的拼音（{share}）"),
    "tokens": Say("words of “{word}” ({share})", "英文词近似“{word}”（{share}）"),
    "meaning characters": Say("means {word} ({share})", "词义近似 {word}（{share}）"),
    "meaning pinyin": Say("pinyin that means {word} ({share})", "拼音词义近似 {word}（{share}）"),
    "meaning initials": Say("initials that may mean {word} ({share})", "首字母词义可能为 {word}（{share}）"),
    "comment": Say("its owner calls it like {word} ({share})", "字段注释近似“{word}”（{share}）"),
}
