"""Which files of a folder are which OMOP table, and of which version they are."""

from collections.abc import Mapping
from pathlib import Path

import pyarrow.parquet as pq
from pyarrow import ArrowException

from datong.core.reason import Trouble
from datong.engine.duckdb import Input
from datong.quality.reasons import NO_TABLES, NOT_PARQUET
from datong.standards.omop import VERSIONS, tables

KNOWN = {table for version in VERSIONS for table in tables(version)}


def omop_tables(folder: Path) -> dict[str, list[Path]]:
    """Return the files of each OMOP table, whoever wrote them.

    `PERSON.parquet`, `person.parquet` and `person/part-0.parquet` are all the table
    person; other files are left alone.
    """
    found: dict[str, list[Path]] = {}
    for place in sorted(folder.iterdir()) if folder.is_dir() else []:
        name = place.name.lower().removesuffix(".parquet")
        files = sorted(place.rglob("*.parquet")) if place.is_dir() else [place]
        is_table = name in KNOWN and (place.is_dir() or place.suffix == ".parquet")
        if is_table and files:
            found.setdefault(name, []).extend(files)
    if not found:
        raise Trouble(NO_TABLES, folder)
    for file in (file for files in found.values() for file in files):
        _columns(file)
    return found


def omop_version(files: Mapping[str, Input]) -> str:
    """Tell 5.3 from 5.4 by the columns that only one of them has."""
    old = {"admitting_source_concept_id", "discharge_to_concept_id"}
    new = {"admitted_from_concept_id", "discharged_to_concept_id"}
    for table in ("visit_occurrence", "visit_detail"):
        first = files.get(table, [])
        names = _columns(first[0]) if isinstance(first, list) and first else set()
        if names & (old | new):
            return "5.4" if names & new else "5.3"
    return "5.4"


def _columns(file: Path) -> set[str]:
    """Name the columns of a file."""
    try:
        return {name.lower() for name in pq.read_schema(file).names}
    except (ArrowException, OSError) as error:
        said = str(error).splitlines()[0]
        raise Trouble(NOT_PARQUET, file, said=said) from error
