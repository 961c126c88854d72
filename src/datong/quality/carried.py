"""Whether a value stands in its source row, wherever in it.

In:  a field of a record.
Out: SQL that looks for it in the text of a whole row.
"""

from datong.quality.volume import DATES

WIDE, NARROW = "０１２３４５６７８９．－", "0123456789.-"


def stands_in(column: str, kind: str, text: str) -> str:
    """Write that a value stands in a text, in the plainest forms; for many rows."""
    if kind in DATES:
        first, second = (
            f"contains({text}, strftime({column}, '{form}'))"
            for form in ("%Y-%m-%d", "%Y%m%d")
        )
        # The engine looks for both sides of an `or` in every row.
        return f"case when {first} then true else {second} end"
    if not kind.startswith("DECIMAL"):
        return f"contains({text}, {column})"
    written = f"rtrim(rtrim(cast({column} as varchar), '0'), '.')"
    return f"contains({text}, {written})"


def is_plain(name: str, kind: str) -> bool:
    """Tell whether a mapping would move a field as it is: no code, no word of ours."""
    if kind == "VARCHAR":
        return name in ("title", "text")
    return kind.startswith(("DECIMAL", *DATES))
