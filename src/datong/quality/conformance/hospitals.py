"""One table of many hospitals: each hospital's own score, distance and use of codes.

In:  a table, a profile, and the field that says whose row it is.
Out: a report for each hospital; how often each uses each code (`standards impact`).
"""

from collections.abc import Iterator
from dataclasses import replace

import pyarrow as pa

from datong.core.reason import Trouble
from datong.engine.duckdb import Duck, quoted
from datong.quality.conformance.conform import Options, conform
from datong.quality.conformance.reasons import NO_HOSPITALS
from datong.quality.conformance.report import Report
from datong.quality.conformance.table import Table, look, open_table
from datong.standards.model import Profile

MOST = 1_000  # hospitals of one table: a column of more is no hospital


def by_hospital(
    data: object, profile: Profile, field: str, options: Options
) -> dict[str, Report]:
    """Check each hospital's rows by themselves; the worst score comes first.

    Raises Trouble where the data have no such field, or too many values in it.
    """
    table = look(open_table(data, options.sheet), profile, options.mapped)
    with Duck() as duck:
        duck.see("data", table.source)
        column = quoted(_column(table, field, profile))
        named = f"coalesce(trim(cast({column} as varchar)), '')"
        counted = duck.fetch(f"select distinct {named} as h from data order by h")
        names = counted["h"].to_pylist()
        if len(names) > MOST:
            raise Trouble(NO_HOSPITALS, field=field, count=len(names), most=MOST)
        of_one = f"select * from data where {named} = ?"
        found = {
            name or "–": conform(duck.fetch(of_one, None, name), profile, options)
            for name in names
        }
    told = ((name, replace(one, data=name)) for name, one in found.items())
    return dict(sorted(told, key=lambda pair: pair[1].score))


def _column(table: Table, field: str, profile: Profile) -> str:
    """Find the column that says whose row it is: a field, its name, or a column."""
    if field in table.fields:
        return table.fields[field]
    if field in table.types:
        return field
    known = ", ".join(list(table.fields)[:8]) or ", ".join(profile.items)[:80]
    raise Trouble(NO_HOSPITALS, field=field, count=0, most=MOST, known=known)


def usage(data: object, profile: Profile, field: str, options: Options) -> pa.Table:
    """Count the records by hospital, coded field and code (hospital, field, code)."""
    table = look(open_table(data, options.sheet), profile, options.mapped)
    with Duck() as duck:
        duck.see("data", table.source)
        whose = quoted(_column(table, field, profile)) if field else "''"
        parts = list(_counted(table, profile, whose))
        nothing = "select '' as hospital, '' as field, '' as code, 0 as records limit 0"
        listed = " union all ".join(parts) if parts else f"from ({nothing})"
        return duck.fetch(
            "select hospital, field, code, cast(sum(records) as bigint) as records"
            f" from ({listed}) group by all order by all"
        )


def _counted(table: Table, profile: Profile, whose: str) -> Iterator[str]:
    """Write the count of each coded column; repeats count for their item."""
    for column in table.fields:
        item = profile.items[column]
        if item.value_set or item.system:
            code = f"trim(cast({table.shown(column)} as varchar))"
            yield (
                f"select cast({whose} as varchar) as hospital, '{item.id}' as field,"
                f" {code} as code, count(*) as records from data"
                f" where {code} <> '' group by all"
            )
