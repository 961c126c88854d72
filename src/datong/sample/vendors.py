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
from datong.sample.chance import stream
from datong.sample.files import created, statements, workbook
from datong.sample.hospitals import Hospital
from datong.sample.identity import numbered
from datong.sample.rates import Rates
from datong.sample.reception import DOCTORS
from datong.sample.records import Chunk, Place, by_slot
from datong.sample.words import Table, words

BOMS = {"utf-8-sig": b"\xef\xbb\xbf", "utf-16": b"\xff\xfe"}
LONG = 1_000  # in a file of more rows a chunk, one line of the fees breaks
AGAIN = 3  # the month that is delivered again
SMALL = {"vaccinations", "days"}  # tables that some hand over in another form
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


def hand_over(
    chunk: Chunk, place: Place, rates: Rates, silos: Path
) -> tuple[int, Table]:
    """Append to the files what the hospitals hand over for a chunk.

    Returns the rows, and the lines that were broken on their way: slot, file, line.
    """
    rows, broken = 0, []
    tables = {name: by_slot(table) for name, table in chunk.tables.items()}
    with Duck() as duck:
        breaks = _happens(place.seed, chunk.number, rates, "broken_line")
        for slot, hospital in enumerate(place.near):
            parts = {name: some[slot] for name, some in tables.items()}
            parts |= _registers(hospital)
            for name, part in parts.items():
                duck.see(name, part)
            file = _File(silos / hospital.id, hospital, chunk.number, breaks=breaks)
            for table, sql in layouts(hospital.vendor).items():
                line = file.append(table, duck.fetch(sql))
                if line:
                    broken.append((slot, line))
            rows += file.rows
            if slot == 0 and _happens(
                place.seed, hospital.number, rates, "month_again"
            ):
                rows += _deliver_again(duck, file, parts["signs"])
    found: Table = {"slot": np.array([slot for slot, _ in broken], dtype=np.int64)}
    found["line"] = np.array([line for _, line in broken], dtype=str)
    return rows, found


def _happens(seed: int, number: int, rates: Rates, name: str) -> bool:
    """Say whether something befalls a delivery of a hospital or a chunk."""
    return bool(stream(seed, number, name).random() < rates["delivery"][name])


def _deliver_again(duck: Duck, file: "_File", signs: pa.Table) -> int:
    """Let the first hospital hand over the vital signs of a month once more."""
    duck.see("signs", signs.filter(pc.equal(pc.month(signs["time"]), AGAIN)))
    before = file.rows
    sql = layouts(file.hospital.vendor)["signs"]
    file.append("signs", duck.fetch(sql), f"_2024-{AGAIN:02d}_again")
    return file.rows - before


class _File:
    """The files of a hospital, appended to."""

    def __init__(
        self, folder: Path, hospital: Hospital, chunk: int, *, breaks: bool
    ) -> None:
        """Make the folder; `breaks`: a line of the fees loses its end."""
        self.folder, self.hospital, self.rows = folder, hospital, 0
        self.chunk, self.breaks = chunk, breaks
        folder.mkdir(parents=True, exist_ok=True)

    def append(self, table: str, rows: pa.Table, behind: str = "_2024") -> str:
        """Append rows to a table's file; return the line that broke, if one did.

        A file begins with its head where it has one; a register is written once.
        """
        name = file_name(self.hospital.vendor, table).replace("_2024", behind)
        place = self.folder / name
        if table in SMALL and self.hospital.form in ("xlsx", "sql"):
            self._hand_over_small(place, rows)
            return ""
        if table in REGISTERS and place.exists():
            return ""
        encoding = BARE.get(self.hospital.encoding, self.hospital.encoding)
        if name.endswith(".ndjson"):
            body, line = _lines(rows.column(0)), ""
        else:
            body, line = _delimited(
                rows, encoding, breaks=self.breaks and table == "fees"
            )
        if not place.exists():
            place.write_bytes(_head(rows, name, self.hospital.encoding))
        with place.open("ab") as opened:
            opened.write(body)
        self.rows += rows.num_rows
        return line

    def _hand_over_small(self, place: Path, rows: pa.Table) -> None:
        """Write a workbook of this chunk's rows, or add statements to a dump."""
        self.rows += rows.num_rows
        if self.hospital.form == "xlsx":
            name = f"{place.stem}-{self.chunk:04d}.xlsx"
            place.with_name(name).write_bytes(workbook(rows))
            return
        dump, name = place.with_suffix(".sql"), place.stem.partition("_")[0]
        if not dump.exists():
            dump.write_text(created(name, rows), encoding="utf-8", newline="\n")
        for statement in statements(name, rows):
            with dump.open("ab") as opened:
                opened.write(statement.encode())


def _registers(hospital: Hospital) -> dict[str, pa.Table]:
    """Return what a hospital knows of itself, the same for every chunk of people."""
    names = np.unique([*words("diagnoses")["department"], "全科"])
    codes = numbered("D", np.arange(len(names)), 3)
    return {
        "hospital": pa.table({"id": [hospital.id], "name": [hospital.name]}),
        "departments": pa.table({"code": pa.array(codes), "name": pa.array(names)}),
        "doctors": pa.table({"name": pa.array(DOCTORS)}),
    }


def _head(rows: pa.Table, name: str, encoding: str) -> bytes:
    """Return what a file begins with; FHIR has one JSON text a row and no head."""
    if name.endswith(".ndjson"):
        return b""
    head = ",".join(rows.column_names) + "\n"
    return BOMS.get(encoding, b"") + head.encode(BARE.get(encoding, encoding))


def _delimited(rows: pa.Table, encoding: str, *, breaks: bool) -> tuple[bytes, str]:
    """Write rows as delimited text; return also the line that broke, if one did."""
    buffer = io.BytesIO()
    options = csv.WriteOptions(include_header=False, quoting_style="needed")
    csv.write_csv(rows, buffer, options)
    body, line = buffer.getvalue(), b""
    if breaks and rows.num_rows > LONG:
        body, line = _broken(body)
    if encoding != "utf-8":
        body = body.decode().encode(encoding, "replace")
    return body, line.decode()


def _broken(body: bytes) -> tuple[bytes, bytes]:
    """Lose the end of one line, from a comma on, a third of the way down."""
    begin = body.find(b"\n", len(body) // 3) + 1
    end = body.find(b"\n", begin)
    cut = body.rfind(b",", begin, begin + (end - begin) * 2 // 3)
    return body[:cut] + body[end:], body[begin:end]


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
            text = _stated(file.read_text("utf-8"), file.name[:-5], hospital)
            _write(out / file.name, text)
    for file in (folder / "values").iterdir():
        _write(out / "values" / file.name, file.read_text("utf-8"))


def _stated(mapping: str, table: str, hospital: Hospital) -> str:
    """Say in a mapping how this hospital's files are written."""
    stated = f'encoding = "{hospital.encoding}"'
    if table in SMALL and hospital.form in ("xlsx", "sql"):
        glob = re.search(r'^glob = "(.*)\*\.csv"$', mapping, flags=re.MULTILINE)
        name = glob[1] if glob else table
        stated = 'part = "Sheet1"' if hospital.form == "xlsx" else f'part = "{name}"'
        mapping = mapping.replace(f"{name}*.csv", f"{name}*.{hospital.form}")
    return re.sub(r'^encoding = ".*"$', stated, mapping, flags=re.MULTILINE)


def _write(place: Path, text: str) -> None:
    """Write a text file, its folder made, its line ends kept."""
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(text, encoding="utf-8", newline="\n")
