"""What is done with each field on its way, learned from a sample of rows.

In:  rows of some rules (`r`) beside the rows that they were made of (`s`).
Out: for each field where it is known what it should hold, and where it is wrong.

A field is moved from a column where nearly all rows have the column's number, day or
text in it, a time perhaps so many hours later. It is coded from a column where a word
there nearly always gives one word here, and the column tells what the field's most
frequent word alone does not. Nobody tells quality what a mapping does: it looks.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
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
        self.way = way
        self.sorts = {name: sort_of(kind) for name, kind in way.made.items()}
        wanted = [f"{way.rule} as rule"]
        for name, kind in way.made.items():
            wanted.append(_named(f"r {name}", read("r", name, kind, self.sorts[name])))
        for sort in sorted({*self.sorts.values(), "text"}):
            for name, kind in way.given.items():
                if can_be(kind, sort):
                    told = read("s", name, kind, sort)
                    wanted.append(_named(f"s {sort} {name}", told))
        for name, told in way.carried.items():
            wanted.append(f"cast({told} as bigint) as {quoted(f'in {name}')}")
        sql = f"select {', '.join(wanted)} from {way.joined} where {way.some}"
        answer = duck.fetch(sql)
        self.rules = np.asarray(answer["rule"].to_numpy(), np.int64)
        self.held, self.words = _numbered(answer.drop_columns(["rule"]))
        self.forms: dict[str, str] = {}
        if {"time", "day"} & set(self.sorts.values()):
            self._read_times()

    def _read_times(self) -> None:
        """Read the columns that hold times as text, each in its own form."""
        words = pa.array(self.words, pa.string())
        for name in [n for n, kind in self.way.given.items() if kind == "VARCHAR"]:
            codes = self.held.get(f"s text {name}", NONE)
            some = [self.words[code] for code in codes[codes >= 0][:20].tolist()]
            form = next((f for f in FORMS if some and _fits(some[0], f)), "")
            if form:
                read_ = pc.strptime(words, format=form, unit="s", error_is_null=True)
                times = pc.fill_null(pc.add(read_.cast(pa.int64()), AGES), -1)
                known = np.append(times.to_numpy(zero_copy_only=False), -1)
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
        given = self._columns(sort, mine)
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
        elif told := self._carried(field, mine, int((made >= 0).sum())):
            yield Habit(field, rule, "true", told)

    def _columns(self, sort: str, mine: NDArray[np.bool_]) -> dict[str, Codes]:
        """Return the columns that a field of a sort may come from."""
        start = f"s {sort} "
        held = {n: c for n, c in self.held.items() if n.startswith(start)}
        return {n.removeprefix(start): column[mine] for n, column in held.items()}

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

    def _carried(self, field: str, mine: NDArray[np.bool_], filled: int) -> str:
        """Tell how a field stands somewhere in its row; empty where it does not."""
        told = self.way.carried.get(field, "")
        if not told:
            return ""
        held = int((self.held[f"in {field}"][mine] == AGES + 1).sum())
        return told if held >= HABIT * filled else ""

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
    first = f"regexp_extract({text}, '[-+]?[0-9]+([.][0-9]+)?')"
    tries = (f"try_cast({one} as decimal(24, 6))" for one in (name, first))
    return f"coalesce({', '.join(tries)})"


def _fits(text: str, form: str) -> bool:
    """Tell whether a text is a time in a form."""
    try:
        datetime.strptime(text, form).astimezone()
    except (ValueError, OverflowError):
        return False
    return True


def _named(name: str, sql: str) -> str:
    """Write a column of a query, all as text but times."""
    is_time = sql.startswith("epoch(")
    return f"{sql if is_time else f'cast({sql} as varchar)'} as {quoted(name)}"


def _numbered(answer: pa.Table) -> tuple[dict[str, Codes], list[str]]:
    """Number all words of a table together, -1 for none; times are numbers already."""
    times = [n for n in answer.column_names if pa.types.is_int64(answer[n].type)]
    rest = [
        n for n in answer.column_names if n not in times and not _is_long(answer[n])
    ]
    chunks = [chunk for name in rest for chunk in answer[name].chunks]
    coded = pa.chunked_array(chunks, pa.string()).combine_chunks().dictionary_encode()
    codes = coded.indices.cast(pa.int64()).fill_null(-1).to_numpy(zero_copy_only=False)
    parts = np.split(codes, len(rest)) if rest else []
    held = dict(zip(rest, parts, strict=True))
    held |= {
        n: np.asarray(pc.fill_null(pc.add(answer[n], AGES), -1).to_numpy(), np.int64)
        for n in times
    }
    return held, coded.dictionary.to_pylist()


def _is_long(column: pa.ChunkedArray) -> bool:
    """Tell whether cells are whole documents."""
    return float(pc.mean(pc.binary_length(column)).as_py() or 0) > LONG


def _moved_from(
    made: Codes, given: Mapping[str, Codes], *, is_time: bool
) -> tuple[str, int]:
    """Find the column whose value a field has, and how many seconds are added."""
    filled, best, found = int((made >= 0).sum()), 0, ("", 0)
    for name, column in given.items():
        both = (made >= 0) & (column >= 0)
        apart = made[both] - column[both]
        if not apart.size:
            continue
        shifts, counts = np.unique(apart, return_counts=True)
        place = int(np.argmax(counts)) if is_time else int(np.searchsorted(shifts, 0))
        if place == len(shifts) or (not is_time and shifts[place]):
            continue
        if int(counts[place]) > best:
            best, found = int(counts[place]), (name, int(shifts[place]))
    return found if best >= HABIT * filled else ("", 0)


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
    _, counts = np.unique(made, return_counts=True)
    alone = made.size - int(counts.max())
    most, found = min(CODED * made.size, TOLD * alone), ""
    best = most, 0.0
    for name, column in given.items():
        _, _, tops, wholes = _meanings(made, column)
        often = wholes >= OFTEN
        wrong = float((wholes - tops)[often].sum())
        is_told = int(wholes[often].sum()) >= HABIT * made.size
        # Of columns that tell as much, the plainest: a unit before the code of a test.
        if is_told and wrong < most and (not found or (wrong, wholes.size) < best):
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
