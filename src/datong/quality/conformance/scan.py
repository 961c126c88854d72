"""Run compiled checks over a table: distinct values first, then rows, all in SQL.

A column with few distinct values is counted once, and its checks are asked of the
counted values; a column of nearly unique values is asked directly, in one scan with the
others of its kind; the rules between fields take one scan more. The rows that break a
check are sought only where a check was broken.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from datong.engine.duckdb import Duck, quoted
from datong.quality.conformance.table import Table
from datong.standards.checks import Checks, CompiledCheck, cleaned, typed
from datong.standards.model import Profile

SAMPLE = 20_000  # rows that tell a column of few values from one of many
MANY = 0.5  # distinct values a row, in the sample
BATCH = 24  # columns that are counted in one scan
SHOWN = 5  # examples of a finding
WIDE = "'０１２３４５６７８９：－／．　', '0123456789:-/. '"
DAYS = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%Y年%m月%d日")
CLOCKS = ("%H:%M:%S", "%H:%M", "%H%M%S")
MOMENTS = [f"{day}{gap}{clock}" for day in DAYS for clock in CLOCKS for gap in " T"]
# Other ways to write a value that leave no doubt; a moment needs its time of day.
READABLE = {
    "date": f"try_strptime({{v}}, {[*DAYS, *MOMENTS]}) is not null",
    "time": f"try_strptime({{v}}, {MOMENTS}) is not null",
    "whole": "regexp_full_match({v}, '-?[0-9]+([.]0+)?')",
    "decimal": "regexp_full_match({v}, '-?[0-9]+([.][0-9]+)?')",
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check found: the verdicts given, and how many were bad."""

    check: CompiledCheck
    asked: int
    failed: int


