"""One front page for each inpatient stay, joined from standard records.

In:  the records of one hospital (encounter, person, diagnosis, procedure, transfer,
     settlement), a profile's codes for the house codes.
Out: a table with the fields of the Western front page, all as text; which fields the
     records have no place for, and which lie in the vault.

`fields.csv` says where each field comes from: the part, and an expression over its
columns; `@x` is a coded field, its code or, where it has none, its text. The label of a
hospital's own code comes along in `FIELD_name`, so that its meaning can be judged.
"""

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

import pyarrow as pa

from datong.engine.duckdb import Duck, empty, literal, quoted
from datong.standards.records import all_kinds

MOST = 40  # diagnoses or procedures besides the main one
READ = ("encounter", "person", "diagnosis", "procedure", "transfer", "settlement")
KIND = (
    "case when role_code = 'main' and turn = 1 then 'main'"
    " when role_code in ('outpatient', 'admission', 'pathology') then role_code"
    " else 'other' end"
)
# Each part: the rows that it is made of, and the stay that they belong to.
PARTS = {
    "stay": "stay",
    "person": "(select * exclude (encounter), of_stay as encounter from patient)",
    "transfer": "moves",
    "leaving": "leaving",
    "settlement": "bill",
    "diagnosis": "diagnosis_at",
    "procedure": "procedure_at",
}


@dataclass(frozen=True, slots=True)
class Source:
    """Where a field of the front page comes from."""

    field: str
    part: str  # of PARTS, with the slot behind a colon; `vault`: not read here
    value: str
    house: str  # the value set whose codes its house codes are


@dataclass(frozen=True)
class FrontPages:
    """The front pages of one hospital; a field that it never fills has no column."""

    table: pa.Table
    unfilled: frozenset[str] = field(default_factory=frozenset)


@cache
def sources() -> tuple[Source, ...]:
    """Read where each field comes from."""
    text = files(__package__).joinpath("fields.csv").read_text("utf-8")
    return tuple(Source(**row) for row in csv.DictReader(text.splitlines()))


def vaulted() -> frozenset[str]:
    """Name the fields that identify a person: the vault holds them."""
    return frozenset(one.field for one in sources() if one.part == "vault")


def join(
    duck: Duck, organization: str, codes: Mapping[str, Mapping[str, str]]
) -> FrontPages:
    """Join the front pages of one hospital from the records that `duck` sees.

    `codes`: for each field, what a house code is in the profile that is asked. Stays
    that have not ended have no front page yet.
    """
    _complete(duck)
    told = {"organization": literal(organization), "kind": KIND}
    head = files(__package__).joinpath("stays.sql").read_text("utf-8").format(**told)
    parts = list(_parts(codes))
    named = ", ".join(f"p{n} as ({part})" for n, part in enumerate(parts))
    joined = " ".join(f"left join p{n} using (encounter)" for n in range(len(parts)))
    columns = f"select * exclude (encounter) from stay_key {joined} order by encounter"
    key = "stay_key as (select encounter from stay)"
    table = duck.fetch(f"{head} {key}, {named} {columns}")
    empty = {c for c in table.column_names if table[c].null_count == table.num_rows}
    return FrontPages(table.drop_columns(sorted(empty)), frozenset(empty))


def _complete(duck: Duck) -> None:
    """Give an empty table to each kind that no hospital delivers."""
    sql = "select table_name from information_schema.tables where table_schema = ?"
    there = set(duck.fetch(sql, None, "records")["table_name"].to_pylist())
    for name in READ:
        if name not in there:
            shape = all_kinds()[name].shape
            duck.do(f"create table records.{name} as {empty(shape)}")


def _parts(codes: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    """Write one query for each part: a row a stay, a column a field."""
    grouped: dict[str, list[str]] = {}
    for source in sources():
        part, _, slot = source.part.partition(":")
        if part in PARTS:
            house = codes.get(source.field, {})
            grouped.setdefault(part, []).extend(_columns(source, slot, house))
    for part, columns in grouped.items():
        shown = ", ".join(columns)
        yield f"select encounter, {shown} from {PARTS[part]} x group by encounter"


def _columns(source: Source, slot: str, house: Mapping[str, str]) -> Iterator[str]:
    """Write the columns of one field, repeated as often as the form allows."""
    for name, value in _values(source, house):
        if "{n}" not in name:
            where = f"slot = '{slot}' and number = 1" if slot else ""
            yield _column(value, where, name)
            continue
        for number in range(1, MOST + 1):
            column = name.replace("{n}", f"{number:02d}")
            yield _column(value, f"slot = '{slot}' and number = {number}", column)


def _column(value: str, where: str, name: str) -> str:
    """Write one column: the value of the row that is meant, as text."""
    if value.startswith(("sum(", "string_agg(")):
        money = f"cast({value} as decimal(18, 2))" if value[0:3] == "sum" else value
        return f"cast({money} as varchar) as {quoted(name)}"
    text = f"cast({value} as varchar)"
    met = f"case when {where} then {text} end" if where else text
    return f"max({met}) as {quoted(name)}"


def _values(source: Source, house: Mapping[str, str]) -> Iterable[tuple[str, str]]:
    """Return a field with its expression, and its label column where it is coded."""
    if not source.value.startswith("@"):
        return [(source.field, source.value)]
    if source.value == "@readmission_plan":
        value = "case readmission_plan when true then '2' when false then '1' end"
        return [(source.field, _recoded(value, house))]
    x = source.value[1:]
    own = f"coalesce({x}_code, {x}_text)"
    is_house = f"coalesce({x}_system, '') = 'house'"
    code = f"case when {is_house} then {_recoded(f'{x}_code', house)} else {own} end"
    label = f"case when {x}_code <> {x}_text and not {is_house} then {x}_text end"
    return [(source.field, code), (f"{source.field}_name", label)]


def _recoded(value: str, house: Mapping[str, str]) -> str:
    """Write a house code as the profile writes its meaning."""
    changed = {a: b for a, b in house.items() if a != b}
    if not changed:
        return value
    cases = " ".join(f"when '{a}' then '{b}'" for a, b in changed.items())
    return f"case {value} {cases} else {value} end"
