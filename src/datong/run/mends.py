"""Rows that a person mended: they stand for the landed ones.

In:  `mends/<organization>/<table>.csv` of a project.
Out: a table of text with `_row`, and what identifies its contents.
"""

from pathlib import Path

import pyarrow as pa
from pyarrow import csv

from datong.core.reason import Trouble
from datong.lake.releases import sha256
from datong.run.reasons import MEND

SIGNED = ["_by", "_at"]


def mends_file(root: Path, organization: str, table: str) -> Path:
    """Return where the mended rows of a table lie."""
    return root / "mends" / organization / f"{table.replace('/', '_')}.csv"


def mends_mark(place: Path) -> str:
    """Identify the contents of a mends file; empty where there is none."""
    return sha256(place) if place.exists() else ""


def read_mends(place: Path) -> pa.Table | None:
    """Read the mended rows, every cell as text."""
    if not place.exists():
        return None
    try:
        with place.open(encoding="utf-8-sig") as opened:
            names = next(iter(opened)).rstrip("\r\n").split(",")
        table = csv.read_csv(
            place,
            parse_options=csv.ParseOptions(newlines_in_values=True),
            convert_options=csv.ConvertOptions(
                column_types={name.strip('"'): pa.string() for name in names},
                strings_can_be_null=False,
            ),
        )
        numbers = table["_row"].cast(pa.int64())
    except (OSError, UnicodeDecodeError, pa.ArrowInvalid, KeyError) as error:
        raise Trouble(MEND, where=place, said=str(error).splitlines()[0]) from error
    kept = [n for n in table.column_names if n not in {*SIGNED, "_row"}]
    return table.select(kept).append_column("_row", numbers)
