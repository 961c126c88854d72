"""How each vendor's system hands its tables over: layouts in SQL, mappings in TOML.

A folder of `vendors/` is a vendor. `<table>.sql` writes the flat tables as the vendor's
export does; `<table>.toml` reads that export back into standard records. Published FHIR
needs no mapping of ours: `vendors/fhir` has layouts only.
"""

import io
import re
import tomllib
from functools import cache
from importlib.resources import files
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from datong.engine.duckdb import Duck
from datong.sample.hospitals import Hospital
from datong.sample.identity import numbered
from datong.sample.reception import DOCTORS
from datong.sample.records import Chunk, by_slot
from datong.sample.words import words

BOMS = {"utf-8-sig": b"\xef\xbb\xbf", "utf-16": b"\xff\xfe"}
# Tables that no chunk of people adds to.
REGISTERS = {"Organization", "Location", "Practitioner"}
BARE = {"utf-8-sig": "utf-8", "utf-16": "utf-16-le"}


@cache
def layouts(vendor: str) -> dict[str, str]:
    """Return the SQL of each table of a vendor."""
    folder = files("datong.sample") / "vendors" / vendor
    found = sorted(f.name for f in folder.iterdir() if f.name.endswith(".sql"))
    return {name[:-4]: (folder / name).read_text("utf-8") for name in found}


@cache
def file_name(vendor: str, table: str) -> str:
    """Name the file that a table is handed over in, as its mapping looks for it."""
    mapping = files("datong.sample") / "vendors" / vendor / f"{table}.toml"
    if not mapping.is_file():
        return f"{table}.ndjson"
    glob: str = tomllib.loads(mapping.read_text("utf-8"))["files"]["glob"]
    return glob.replace("*", "_2024")


def hand_over(chunk: Chunk, near: list[Hospital], silos: Path) -> int:
    """Append to the files what the hospitals hand over for a chunk; return the rows."""
    rows = 0
    tables = {name: by_slot(table) for name, table in chunk.tables.items()}
    with Duck() as duck:
        for slot, hospital in enumerate(near):
            for name, parts in tables.items():
                duck.see(name, parts[slot])
            for name, register in _registers(hospital).items():
                duck.see(name, register)
            for table, sql in layouts(hospital.vendor).items():
                place = silos / hospital.id / file_name(hospital.vendor, table)
                if table in REGISTERS and place.exists():
                    continue
                written = duck.fetch(sql)
                _append(place, written, hospital.encoding)
                rows += written.num_rows
    return rows


def _append(place: Path, rows: pa.Table, encoding: str) -> None:
    """Append rows to a file, which begins with its head where it has one."""
    head, body = _encoded(rows, place.name, encoding)
    if not place.exists():
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(head)
    with place.open("ab") as file:
        file.write(body)


def _registers(hospital: Hospital) -> dict[str, pa.Table]:
    """Return what a hospital knows of itself, the same for every chunk of people."""
    names = np.unique([*words("diagnoses")["department"], "全科"])
    codes = numbered("D", np.arange(len(names)), 3)
    return {
        "hospital": pa.table({"id": [hospital.id], "name": [hospital.name]}),
        "departments": pa.table({"code": pa.array(codes), "name": pa.array(names)}),
        "doctors": pa.table({"name": pa.array(DOCTORS)}),
    }


def _encoded(
    rows: pa.Table, name: str, encoding: str
) -> tuple[bytes, bytes | pa.Buffer]:
    """Write rows as the bytes of a file; FHIR has one JSON text a row and no head."""
    if name.endswith(".ndjson"):
        return b"", _lines(rows.column(0))
    buffer = io.BytesIO()
    options = csv.WriteOptions(include_header=False, quoting_style="needed")
    csv.write_csv(rows, buffer, options)
    head = ",".join(rows.column_names) + "\n"
    bare = BARE.get(encoding, encoding)
    body = buffer.getvalue()
    if bare != "utf-8":
        body = body.decode().encode(bare, "replace")
    return BOMS.get(encoding, b"") + head.encode(bare), body


def _lines(texts: pa.ChunkedArray) -> pa.Buffer:
    """Return texts as lines: they lie end to end in the memory of an Arrow array."""
    ended = pc.binary_join_element_wise(texts, "\n", "").combine_chunks()
    held = pa.concat_arrays([ended.cast(pa.large_string())])
    return held.buffers()[2] or pa.py_buffer(b"")


def write_mappings(hospital: Hospital, out: Path) -> None:
    """Write a hospital's mapping files, its encoding set."""
    folder = files("datong.sample") / "vendors" / hospital.vendor
    for file in sorted(folder.iterdir(), key=lambda f: f.name):
        if file.name.endswith(".toml"):
            stated = f'encoding = "{hospital.encoding}"'
            text = file.read_text("utf-8")
            text = re.sub(r'^encoding = ".*"$', stated, text, flags=re.MULTILINE)
            _write(out / file.name, text)
    for file in (folder / "values").iterdir():
        _write(out / "values" / file.name, file.read_text("utf-8"))


def _write(place: Path, text: str) -> None:
    """Write a text file, its folder made, its line ends kept."""
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(text, encoding="utf-8", newline="\n")
