"""What is known of the way from source to view, and how its tables are read.

In:  the ledger of a release, its tables by layer.
Out: tables that queries can read; findings with the keys of what fails.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from datong.engine.duckdb import Duck, Input
from datong.quality.finding import Finding, Verdict

SHOWN = 1_000
Tables = Mapping[str, Input]
Columns = Mapping[str, str]  # with their types


@dataclass(frozen=True, slots=True)
class Lineage:
    """What the ledger of a release says of the way from source to view.

    `files` are site and source of each raw file by its number, `kinds` the kind of
    record that each rule of a mapping makes, `hidden` the rules whose records only the
    vault holds; `ledger` has the entries `map:ORGANIZATION/READS` and `omop:KIND`.
    """

    files: Mapping[int, tuple[str, str]]
    kinds: Mapping[int, str]
    ledger: Sequence[Mapping[str, object]]
    rejects: Sequence[Path] = ()
    hidden: frozenset[str] = field(default_factory=frozenset)  # sources


def see_all(duck: Duck, layer: str, tables: Tables) -> dict[str, dict[str, str]]:
    """Make tables readable as `layer table`; return their columns with types."""
    named = {f"{layer} {name}": files for name, files in tables.items()}
    return dict(zip(tables, duck.see_all(named).values(), strict=True))


def see_parts(duck: Duck, layer: str, tables: Tables) -> dict[str, dict[str, Columns]]:
    """Make each file of a table readable by itself; return their names and columns.

    A query that needs the rows of one file then opens no other.
    """
    named = {
        f"{layer} {table} {number}": (table, file)
        for table, files in tables.items()
        for number, file in enumerate(_apart(files))
    }
    seen = duck.see_all({name: file for name, (_, file) in named.items()})
    parts: dict[str, dict[str, Columns]] = {table: {} for table in tables}
    for name, (table, _) in named.items():
        parts[table][name] = seen[name]
    return parts


def _apart(files: Input) -> Sequence[Input]:
    """Part the files of a table."""
    return files if isinstance(files, Sequence) else [files]


def with_keys(duck: Duck, one: Finding, sql: str) -> Finding:
    """Fetch the first keys of what fails."""
    if one.verdict is not Verdict.FAIL:
        return one
    keys = duck.fetch(f"select * from ({sql}) q(key) order by 1 limit {SHOWN}")
    return replace(one, keys=tuple(str(key) for key in keys.column(0).to_pylist()))
