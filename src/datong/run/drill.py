"""From the bad rows of a check to the lines of the raw files that they came from.

In:  findings with the keys of bad rows; the release that was judged.
Out: the same findings with a few example lines: where, not what stands there.
"""

from dataclasses import replace

from datong.core.reason import Trouble
from datong.engine.duckdb import quoted
from datong.quality.finding import Example, Finding, Verdict
from datong.run.places import Places
from datong.run.reader import Reader
from datong.run.settings import Settings

EXAMPLES = 3  # lines that one finding shows


def with_examples(
    settings: Settings, reader: Reader, findings: list[Finding]
) -> list[Finding]:
    """Lead what fails to its source lines."""
    places = Places(settings, reader)
    return [
        replace(one, examples=_examples(one, reader, places))
        if one.verdict is Verdict.FAIL
        else one
        for one in findings
    ]


def _examples(one: Finding, reader: Reader, places: Places) -> tuple[Example, ...]:
    """Find the lines of the first bad rows of one finding."""
    keys = [int(key) for key in one.keys if key.isdecimal()][:EXAMPLES]
    made = []
    for key, row in _source_rows(one, keys, reader):
        if row is not None and row >> 40 in places.files:
            place = places.of(row)
            file = f"{place.organization}/{place.file}"
            made.append(Example(str(key), file, place.line, place.record))
    return tuple(made)


def _source_rows(
    one: Finding, keys: list[int], reader: Reader
) -> list[tuple[int, int | None]]:
    """Find the source row of each key; a landed row is its own."""
    if one.layer == "source":
        return [(key, key) for key in keys]
    listed = ", ".join(str(key) for key in keys)
    sql = f"select record as key, min(_row) as row from records.{quoted(one.table)}"
    sql += f" where record in ({listed}) group by 1 order by 1"
    if one.layer == "omop":
        sql = "select target as key, min(source_row) as row from ledger.lineage"
        sql += f" where target_table = ? and target in ({listed}) group by 1 order by 1"
    try:
        values = [one.table] if one.layer == "omop" else []
        found = reader.query(sql, *values).to_pylist() if keys else []
    except Trouble:  # a table without records of its own, as those of vocabularies
        return []
    return [(row["key"], row["row"]) for row in found]
