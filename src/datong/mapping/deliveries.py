"""When a file was handed over, and whether it is the whole table: its name says it.

In:  the names of files below their organization's folder, what `[load]` says.
Out: a table of deliveries.

A date is the last in the name: `2024-03-01`, `20240301`, with a time or without
(`20240301_0830`); a month alone (`LIS_202403.csv`) counts as its last day. The name
decides, not the clock of the machine that received it: files that come late, again or
in another order are what they are.
"""

import re
from calendar import monthrange
from collections.abc import Iterable, Mapping
from datetime import datetime
from fnmatch import fnmatch
from typing import Any

import pyarrow as pa

from datong.core.reason import Trouble
from datong.mapping.reasons import UNDATED

# Not a part of a longer number: `P20240301123456789` is somebody's number.
DATED = re.compile(
    r"(?<!\d)((?:19|20)\d\d)[-_.年]?(0[1-9]|1[0-2])(?:[-_.月]?(0[1-9]|[12]\d|3[01]))?日?"
    r"(?:[T_ -]?([01]\d|2[0-3])[-:.]?([0-5]\d)[-:.]?([0-5]\d)?)?(?!\d)"
)


def delivered(name: str, pattern: str = "") -> datetime | None:
    """Return when a file was handed over; `pattern` finds the date in its name."""
    if pattern:
        stated = re.search(pattern, name)
        name = stated.group(stated.lastindex or 0) if stated else ""
    for found in reversed(list(DATED.finditer(name))):
        year, month, day, *clock = (int(part or 0) for part in found.groups())
        last = monthrange(year, month)[1]
        if day <= last:
            hour, minute, second = clock
            return datetime(year, month, day or last, hour, minute, second)  # noqa: DTZ001 - the source's own calendar
    return None


def deliveries_of(
    files: Iterable[tuple[int, str]], load: Mapping[str, Any], where: object
) -> pa.Table:
    """Describe files (number, name): `_file`, `_name`, `_delivered`, `_full`.

    A snapshot must have a date, or nobody could say which of two is the later.
    """
    is_snapshot = load.get("mode") == "snapshot"
    whole = load.get("full", False)
    lines = []
    for number, name in files:
        when = delivered(name, load.get("delivered", ""))
        if is_snapshot and when is None:
            raise Trouble(UNDATED, where=where, file=name)
        is_full = fnmatch(name, whole) if isinstance(whole, str) else bool(whole)
        lines.append((number, name, when, is_full and is_snapshot))
    kinds = [pa.int64(), pa.string(), pa.timestamp("us"), pa.bool_()]
    names = ("_file", "_name", "_delivered", "_full")
    schema = pa.schema(list(zip(names, kinds, strict=True)))
    rows = [dict(zip(names, line, strict=True)) for line in lines]
    return pa.Table.from_pylist(rows, schema=schema)
