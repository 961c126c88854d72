"""Run one mapping over what one organization delivered.

In:  landed files, the dictionaries of persons and encounters.
Out: a file of records for each kind, the quarantine, and the ledger entry.

Every row is accounted for: kept (it gave a record), rejected, merged (another row
of the same grain stands for it), or silent (a rule of the mapping names it).
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pyarrow as pa

from datong.core.ledger import Entry
from datong.core.reason import Trouble
from datong.engine.duckdb import Duck, Input, literal, quoted
from datong.mapping.columns import naming_columns
from datong.mapping.compile import Compiler, secret, stored
from datong.mapping.deliveries import deliveries_of
from datong.mapping.heads import Heads, see_heads
from datong.mapping.landed import see_rows
from datong.mapping.reasons import GRAIN, TOO_MANY, UNMAPPED, UNNAMED
from datong.mapping.versions import Versions
from datong.standards.record import RecordKind

SAMPLED = """
select whole.* from whole join (
    select _row from (select _row, {person} from whole)
    left join persons on _value = _person_value
    where _person is null
          or md5_number_lower(cast(_person as varchar)) % 10000 < {below}
) using (_row)
"""
# A record without an encounter belongs to the visit that its time lies in: of several,
# to the shortest; a visit without an end lasts a day.
BY_TIME = """
with good as {good},
found as (
    select good.record, min_by(visits.encounter, row(coalesce(visits.time_end,
           visits.time + interval 1 day) - visits.time, visits.encounter)) as visit
    from good join visits on visits.person = good.person
         and good.time between visits.time
             and coalesce(visits.time_end, visits.time + interval 1 day)
    where good.encounter is null group by good.record
)
select good.* replace (coalesce(good.encounter, found.visit) as encounter)
from good left join found using (record)
"""


PASSED_BY = (
    "delete from past where _row in (select _row from erased)",
    "delete from fates where _row in (select _row from erased)",
    "insert into fates by name select _row, 'silent' as _why from erased",
)


@dataclass(frozen=True, slots=True)
class Made:
    """A file of records of one kind."""

    kind: str
    path: Path
    rows: int
    in_vault: bool = False
    is_past: bool = False  # earlier versions, not what holds now


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of one table of one organization."""

    entry: Entry
    made: tuple[Made, ...]
    rejects: Path
    refused: dict[str, int] = field(default_factory=dict)  # code: rows
    earlier: int = 0  # versions that held before
    deleted: int = 0  # rows whose record is a tombstone
    twice: int = 0  # heads that stand with different cells


@dataclass(frozen=True, slots=True)
class Places:
    """Where the outputs go."""

    records: Callable[[str], Path]  # kind: file
    vault: Callable[[str], Path]
    rejects: Path

    def of_past(self) -> "Places":
        """Return where earlier versions go: beside those that hold."""

        def beside(where: Callable[[str], Path]) -> Callable[[str], Path]:
            return lambda kind: where(kind).with_name(f"past-{where(kind).name}")

        return Places(beside(self.records), beside(self.vault), self.rejects)


@dataclass(frozen=True, slots=True)
class Dictionaries:
    """Who is who, and which visit is which, for one organization."""

    persons: Input  # _value, _person
    encounters: Input  # _number, _encounter
    visits: Input | None = None  # records of kind encounter, where time finds the visit
    deliveries: Input = field(default_factory=lambda: deliveries_of((), {}, ""))


