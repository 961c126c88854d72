"""Which door a file comes through.

In:  the name of a door, a file, a sink.
Out: its ledger entry, and the SHA-256 of what was read.
"""

from pathlib import Path

from datong.core.ledger import Entry
from datong.engine.land import Landing
from datong.sources import delimited, dump, fhir, sqldb, xlsx
from datong.sources.delimited import Dialect


def through_door(
    door: str, part: str, file: Path, sink: Landing, dialect: Dialect
) -> tuple[Entry, str]:
    """Read a file, or the part of it that is a table, by its door."""
    if door == "fhir":
        return fhir.read(file, sink)
    if door == "xlsx":
        return xlsx.read(file, sink, part, dialect)
    if door == "dump":
        return dump.read(file, sink, part, dialect)
    if door == "sqlite":
        return sqldb.read_file(file, sink, part)
    return delimited.read(file, sink, dialect)