@dataclass(slots=True)
class Scan:
    """A table opened in the engine, ready to be asked."""

    duck: Duck
    table: Table
    profile: Profile
    systems: frozenset[str] = frozenset()  # that are installed
    counted: dict[str, int] = field(default_factory=dict)  # column -> its number
    named: dict[str, dict[str, str]] = field(default_factory=dict)  # system -> labels

    def run(self, checks: Checks) -> list[Verdict]:
        """Ask all checks."""
        alive = {c: v for c, v in checks.value.items() if v and not self._void(c)}
        void = [v for c, some in checks.value.items() if self._void(c) for v in some]
        rows = self.table.rows
        found = [Verdict(c, rows, rows * c.id.endswith("/required")) for c in void]
        many = self._many(list(alive))
        few = [column for column in alive if column not in many]
        for start in range(0, len(few), BATCH):
            batch = few[start : start + BATCH]
            self._count(batch)
            found += self._ask_values({c: alive[c] for c in batch})
        found += self._ask_many({c: alive[c] for c in many})
        return found + self._ask_rows(checks.row)

    def _void(self, column: str) -> bool:
        """Ask whether a column is known to hold nothing."""
        return self.table.fields[column] in self.table.empty

    def _many(self, columns: Sequence[str]) -> list[str]:
        """Name the columns whose values are nearly all different."""
        if not columns:
            return []
        counts = (f"approx_count_distinct({quoted(c)})" for c in columns)
        sample = f"{self.table.select(columns)} limit {SAMPLE}"
        least = min(SAMPLE, self.table.rows) * MANY
        answers = self.duck.one(f"select {', '.join(counts)} from ({sample})")
        pairs = zip(columns, answers, strict=True)
        return [c for c, n in pairs if least > 500 and int(str(n)) > least]

    def _count(self, batch: Sequence[str]) -> None:
        """Count the distinct values of some columns in one scan, into `counted`."""
        self.counted = {column: number for number, column in enumerate(batch)}
        names = ", ".join(quoted(c) for c in batch)
        sets = ", ".join(f"({quoted(c)})" for c in batch)
        group = f"grouping({names})"
        last = len(batch) - 1
        value = " ".join(
            f"when {(1 << len(batch)) - 1 - (1 << (last - n))} then"
            f" {cleaned(self.profile.items[c], c)}"
            for c, n in self.counted.items()
        )
        number = " ".join(
            f"when {(1 << len(batch)) - 1 - (1 << (last - n))} then {n}"
            for n in self.counted.values()
        )
        self.duck.do(
            "create or replace temp table counted as"
            f" select case g {number} end as k, case g {value} end as v, n from"
            f" (select {group} as g, {names}, count(*) as n"
            f" from ({self.table.select(batch)}) group by grouping sets ({sets}))"
        )

    def _ask_values(
        self, checks: Mapping[str, Sequence[CompiledCheck]]
    ) -> Iterator[Verdict]:
        """Ask checks of the counted values."""
        flat = [check for some in checks.values() for check in some]
        asked = " union all ".join(
            f"select {i} as i, coalesce(sum(n), 0) as failed from counted"
            f" where k = {self.counted[check.columns[0]]} and ({check.bad})"
            for i, check in enumerate(flat)
        )
        if not asked:
            return
        answers = self.duck.fetch(asked).to_pydict()
        failed = dict(zip(answers["i"], answers["failed"], strict=True))
        for i, check in enumerate(flat):
            yield Verdict(check, self.table.rows, int(failed[i]))

    def _ask_many(
        self, checks: Mapping[str, Sequence[CompiledCheck]]
    ) -> Iterator[Verdict]:
        """Ask checks of columns with many values: each in one scan of its column."""
        for column, some in checks.items():
            v = cleaned(self.profile.items[column], column)
            rows = f"select {v} as v from ({self.table.select([column])})"
            yield from self._tally(some, rows)

    def _ask_rows(self, checks: Sequence[CompiledCheck]) -> list[Verdict]:
        """Ask the checks between fields, all in one scan."""
        return self._tally(checks, self.typed_rows(checks)) if checks else []

    def _tally(self, checks: Sequence[CompiledCheck], rows: str) -> list[Verdict]:
        """Count the bad rows of each check."""
        counts = (f"count(*) filter (where {check.bad})" for check in checks)
        answers = self.duck.one(f"select {', '.join(counts)} from ({rows})")
        return [
            Verdict(check, self.table.rows, int(str(failed)))
            for check, failed in zip(checks, answers, strict=True)
        ]

    def typed_rows(self, checks: Sequence[CompiledCheck], more: str = "") -> str:
        """Write the query for the typed fields that some checks read."""
        items = self.profile.items
        columns = list(dict.fromkeys(c for check in checks for c in check.columns))
        shown = [f"{typed(items[c], c)} as {quoted(c)}" for c in columns]
        lookups = dict.fromkeys(pair for check in checks for pair in check.lookups)
        joins = ""
        for number, (word, column) in enumerate(lookups):
            system = quoted(f"system {items[column].system}")
            shown.append(f"s{number}.{word} as {quoted(f'{word} {column}')}")
            key = cleaned(items[column], column).replace(
                quoted(column), f"d.{quoted(column)}"
            )
            joins += f" left join {system} s{number} on s{number}.code = {key}"
        inner = self.table.select(columns)
        if more:
            inner = inner.replace("select ", f"select {more}, ", 1)
            shown.append("_row")
        rows = f"select {', '.join(shown) or '1'} from ({inner}) d{joins}"
        helpers = dict.fromkeys(pair for check in checks for pair in check.helpers)
        if helpers:
            more_columns = ", ".join(f"{sql} as {name}" for name, sql in helpers)
            rows = f"select *, {more_columns} from ({rows})"
        return rows

    def rows_of(self, check: CompiledCheck, most: int = SHOWN) -> list[int]:
        """Return numbers (from 1) of rows that break a check."""
        number = "row_number() over () as _row"
        if check.by_row:
            rows = self.typed_rows([check], number)
            asked = f"select _row from ({rows}) where {check.bad}"
        else:
            column = check.columns[0]
            v = cleaned(self.profile.items[column], column)
            inner = self.table.select([column]).replace(
                "select ", f"select {number}, ", 1
            )
            rows = f"select _row, {v} as v from ({inner})"
            asked = f"select _row from ({rows}) where {check.bad}"
        limit = f" order by _row limit {most}" if most else ""
        return [int(n) for n in self.duck.fetch(asked + limit)["_row"].to_pylist()]

    def values_of(self, check: CompiledCheck, most: int = 200) -> dict[str, int]:
        """Return the distinct values that break a value check, most frequent first."""
        column = check.columns[0]
        v = cleaned(self.profile.items[column], column)
        rows = f"select {v} as v from ({self.table.select([column])})"
        asked = (
            f"select v, count(*) as n from ({rows}) where {check.bad}"
            f" group by v order by n desc, v limit {most}"
        )
        found = self.duck.fetch(asked).to_pydict()
        return dict(zip(found["v"], found["n"], strict=True))

    def readable(self, check: CompiledCheck) -> int:
        """Count the rows that break a check of dates or numbers but can be read.

        A day or time is only written otherwise (slashes, a T, no dashes), a number in
        full width.
        """
        column = check.columns[0]
        v = cleaned(self.profile.items[column], column)
        rows = f"select {v} as v from ({self.table.select([column])})"
        read = READABLE[self.profile.items[column].kind].format(
            v=f"translate(v, {WIDE})"
        )
        asked = f"select count(*) from ({rows}) where ({check.bad}) and {read}"
        return int(str(self.duck.one(asked)[0]))

    def pairs_of(self, code: str, label: str) -> pa.Table:
        """Count the distinct pairs of a code column and its label column."""
        items = self.profile.items
        pair = f"{cleaned(items[code], code)} as code, {quoted(label)} as label"
        names = f"{self.table.shown(code)} as {quoted(code)}"
        held = self.table.fields.get(label, label)
        named = f"cast({quoted(held)} as varchar) as {quoted(label)}"
        inner = f"select {names}, {named} from data"
        return self.duck.fetch(
            f"select code, label, count(*) as n from (select {pair} from ({inner}))"
            " where code is not null and label is not null group by all"
        )

    def labels_of(self, system: str) -> dict[str, str]:
        """Return code and label of an installed code system; nothing of another."""
        if system in self.systems and system not in self.named:
            table = quoted(f"system {system}")
            found = self.duck.fetch(f"select code, label from {table}").to_pydict()
            self.named[system] = dict(zip(found["code"], found["label"], strict=True))
        return self.named.get(system, {})

    def counts_of(self, column: str) -> dict[str, int]:
        """Count how often each value of a column is there."""
        v = cleaned(self.profile.items[column], column)
        rows = f"select {v} as v from ({self.table.select([column])})"
        found = self.duck.fetch(f"select v, count(*) as n from ({rows}) group by v")
        return dict(zip(found["v"].to_pylist(), found["n"].to_pylist(), strict=True))


def open_scan(table: Table, profile: Profile, systems: Mapping[str, Path]) -> Scan:
    """Open a table and the code systems in an engine."""
    duck = Duck()
    for alias, place in systems.items():
        duck.see(f"system {alias}", place)
    if isinstance(table.source, Path):
        duck.see("data", table.source)
    else:
        duck.see("given", table.source)
        columns = ", ".join(quoted(c) for c in table.types) or "1"
        duck.do(f"create temp table data as select {columns} from given")
    return Scan(duck, table, profile, frozenset(systems))