class Shard:
    """One mapping over one organization's landed files."""

    def __init__(self, duck: Duck, compiler: Compiler, columns: Sequence[str]) -> None:
        """Take an engine of its own, and the landed columns."""
        self.duck, self.compiler = duck, compiler
        self.by_time = self.is_past = False
        self.twice = 0  # heads that stand with different cells
        self.columns = list(compiler.mapping.json) or list(columns)
        self.rules = compiler.mapping.records

    def open(
        self,
        landed: Input,
        mends: pa.Table | None = None,
        heads: Heads | None = None,
        *,
        to_name: bool = False,
    ) -> None:
        """Make the rows of the source readable; JSON is parsed once, here.

        `mends` are rows that stand for landed ones of the same number; `heads` what
        `[join]` names. `to_name`: only what names persons and encounters will be asked.
        """
        mapping = self.compiler.mapping
        wanted = f" where type = {literal(mapping.type)}" if mapping.json else ""
        see_rows(self.duck, "landed", landed, mends, wanted)
        if mapping.join and heads:
            self.twice = see_heads(self.duck, mapping.join, heads)
        kind = "table" if mapping.json else "view"
        only = naming_columns(mapping) if to_name else ()
        self.duck.do(f"create temp {kind} whole as {self.compiler.source(only)}")
        self.duck.do("create temp view source as from whole")

    def who(self) -> tuple[pa.Table, pa.Table, pa.Table]:
        """Return the numbers of persons and of encounters, and what identifies.

        Columns: `value`; `value`; `value`, `type`, `text`. Each row once.
        """
        nobody = "select null::varchar as {0}, null::bigint as {1} where false"
        self.duck.do(
            "create temp view persons as " + nobody.format("_value", "_person")
        )
        self.duck.do(
            "create temp view encounters as " + nobody.format("_number", "_encounter")
        )
        self.duck.do(f"create temp view rows as {self.compiler.rows()}")
        distinct = "select distinct {0} as value from rows where {0} is not null"
        return (
            self.duck.fetch(distinct.format("_person_value")),
            self.duck.fetch(distinct.format("_encounter_value")),
            self.duck.fetch(self.compiler.identifiers()),
        )

    def _sample(self, share: float) -> None:
        """Leave a share of the persons, always the same, and all rows of nobody."""
        if share < 1 and self.compiler.mapping.person:
            chosen = SAMPLED.format(
                person=self.compiler.numbers(), below=round(share * 10_000)
            )
            self.duck.do(f"create or replace temp view source as {chosen}")

    def apply(
        self, dictionaries: Dictionaries, places: Places, share: float = 1
    ) -> Applied:
        """Make the records; of a trial, those of a share of the persons."""
        self.duck.see("persons", dictionaries.persons)
        self._sample(share)
        self.duck.see("encounters", dictionaries.encounters)
        self.by_time = dictionaries.visits is not None
        if dictionaries.visits is not None:
            self.duck.see("visits", dictionaries.visits)
        self.duck.see("deliveries", dictionaries.deliveries)
        versions = Versions(self.compiler)
        for name, sql in versions.tables(self.columns).items():
            self.duck.do(f"create temp table {name} as {sql}")
        self._pass_by()
        self.duck.do(f"create temp view rows as {versions.rows('fates')}")
        for number in range(len(self.rules)):
            verdict = (
                f"select _row, _refused, _faults from ({self.compiler.record(number)})"
            )
            self.duck.do(f"create temp table mapped_{number} as {verdict}")
        entry = self._account()
        refused = self._quarantine(places.rejects)
        self._expected(refused)
        made = [*self._write(places), *self._past(versions, places.of_past())]
        told = (self._count("past"), self._count("rows where _deleted"), self.twice)
        return Applied(entry, tuple(made), places.rejects, refused, *told)

    def _pass_by(self) -> None:
        """Leave out, by rule, the rows of patients that were erased (person 0)."""
        self.duck.do(
            "create temp table erased as"
            f" select _row from (select _row, {self.compiler.numbers()} from source)"
            " where _person_value in (select _value from persons where _person = 0)"
        )
        for sql in PASSED_BY:
            self.duck.do(sql)

    def _past(self, versions: Versions, places: Places) -> list[Made]:
        """Write the versions that held before, and until when each did."""
        if not self._count("past"):
            return []
        self.duck.do(f"create or replace temp view rows as {versions.rows('past')}")
        self.is_past = True
        return [replace(one, is_past=True) for one in self._write(places)]

    def _count(self, what: str) -> int:
        """Count the rows of something."""
        return _count(self.duck.one(f"select count(*) from {what}")[0])

    def _account(self) -> Entry:
        """Say what became of each row; rows without any record must be named."""
        verdicts = " union all ".join(
            f"select _row, _refused is null as _good from mapped_{n}"
            for n in range(len(self.rules))
        )
        self.duck.do(
            "create temp table verdict as select _row, max(_good) as _good"
            f" from ({verdicts}) group by _row"
        )
        self.duck.do(
            f"create temp table rest as select _row, {self.compiler.silent()} as _name"
            " from rows anti join verdict using (_row)"
        )
        counts = self.duck.one(
            "select (select count(*) from landed),"
            " (select count(*) from verdict where _good),"
            " (select count(*) from verdict where not _good),"
            " (select count(*) from fates where _why = 'grain'),"
            " (select count(*) from fates where _why = 'merged'),"
            " (select count(*) from rest where _name is not null)"
            " + (select count(*) from fates where _why = 'silent')"
            " + (select count(*) from landed) - (select count(*) from source),"
            " (select count(*) from rest where _name is null)"
        )
        read, kept, bad, grain, merged, silent, unnamed = map(_count, counts)
        rejected = bad + grain + unnamed
        step = f"map:{self.compiler.organization}/{self.compiler.mapping.reads}"
        return Entry(step, read, kept, rejected, merged=merged, silent=silent)

    def _quarantine(self, output: Path) -> dict[str, int]:
        """Write the rejects, each with its whole row; return the counts of codes."""
        found = [
            f"select _row, 'row' as scope, _refused as code, _why.field as field,"
            f" _why.value as value from (select *,"
            f" list_filter(_faults, lambda c: c.code = _refused)[1] as _why"
            f" from mapped_{n} where _refused is not null) union all"
            f" select _row, 'cell', _cell.code, _cell.field, _cell.value from"
            f" (select _row, unnest(_faults) as _cell from mapped_{n}"
            f" where _refused is null and _faults is not null)"
            for n in range(len(self.rules))
        ]
        found.append(
            f"select _row, 'row', '{GRAIN.code}', null, null from fates"
            " where _why = 'grain'"
        )
        found.append(
            f"select _row, 'row', '{UNNAMED.code}', null, null from rest"
            " where _name is null"
        )
        self.duck.do(f"create temp table faults as {' union all '.join(found)}")
        raw = "landed.resource" if self.compiler.mapping.json else self._raw()
        self.duck.run(
            "select faults._row, cast(null as varchar) as file,"
            " cast(null as bigint) as line, cast(null as bigint) as byte, faults.scope,"
            f" faults.code, faults.field, faults.value, {raw} as raw from faults"
            " join landed on landed._row = faults._row"
            " order by faults._row, faults.field",
            {},
            output,
        )
        counted = self.duck.fetch(
            "select code, count(*) as n from faults group by code order by code"
        )
        return {line["code"]: line["n"] for line in counted.to_pylist()}

    def _raw(self) -> str:
        """Return a row's cells as one JSON text."""
        cells = ", ".join(f"{quoted(c)} := landed.{quoted(c)}" for c in self.columns)
        return f"cast(to_json(struct_pack({cells})) as varchar)"

    def _expected(self, refused: dict[str, int]) -> None:
        """Stop where more is refused, or has no code, than the mapping expects."""
        rows = self._count("source")
        for code, most in self.compiler.mapping.expect.items():
            part, whole, reason = refused.get(code, 0), rows, TOO_MANY
            if code == "unmapped":
                (part, whole), reason = self._unmapped(), UNMAPPED
            percent = 100 * part / max(whole, 1)
            if percent > most:
                where = f"{self.compiler.mapping.path} [expect]"
                shown = f"{percent:.2f}"
                raise Trouble(reason, where=where, percent=shown, code=code, most=most)

    def _unmapped(self) -> tuple[int, int]:
        """Count the filled cells that their value map does not have, and all filled."""
        parts = [
            self.compiler.unmapped(number, name)
            for number, rule in enumerate(self.rules)
            for name, code in rule.codes.items()
            if code.values
        ]
        none = ["select 0 as missing, 0 as filled"]
        counted = " union all ".join(parts or none)
        found = self.duck.one(f"select sum(missing), sum(filled) from ({counted})")
        return int(str(found[0])), int(str(found[1]))

    def _write(self, places: Places) -> list[Made]:
        """Write one file for each kind, and what only the vault may hold."""
        by_kind: dict[str, list[int]] = defaultdict(list)
        for number, rule in enumerate(self.rules):
            by_kind[rule.kind.name].append(number)
        made = []
        for name, numbers in by_kind.items():
            kind = self.rules[numbers[0]].kind
            path = places.vault(name) if kind.vault else places.records(name)
            rows = self._copy(numbers, {column.name for column in stored(kind)}, path)
            made.append(Made(name, path, rows, in_vault=kind.vault))
            made += self._hide(kind, numbers, places)
        return made

    def _hide(self, kind: RecordKind, numbers: list[int], places: Places) -> list[Made]:
        """Write the columns of a kind that only the vault may hold."""
        hidden = {column.name for column in secret(kind)}
        if not hidden:
            return []
        path = places.vault(kind.name)
        marks = {"record", "person", "version", "_row"}
        rows = self._copy(numbers, marks | hidden, path)
        return [Made(kind.name, path, rows, in_vault=True)]

    def _has(self, number: int) -> bool:
        """Say whether a rule gave any record; most of a shipped mapping's give none."""
        return self.is_past or self._count(f"mapped_{number}") > 0

    def _copy(self, numbers: list[int], wanted: set[str], path: Path) -> int:
        """Write those of the wanted columns that are set, of the good records."""
        parts = []
        present = [n for n in numbers if self._has(n)] or numbers[:1]
        for number in present:
            outputs = self.compiler.outputs(self.rules[number], number)
            names = [o.column.name for o in outputs if o.column.name in wanted]
            listed = ", ".join(quoted(name) for name in names)
            sql = f"({self.compiler.record(number)})"
            good = f"(select * from {sql} where _refused is null)"
            if self.by_time and "time" in {o.column.name for o in outputs}:
                good = f"({BY_TIME.format(good=good)})"
            if self.is_past:
                good = f"{good} good join past using (_row)"
                listed += ", past._until as known_to"
            parts.append(f"select {listed} from {good}")
        return self.duck.run(" union all by name ".join(parts), {}, path)


def _count(value: object) -> int:
    """Read a count."""
    return value if isinstance(value, int) else 0
