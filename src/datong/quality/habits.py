"""What is done with each field on its way, learned from a sample of rows.

In:  rows of some rules (`r`) beside the rows that they were made of (`s`).
Out: for each field where it is known what it should hold, and where it is wrong.

A field is moved from a column where nearly all rows have the column's number, day or
text in it, a time perhaps so many hours later. It is coded from a column where a word
there nearly always gives one word here, and the column tells what the field's most
frequent word alone does not. Nobody tells quality what a mapping does: it looks.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from datong.engine.duckdb import Duck, literal, quoted
from datong.quality.carried import NARROW, WIDE
from datong.quality.lineage import Columns
from datong.quality.volume import DATES

FEWEST = 50  # rows from which a rule's habit is known
HABIT = 0.9  # of them, so that a field counts as moved
SAMPLE = 1_500  # rows of one way that are looked at
OFTEN = 5  # rows from which a word's meaning is known
CODED = 0.05  # of the rows may contradict a field that is coded from a column
TOLD = 0.25  # of those that contradict the most frequent word
NUMBERS = ("DECIMAL", "DOUBLE", "FLOAT")
FORMS = [
    *("%Y-%m-%d %H:%M:%S", "%Y%m%d%H%M%S", "%Y/%m/%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S"),
    *("%Y年%m月%d日 %H:%M:%S", "%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M", "%Y%m%d%H%M"),
    *("%Y-%m-%d", "%Y%m%d", "%Y/%m/%d", "%Y年%m月%d日"),
]
LONG = 300  # letters of a cell on the average that is a document, no value
DAY = 86_400
NUMBER = pa.decimal128(24, 6)
AGES = DAY << 24  # seconds before 1970, so that no time is less than nothing
Codes = NDArray[np.int64]
NONE: Codes = np.zeros(0, np.int64)


@dataclass(frozen=True, slots=True)
class Habit:
    """What a field of one rule holds and what it should, null where none can tell."""

    field: str
    rule: int
    made: str
    should: str


@dataclass(frozen=True, slots=True)
class Way:
    """Rows beside what they were made of: a FROM clause, and the columns of both."""

    joined: str
    made: Columns
    given: Columns
    some: str  # which rows are looked at
    carried: Mapping[str, str]  # fields: SQL for their standing anywhere in the row
    rule: str = "r._rule"  # what tells the rules apart
    files: frozenset[int] = frozenset()  # raw files that the rows came from, if known
    held: Columns = field(default_factory=dict)  # all columns of `r`, if known


def learn(duck: Duck, way: Way) -> list[Habit]:
    """Learn the habits of each rule of a way."""
    if not way.given:
        return []
    sample = Sample(duck, way)
    found = []
    for rule in np.unique(sample.rules).tolist():
        mine = sample.rules == rule
        if int(mine.sum()) >= FEWEST:
            found += [h for name in way.made for h in sample.habits(name, rule, mine)]
    return found


class Sample:
    """Some rows of a way in memory: each field and column as whole numbers."""

    def __init__(self, duck: Duck, way: Way) -> None:
        """Fetch the sample; the words of both sides are numbered together."""
        self.duck, self.way = duck, way
        self.sorts = {name: sort_of(kind) for name, kind in way.made.items()}
        wanted = [f"{way.rule} as rule"]
        for name, kind in way.made.items():
            told = read("r", name, kind, self.sorts[name])
            wanted.append(f"{told} as {quoted(f'r {name}')}")
        for sort in sorted({*self.sorts.values(), "text"}):
            for name, kind in way.given.items():
                if can_be(kind, sort) and not _is_by_word(kind, sort):
                    told = read("s", name, kind, sort)
                    wanted.append(f"{told} as {quoted(f's {sort} {name}')}")
        sql = f"select {', '.join(wanted)} from {way.joined} where {way.some}"
        answer = duck.fetch(sql)
        self.rules = np.asarray(answer["rule"].to_numpy(), np.int64)
        self.held, self.words = _numbered(answer.drop_columns(["rule"]))
        self.chosen: dict[tuple[str, int], dict[str, Codes]] = {}
        self.standing: dict[tuple[str, int], int] | None = None
        self.forms: dict[str, str] = {}
        if "number" in self.sorts.values():
            self._read_numbers(answer)
        if {"time", "day"} & set(self.sorts.values()):
            self._read_times()

    def _read_numbers(self, answer: pa.Table) -> None:
        """Number the numbers of both sides; in texts each word is read once."""
        codes = {
            name: self.held[f"s text {name}"]
            for name, kind in self.way.given.items()
            if _is_by_word(kind, "number") and f"s text {name}" in self.held
        }
        mine = np.unique(np.concatenate([NONE, *codes.values()]))
        mine = mine[mine >= 0]
        words = pa.array(self.words, pa.string()).take(pa.array(mine))
        self.duck.see("sample words", pa.table({"n": mine, "word": words}))
        sql = f'select {_number("word")} as number from "sample words" order by n'
        known = self.duck.fetch(sql)["number"]
        typed = [n for n in answer.column_names if pa.types.is_decimal(answer[n].type)]
        chunks = [*known.chunks, *(chunk for n in typed for chunk in answer[n].chunks)]
        coded, _ = _coded(pa.chunked_array(chunks, NUMBER))
        of_word = np.full(len(self.words) + 1, -1)
        of_word[mine] = coded[: mine.size]
        self.held |= {f"s number {n}": of_word[held] for n, held in codes.items()}
        parts = np.split(coded[mine.size :], len(typed)) if typed else []
        self.held |= dict(zip(typed, parts, strict=True))

    def _read_times(self) -> None:
        """Read the columns that hold times as text, each in its own form."""
        words = pa.array(self.words, pa.string())
        for name in [n for n, kind in self.way.given.items() if kind == "VARCHAR"]:
            codes = self.held.get(f"s text {name}", NONE)
            first = [self.words[code] for code in codes[codes >= 0][:1].tolist()]
            form = next((f for f in FORMS if first and fits(first[0], f)), "")
            if form:
                mine = np.unique(codes[codes >= 0])
                some = words.take(pa.array(mine))
                read_ = pc.strptime(some, format=form, unit="s", error_is_null=True)
                times = pc.fill_null(pc.add(read_.cast(pa.int64()), AGES), -1)
                known = np.full(len(self.words) + 1, -1)
                known[mine] = times.to_numpy(zero_copy_only=False)
                self.held[f"s time {name}"] = known[codes]
                days = np.where(known < 0, known, known // DAY * DAY)
                self.held[f"s day {name}"] = days[codes]
                self.forms[name] = form

    def habits(self, field: str, rule: int, mine: NDArray[np.bool_]) -> Iterator[Habit]:
        """Find how a field comes about, in the plainest way that fits."""
        sort = self.sorts[field]
        made = self.held[f"r {field}"][mine]
        if int((made >= 0).sum()) < FEWEST:
            return
        given = self._columns(sort, rule, mine)
        # A number or a time before a text that says the same.
        typed = {n: c for n, c in given.items() if self.way.given[n] != "VARCHAR"}
        is_time = sort in ("time", "day")
        column, shift = _moved_from(made, typed, is_time=is_time)
        if not column:
            column, shift = _moved_from(made, given, is_time=is_time)
        left = read("r", field, self.way.made[field], sort)
        if column and not (sort == "text" and _is_translated(made, given[column])):
            right = self._given(column, sort, left) + (f" + {shift}" if shift else "")
            if not _is_whole(made, given[column]):
                right = f"case when {left} is not null then {right} end"
            yield Habit(field, rule, left, right)
        elif sort == "text" and (column := _coded_from(made, given)):
            should = self._coded(column, made, given[column])
            yield Habit(field, rule, f"coalesce({left}, '')", should)
        elif told := self._carried(field, rule, int((made >= 0).sum())):
            yield Habit(field, rule, "true", told)

    def _columns(
        self, sort: str, rule: int, mine: NDArray[np.bool_]
    ) -> dict[str, Codes]:
        """Return the columns that a field of a sort may come from."""
        if (sort, rule) not in self.chosen:
            start = f"s {sort} "
            held = {n: c for n, c in self.held.items() if n.startswith(start)}
            some = {n.removeprefix(start): column[mine] for n, column in held.items()}
            self.chosen[sort, rule] = some
        return self.chosen[sort, rule]

    def _given(self, column: str, sort: str, left: str) -> str:
        """Write a column as a field of a sort is read, that has it in `left`."""
        form = self.forms.get(column, "")
        if sort in ("time", "day") and form:
            time = f"try_strptime(trim(s.{quoted(column)}), {literal(form)})"
            return _seconds(time, sort)
        right = read("s", column, self.way.given[column], sort)
        if sort == "text" and self.way.given[column] == "VARCHAR":
            raw = f"s.{quoted(column)}"  # its edges may have been moved with it
            return f"if({left} = {raw}, {raw}, {right})"
        return right

    def _carried(self, field: str, rule: int, filled: int) -> str:
        """Tell how a field stands somewhere in its row; empty where it does not."""
        told = self.way.carried.get(field, "")
        if not told:
            return ""
        if self.standing is None:
            self.standing = self._stand()
        return told if self.standing[field, rule] >= HABIT * filled else ""

    def _stand(self) -> dict[tuple[str, int], int]:
        """Count by field and rule how often a field stands somewhere in its row."""
        filled = {n: int((self.held[f"r {n}"] >= 0).sum()) for n in self.way.carried}
        asked = {n: told for n, told in self.way.carried.items() if filled[n] >= FEWEST}
        counts = [f"count_if({told}) as {quoted(n)}" for n, told in asked.items()]
        sql = f"select {', '.join([f'{self.way.rule} as rule', *counts])}"
        sql += f" from {self.way.joined} where {self.way.some} group by 1"
        rows = self.duck.fetch(sql).to_pylist()
        return {(name, row["rule"]): row[name] for row in rows for name in asked}

    def _coded(self, column: str, made: Codes, given: Codes) -> str:
        """Write what each known word of a column gives, an empty text for none."""
        right = f"coalesce({read('s', column, self.way.given[column], 'text')}, '')"
        words, gives, tops, wholes = _meanings(made, given)
        is_known = (wholes >= OFTEN) & (tops >= HABIT * wholes)
        pairs = zip(words[is_known].tolist(), gives[is_known].tolist(), strict=True)
        told = ((self._word(word), self._word(to)) for word, to in pairs)
        lines = (f"when {literal(word)} then {literal(to)}" for word, to in told)
        return f"case {right} {' '.join(lines)} end"

    def _word(self, code: int) -> str:
        """Return the text of a code."""
        return self.words[code] if code >= 0 else ""


def sort_of(kind: str) -> str:
    """Tell how values of a type are compared: as numbers, times or texts."""
    if kind == "DATE":
        return "day"
    if kind in DATES:
        return "time"
    return "number" if kind.startswith(NUMBERS) else "text"


def can_be(kind: str, sort: str) -> bool:
    """Tell whether a column of a type may give a field of a sort."""
    if sort == "number":
        return kind == "VARCHAR" or kind.startswith(NUMBERS)
    return sort == "text" or (kind in DATES and sort in ("time", "day"))


def read(side: str, column: str, kind: str, sort: str) -> str:
    """Write a column as a number, as seconds, or as a text without its edges."""
    name = f"{side}.{quoted(column)}"
    if sort in ("time", "day"):
        return _seconds(name, sort)
    if sort == "text":
        text = name if kind == "VARCHAR" else f"cast({name} as varchar)"
        return f"nullif(trim({text}), '')" if side == "s" else text
    return _number(name) if kind == "VARCHAR" else f"cast({name} as decimal(24, 6))"


def _seconds(time: str, sort: str) -> str:
    """Write a time, or the day that it is on, in seconds."""
    return f"epoch({f'cast({time} as date)' if sort == 'day' else time})::bigint"


def _number(name: str) -> str:
    """Write the first number that stands in a text, as people write it."""
    text = f"translate({name}, {literal(WIDE)}, {literal(NARROW)})"
    # Translating is ten times the work of all else; the wide ones take more bytes.
    text = f"if(strlen({name}) > length({name}), {text}, {name})"
    first = f"regexp_extract({text}, '[-+]?[0-9]+([.][0-9]+)?')"
    tries = (f"try_cast({one} as decimal(24, 6))" for one in (name, first))
    return f"coalesce({', '.join(tries)})"


def fits(text: str, form: str) -> bool:
    """Tell whether a text is a time in a form."""
    if not text[:4].isdecimal():  # each form begins with a year, and trying is slow
        return False
    try:
        datetime.strptime(text, form).astimezone()
    except (ValueError, OverflowError):
        return False
    return True


def _is_by_word(kind: str, sort: str) -> bool:
    """Tell whether a column is read word by word, not row by row."""
    return kind == "VARCHAR" and sort == "number"


def _coded(column: pa.ChunkedArray) -> tuple[Codes, pa.Array]:
    """Number the values of a column, -1 for none; return also what has the numbers."""
    coded = column.combine_chunks().dictionary_encode()
    codes = coded.indices.cast(pa.int64()).fill_null(-1)
    return codes.to_numpy(zero_copy_only=False), coded.dictionary


def _numbered(answer: pa.Table) -> tuple[dict[str, Codes], list[str]]:
    """Number all words of a table together, -1 for none; times are numbers already."""
    times = [n for n in answer.column_names if pa.types.is_int64(answer[n].type)]
    texts = [n for n in answer.column_names if pa.types.is_string(answer[n].type)]
    texts = [name for name in texts if not is_document(answer[name])]
    chunks = [chunk for name in texts for chunk in answer[name].chunks]
    codes, words = _coded(pa.chunked_array(chunks, pa.string()))
    parts = np.split(codes, len(texts)) if texts else []
    held = dict(zip(texts, parts, strict=True))
    held |= {
        n: np.asarray(pc.fill_null(pc.add(answer[n], AGES), -1).to_numpy(), np.int64)
        for n in times
    }
    return held, words.to_pylist()


def is_document(column: pa.ChunkedArray) -> bool:
    """Tell whether cells are whole documents."""
    return float(pc.mean(pc.binary_length(column)).as_py() or 0) > LONG


def _moved_from(
    made: Codes, given: Mapping[str, Codes], *, is_time: bool
) -> tuple[str, int]:
    """Find the column whose value a field has, and how many seconds are added."""
    filled, best, found = int((made >= 0).sum()), 0, ("", 0)
    for name, column in given.items():
        both = (made >= 0) & (column >= 0)
        if int(both.sum()) < max(best + 1, HABIT * filled):
            continue
        often, shift = _shift(made[both] - column[both], is_time=is_time)
        if often > best:
            best, found = often, (name, shift)
    return found if best >= HABIT * filled else ("", 0)


def _shift(apart: Codes, *, is_time: bool) -> tuple[int, int]:
    """Return how often two columns are equally far apart, and how far."""
    if not is_time:
        return int((apart == 0).sum()), 0
    shifts, counts = np.unique(apart, return_counts=True)
    place = int(np.argmax(counts))
    return int(counts[place]), int(shifts[place])


def _is_translated(made: Codes, given: Codes) -> bool:
    """Tell whether some word of a column is known to become another."""
    words, gives, tops, wholes = _meanings(made, given)
    other = (
        (words >= 0) & (gives != words) & (wholes >= OFTEN) & (tops >= HABIT * wholes)
    )
    return bool(other.any())


def _is_whole(made: Codes, given: Codes) -> bool:
    """Tell whether a field is filled wherever its column is."""
    has = given >= 0
    return int(((made >= 0) & has).sum()) >= HABIT * int(has.sum())


def _coded_from(made: Codes, given: Mapping[str, Codes]) -> str:
    """Find the column whose words give a field's; empty where none does."""
    alone = made.size - int(np.bincount(made + 1).max())
    most, found = min(CODED * made.size, TOLD * alone), ""
    best = most, 0.0
    for name, column in given.items() if most else ():
        counts = np.bincount(column + 1)
        if int(counts[counts >= OFTEN].sum()) < HABIT * made.size:
            continue
        _, _, tops, wholes = _meanings(made, column)
        wrong = float((wholes - tops)[wholes >= OFTEN].sum())
        # Of columns that tell as much, the plainest: a unit before the code of a test.
        if wrong < most and (not found or (wrong, wholes.size) < best):
            best, found = (wrong, float(wholes.size)), name
    return found


def _meanings(made: Codes, given: Codes) -> tuple[Codes, Codes, Codes, Codes]:
    """Return each word, what it mostly gives, how often so, how often at all.

    No word (-1) is one of them.
    """
    size = int(made.max(initial=0)) + 2
    pairs, counts = np.unique((given + 1) * size + made + 1, return_counts=True)
    words = pairs // size - 1
    order = np.lexsort((-counts, words))
    first, starts = np.unique(words[order], return_index=True)
    tops = order[starts]
    wholes = np.add.reduceat(counts, starts) if pairs.size else counts
    return first, pairs[tops] % size - 1, counts[tops], wholes
