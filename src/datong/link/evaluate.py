"""How well records with a known person are linked: read, link, measure."""

import resource
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
from numpy.typing import NDArray

from datong.core.reason import Trouble
from datong.link.kinds import Kind, read_fields
from datong.link.linkage import link, link_table
from datong.link.measure import measure, measure_by
from datong.link.reasons import FIELD_TWICE, UNREADABLE
from datong.link.table import read_table

_CHUNK = 1 << 24  # bytes of CSV that are read at once


def read_records(path: Path, wanted: list[str] | None = None) -> pa.Table:
    """Read a table as text, from CSV with a header or from Parquet.

    Raises Trouble where the file is neither.
    """
    try:
        if _is_parquet(path):
            table = pa.parquet.read_table(path, columns=wanted)
        else:
            table = _read_csv(path, wanted)
    except (OSError, pa.ArrowInvalid, UnicodeDecodeError) as error:
        raise Trouble(UNREADABLE, path, said=str(error).splitlines()[0]) from error
    return pa.table({name: _as_text(table[name]) for name in table.column_names})


def read_names(path: Path) -> list[str]:
    """Read the names of a table's columns."""
    try:
        if _is_parquet(path):
            return list(pa.parquet.read_schema(path).names)
        with path.open("rb") as file:
            line = file.readline().decode(_encoding(path))
        return list(pa.csv.read_csv(pa.py_buffer(line.encode())).column_names)
    except (OSError, pa.ArrowInvalid, UnicodeDecodeError) as error:
        raise Trouble(UNREADABLE, path, said=str(error).splitlines()[0]) from error


def evaluate(
    path: Path, truth: str, fields: Mapping[str, Kind], by: str = ""
) -> dict[str, Any]:
    """Link the records of a file and compare with their true persons.

    `by` names a column that says of what kind a record is, as the traps of an invented
    table: `by` of the answer then scores the pairs that each kind touches. Records
    without a true person are linked too but not judged. Seconds are those from the
    table in memory to persons, cleaning included; the peak is that of the process.
    Raises Trouble where the true person is also a field that is compared.
    """
    for column in fields.keys() & {truth, by}:
        raise Trouble(FIELD_TWICE, path, field=column)
    asked = [*fields, truth, *([by] if by else [])]
    records = read_records(path, list(dict.fromkeys(asked)))
    known = pa.compute.is_valid(records[truth]).to_numpy()
    true = records[truth].dictionary_encode().combine_chunks().indices
    start, used = time.perf_counter(), time.process_time()
    table = read_table(records.select(list(fields)), fields)
    cleaned = time.process_time() - used
    run = link_table(table)
    seconds, cpu = time.perf_counter() - start, time.process_time() - used
    persons = run.person
    judged = persons[known], _numbers(true)[known]
    scores = measure(*judged)
    kinds = {}
    if by:
        words = records[by].fill_null("").to_numpy(zero_copy_only=False)[known]
        kinds = measure_by(*judged, words.astype(np.str_))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {
        **asdict(scores),
        "records": records.num_rows,
        "persons": len(np.unique(persons)),
        "compared_pairs": len(run.bits),
        "threshold_bits": run.theta,
        "seconds": seconds,
        "cpu_seconds": cpu,
        "cleaning_cpu_seconds": cleaned,
        "peak_mb": peak,
        **({"by": {kind: asdict(one) for kind, one in kinds.items()}} if by else {}),
    }


def write_persons(path: Path, pairs: Sequence[str], out: Path) -> tuple[int, int]:
    """Link the records of a file and write them with a last column `person`.

    `pairs` are FIELD=KIND. Returns the count of records and of persons.
    """
    records = read_records(path)
    fields = read_fields(pairs, records.column_names)
    person = link(records.select(list(fields)), fields).person + 1
    names = [name for name in records.column_names if name != "person"]
    found = records.select(names).append_column("person", pa.array(person))
    if out.suffix == ".parquet":
        pa.parquet.write_table(found, out)
    else:
        pa.csv.write_csv(found, out)
    return len(found), len(np.unique(person))


def _numbers(codes: pa.Array) -> NDArray[np.int64]:
    """Number true persons; rows without one get 0 and are left out by the caller."""
    filled: NDArray[np.int64] = codes.fill_null(0).to_numpy().astype(np.int64)
    return filled


def _is_parquet(path: Path) -> bool:
    """Say whether a file is Parquet, by its first bytes."""
    with path.open("rb") as file:
        return file.read(4) == b"PAR1"


def _encoding(path: Path) -> str:
    """Tell UTF-8 from the encoding of older Chinese files, by the file's beginning."""
    with path.open("rb") as file:
        start = file.read(_CHUNK)
    try:
        # A character may be cut at the end of what was read.
        start[: start.rfind(b"\n") + 1 or None].decode("utf-8")
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8"


def _read_csv(path: Path, wanted: list[str] | None) -> pa.Table:
    """Read CSV with every column as text; an empty field is missing."""
    names = read_names(path)
    convert = pa.csv.ConvertOptions(
        column_types=dict.fromkeys(names, pa.string()),
        include_columns=wanted,
        strings_can_be_null=True,
        null_values=["", "NULL", "NaN", "nan", "None"],
    )
    read = pa.csv.ReadOptions(block_size=_CHUNK, encoding=_encoding(path))
    try:
        return pa.csv.read_csv(path, read_options=read, convert_options=convert)
    except pa.ArrowInvalid:
        # Slower, and right where a quoted field holds the end of a line.
        parse = pa.csv.ParseOptions(newlines_in_values=True)
        return pa.csv.read_csv(path, read, parse, convert)


def _as_text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Write any column as text; whole numbers that came as decimals lose the zero."""
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if pa.types.is_timestamp(column.type):
        column = column.cast(pa.date32(), safe=False)
    return column.cast(pa.string())
