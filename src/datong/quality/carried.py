"""Whether a value stands in its source row, wherever in it.

In:  a field of a record.
Out: SQL that looks for it in the text of a whole row.
"""

from collections.abc import Mapping

from datong.quality.volume import DATES

GIVEN = {"record", "organization", "source", "person", "encounter", "version"}
GIVEN |= {"_row", "_rule"}
WIDE, NARROW = "０１２３４５６７８９．－", "0123456789.-"


def stands_in(column: str, kind: str, text: str) -> str:
    """Write that a value stands in a text, in the plainest forms; for many rows."""
    if kind in DATES:
        forms = (f"strftime({column}, '{form}')" for form in ("%Y-%m-%d", "%Y%m%d"))
        return f"({' or '.join(f'contains({text}, {form})' for form in forms)})"
    if not kind.startswith("DECIMAL"):
        return f"contains({text}, {column})"
    written = f"rtrim(rtrim(cast({column} as varchar), '0'), '.')"
    return f"contains({text}, {written})"


def moves(columns: Mapping[str, str]) -> dict[str, str]:
    """Choose the fields of a record that a source row can carry: no numbers given."""
    wanted = ("DECIMAL", "VARCHAR", "DATE", "TIMESTAMP")
    return {
        name: kind
        for name, kind in columns.items()
        if name not in GIVEN
        and not name.endswith("_system")
        and kind.startswith(wanted)
    }


def is_plain(name: str, kind: str) -> bool:
    """Tell whether a mapping would move a field as it is: no code, no word of ours."""
    return kind != "VARCHAR" or name in ("title", "text")
