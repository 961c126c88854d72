"""Some rows of a table in memory: each column as numbered words, numbers and times.

In:  a table that is readable.
Out: its columns as rules are looked for in them, and how SQL reads them.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from datong.engine.duckdb import Duck, literal, quoted
from datong.quality.habits import FORMS, fits
from datong.quality.volume import DATES

SAMPLE = 4_000  # rows in which rules are looked for
LEAST = 50  # filled rows from which a column can keep a rule
DIGITS = 3  # of a number at least that is a name
LONG = 200  # letters of a cell on the average that is a document, no value
NEARLY = 0.97  # of the rows keep what is called a rule
NUMBER = "^[-+]?[0-9]+([.][0-9]+)?$"
OURS = ("_row", "_rule")
TYPED = "%Y-%m-%d %H:%M:%S"
Codes = NDArray[np.int64]
Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """A column of the sample.

    `codes` number its words, -1 where it is empty; `numbers` are its values where
    nearly all are numbers, `times` seconds where nearly all are times in one `form`.
    Numbers that a system gave as names have zeros before them, or all as many digits.
    """

    name: str
    codes: Codes
    words: Sequence[str]
    numbers: Numbers | None = None
    times: Numbers | None = None
    form: str = ""
    is_given: bool = False

    @property
    def filled(self) -> int:
        """Count the rows in which it holds something."""
        return int((self.codes >= 0).sum())

    @property
    def is_quantity(self) -> bool:
        """Tell whether it holds numbers that are no names."""
        return self.numbers is not None and not self.is_given

    @property
    def text(self) -> str:
        """Write its words in SQL."""
        return f"nullif(trim(t.{quoted(self.name)}), '')"

    @property
    def number(self) -> str:
        """Write the size of its numbers in SQL."""
        return f"abs(try_cast(t.{quoted(self.name)} as double))"

    @property
    def time(self) -> str:
        """Write its times in SQL."""
        return f"try_strptime(trim(t.{quoted(self.name)}), {literal(self.form)})"


@dataclass(frozen=True, slots=True)
class Rows:
    """A table of texts: how to read it as `t`, what names a row, and its columns."""

    source: str
    key: str
    many: int
    columns: Sequence[Column]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule that was found: on which column, by which other.

    `examined` is SQL for a cell that the rule speaks of, null where it does not;
    `broken` is a condition. Both are about a row `t`.
    """

    type: str
    column: str
    of: str
    examined: str
    broken: str


@dataclass(frozen=True, slots=True)
class Broken:
    """How many rows a rule speaks of, how many break it, and a query for these."""

    type: str
    column: str
    of: str
    examined: int
    bad: int
    keys: str


def counted(duck: Duck, rows: Rows, rules: Sequence[Rule]) -> Iterator[Broken]:
    """Count what breaks some rules of a table, in one scan."""
    if not rules:
        return
    counts = [f"count({r.examined}), count_if({r.broken})" for r in rules]
    held = duck.one(f"select {', '.join(counts)} from {rows.source}")
    numbers = [int(str(number)) for number in held]
    for one, examined, bad in zip(rules, numbers[::2], numbers[1::2], strict=True):
        keys = f"select {rows.key} from {rows.source} where {one.broken}"
        yield Broken(one.type, one.column, one.of, examined, bad, keys)


def rows_of(duck: Duck, table: str, held: Mapping[str, str]) -> Rows:
    """Read some rows of a table, the same each time; documents are left out."""
    key = next((name for name in OURS if name in held), next(iter(held)))
    names = {name: kind for name, kind in held.items() if name not in OURS}
    cells = [f"{_cell(name, kind)} as {quoted(name)}" for name, kind in names.items()]
    read = ", ".join([f"{quoted(key)} as _key", *cells])
    source = f"(select {read} from {quoted(table)}) t"
    many = int(str(duck.one(f"select count(*) from {quoted(table)}")[0]))
    if not names or many < LEAST:
        return Rows(source, "t._key", many, [])
    every = max(1, many // SAMPLE)
    some = f" where hash(t._key) % {every} = 0" if every > 1 else ""
    answer = duck.fetch(f"select t.* from {source}{some}").drop_columns(["_key"])
    columns = [column_of(name, answer[name]) for name in answer.column_names]
    kept = [one for one in columns if one is not None and one.filled >= LEAST]
    return Rows(source, "t._key", many, kept)


def _cell(name: str, kind: str) -> str:
    """Write a cell as its text, times in one form."""
    if kind in DATES:
        return f"strftime({quoted(name)}, {literal(TYPED)})"
    return quoted(name) if kind == "VARCHAR" else f"cast({quoted(name)} as varchar)"


def column_of(name: str, cells: pa.ChunkedArray) -> Column | None:
    """Number the words of a column; None where there are none, or whole documents."""
    coded = cells.combine_chunks().dictionary_encode()
    kept = pc.utf8_trim_whitespace(coded.dictionary)
    if (pc.mean(pc.utf8_length(kept)).as_py() or LONG + 1) > LONG:
        return None
    words = pc.unique(kept.filter(pc.not_equal(kept, "")))
    places = pc.fill_null(pc.index_in(kept, words), -1).cast(pa.int64()).to_numpy()
    found = pc.fill_null(coded.indices.cast(pa.int64()), -1)
    codes = np.append(places, -1)[found.to_numpy(zero_copy_only=False)]
    listed, enough = words.to_pylist(), NEARLY * (codes >= 0).sum()
    is_number = pc.match_substring_regex(words, NUMBER)
    read = pc.if_else(is_number, words, None).cast(pa.float64())
    numbers = _each(read, codes)
    if np.isfinite(numbers).sum() >= enough:
        given = _is_given(listed)
        return Column(name, codes, listed, numbers=numbers, is_given=given)
    for form in (form for form in FORMS if any(fits(w, form) for w in listed[:5])):
        read = pc.strptime(words, format=form, unit="s", error_is_null=True)
        times = _each(read.cast(pa.int64()).cast(pa.float64()), codes)
        if np.isfinite(times).sum() >= enough:
            return Column(name, codes, listed, times=times, form=form)
    return Column(name, codes, listed)


def _is_given(words: Sequence[str]) -> bool:
    """Tell whether numbers are names that a system gave."""
    digits = [word for word in words if word.isdecimal()]
    if len(digits) < NEARLY * len(words):
        return False
    lengths = Counter(map(len, digits))
    (length, many), *_ = lengths.most_common(1)
    is_even = length >= DIGITS and many >= NEARLY * len(words)
    return is_even or any(len(word) > 1 and word[0] == "0" for word in digits)


def _each(values: pa.Array, codes: Codes) -> Numbers:
    """Give each row the value of its word, not a number where it has none."""
    return np.append(values.to_numpy(zero_copy_only=False), np.nan)[codes]
