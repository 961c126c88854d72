"""Which files of a folder are which OMOP table, and of which version they are."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow.parquet as pq
from pyarrow import ArrowException

from datong.core.reason import Trouble
from datong.core.shape import Kind
from datong.engine.duckdb import Duck, Input, literal
from datong.quality.reasons import NO_TABLES, NOT_READ
from datong.standards.omop import VERSIONS, fields, tables

KNOWN = {table for version in VERSIONS for table in tables(version)}
DELIMITED = (".csv", ".csv.gz", ".tsv", ".tsv.gz")
ENDINGS = (".parquet", *DELIMITED)
TEXTS = {
    field.name
    for version in VERSIONS
    for field in fields(version)
    if field.column.kind is Kind.TEXT
}


@contextmanager
def omop_tables(folder: Path) -> Iterator[dict[str, list[Path]]]:
    """Give the Parquet files of each OMOP table, whoever wrote them.

    `PERSON.parquet`, `person.parquet`, `person/part-0.parquet` and `person.csv` are all
    the table person; other files are left alone. Delimited text is read once, into
    Parquet files that go with the `with`.
    """
    found: dict[str, list[Path]] = {}
    for place in sorted(folder.iterdir()) if folder.is_dir() else []:
        name = place.name.lower()
        ending = "" if place.is_dir() else _ending(place)
        files = sorted(place.rglob("*")) if place.is_dir() else [place]
        files = [file for file in files if _ending(file)]
        if files and (table := name.removesuffix(ending)) in KNOWN:
            found.setdefault(table, []).extend(files)
    if not found:
        raise Trouble(NO_TABLES, folder)
    with TemporaryDirectory(prefix="datong-") as aside:
        made = {name: _readable(files, Path(aside)) for name, files in found.items()}
        for file in (file for files in made.values() for file in files):
            _columns(file)
        yield made


def _ending(file: Path) -> str:
    """Return the ending of a file that can be read, else nothing."""
    name = file.name.lower()
    return next((e for e in ENDINGS if name.endswith(e) and file.is_file()), "")


def _readable(files: Sequence[Path], aside: Path) -> list[Path]:
    """Return the files of a table, delimited text made Parquet."""
    return [
        _parquet(file, aside) if _ending(file) in DELIMITED else file for file in files
    ]


def _parquet(file: Path, aside: Path) -> Path:
    """Make a file of delimited text a Parquet file.

    A column has the type that all of its values have; a text stays one, so that the
    code 0012 is not the number 12.
    """
    place = aside / f"{len(list(aside.iterdir()))}.parquet"
    read = f"read_csv({literal(file)}, header = true, sample_size = -1"
    try:
        with Duck() as duck:
            names = duck.fetch(f"select * from {read}) limit 0").column_names
            texts = [literal(name) for name in names if name.lower() in TEXTS]
            held = ", ".join(f"{name}: 'VARCHAR'" for name in texts)
            types = f", types = {{{held}}}" if held else ""
            duck.run(f"select * from {read}{types})", {}, place)
    except Trouble as trouble:
        said = str(trouble.details.get("said", "")).splitlines()[:1]
        raise Trouble(NOT_READ, file, said=" ".join(said)) from trouble
    return place


def omop_version(files: Mapping[str, Input]) -> str:
    """Tell 5.3 from 5.4: by the columns that only one has, then by those it lacks."""
    held = {
        table: set().union(*(_columns(place) for place in places))
        for table, places in files.items()
        if isinstance(places, list)
    }
    wanted = {version: _wanted(version, held) for version in VERSIONS}
    both = set.intersection(*wanted.values())
    there = {(table, name) for table, names in held.items() for name in names}
    return max(
        VERSIONS,
        key=lambda version: (
            len((wanted[version] - both) & there),
            -len(wanted[version] - there),
            version,
        ),
    )


def _wanted(version: str, held: Collection[str]) -> set[tuple[str, str]]:
    """Name the columns that a version has in the tables that are there."""
    return {
        (field.table, field.name) for field in fields(version) if field.table in held
    }


def _columns(file: Path) -> set[str]:
    """Name the columns of a file."""
    try:
        return {name.lower() for name in pq.read_schema(file).names}
    except (ArrowException, OSError) as error:
        said = str(error).splitlines()[0]
        raise Trouble(NOT_READ, file, said=said) from error
