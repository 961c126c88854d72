"""How many rows a table has in each month of its events: what time does to the data."""

from collections.abc import Mapping

from datong.engine.duckdb import Duck, quoted

DATES = {"DATE", "TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS"}
DATES |= {"TIMESTAMP WITH TIME ZONE"}
# Where a table has several dates, the one that says when the event began.
FIRST = ("start_date", "_date", "start_datetime", "_datetime", "time")


def months(
    duck: Duck, tables: Mapping[str, Mapping[str, str]], group: str = ""
) -> dict[str, dict[str, int]]:
    """Count the rows of each table by month, and by a column such as a site.

    `tables` are the readable tables with their columns' types. Tables without a date of
    their own, and persons, are left out. A key is `2024-03`, or `2024-03 H001`.
    """
    counted = {}
    for table, held in tables.items():
        column = event_date(table, held)
        if not column:
            continue
        also = f" || ' ' || coalesce({quoted(group)}, '')" if group in held else ""
        found = duck.fetch(
            f"select strftime({quoted(column)}, '%Y-%m'){also} as month,"
            f" count(*) as n from {quoted(table)}"
            f" where {quoted(column)} is not null group by 1 order by 1"
        ).to_pydict()
        counted[table] = dict(zip(found["month"], found["n"], strict=True))
    return {table: by_month for table, by_month in counted.items() if by_month}


def event_date(table: str, held: Mapping[str, str]) -> str:
    """Choose the column that says when a row's event began, empty without one."""
    if table in ("person", "cdm_source") or not {"person_id", "person"} & set(held):
        return ""
    dates = [column for column, kind in held.items() if kind in DATES]
    for ending in FIRST:
        for column in dates:
            if column.endswith(ending):
                return column
    return ""
