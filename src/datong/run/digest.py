"""What a release says, as one number a table: equal contents, equal digests.

In:  a release.
Out: table: rows and digest; neither the order of rows nor the engine matters.
"""

from datong.engine.duckdb import quoted
from datong.run.reader import Reader

# The day of a release differs from day to day; what it says does not.
DATED = {"omop.cdm_source"}
DIGEST = """
select count(*) as n, bit_xor(md5_number(cast(to_json(told) as varchar))) as d
from {table} as told
"""


def digest(reader: Reader) -> dict[str, str]:
    """Return `rows:digest` of every table of the view, the records, their history."""
    found = {}
    for name in reader.tables():
        schema, _, table = name.partition(".")
        if schema in {"omop", "records", "history"} and name not in DATED:
            sql = DIGEST.format(table=f"{schema}.{quoted(table)}")
            (row,) = reader.query(sql).to_pylist()
            found[name] = f"{row['n']}:{int(row['d'] or 0):032x}"
    return found
