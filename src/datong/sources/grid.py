"""Read the head of a table the way a person does: titles, header, first row of data.

In:  the first rows of a table, as cells of text.
Out: how many rows are above the data, and one name for each column.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

NUMBER = re.compile(r"[-+]?[\d,]*\.?\d+(?:[eE][-+]?\d+)?%?")
DATE = re.compile(
    r"\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?(?:[ T]\d{1,2}[:时].*)?|\d{8}|\d{14}"
    r"|\d{1,2}[-/]\w{1,3}[-/]\d{2,4}.*|\d{1,2}:\d{2}(?::\d{2})?"
)
CODE = re.compile(r"[A-Za-z]{0,4}[-_]?\d{3,}[A-Za-z\d.-]*")
# Rows that hold sums, not events.
TOTALS = r"^\s*(合\s*计|总\s*计|小\s*计|本页合计|grand\s*total|sub-?\s*total|total)\b?"
TALLEST = 6  # rows that a head may have


@dataclass(frozen=True, slots=True)
class Head:
    """What stands above the data."""

    height: int  # rows that are no data
    names: tuple[str, ...]
    is_told: bool = True  # False: there is no header, the names are ours


def read_head(rows: Sequence[Sequence[str]]) -> Head:
    """Find the header: the rows above the first one that looks like its followers."""
    width = usual_width(rows)
    if not width:
        return Head(0, ())
    kinds = _kinds(rows, width)
    first = next(
        (n for n, row in enumerate(rows[: TALLEST + 1]) if _is_data(row, kinds, width)),
        0,
    )
    if not any(kinds):  # texts only: a header is what does not come again
        first = _texts_only(rows, width)
    elif first > 1:  # a row that names every column ends the header
        whole = [n for n in range(first) if _names_all(rows[n], width)]
        first = whole[0] + 1 if whole else first
    heads = [row for row in rows[:first] if len(row) == width and _filled(row) > 1] or [
        row for row in rows[:first] if len(row) == width
    ]
    if not heads:
        return Head(first, tuple(f"c{n + 1}" for n in range(width)), is_told=False)
    return Head(first, _names(heads))


def usual_width(rows: Sequence[Sequence[str]]) -> int:
    """Return the number of cells that most rows have."""
    counts = Counter(len(row) for row in rows if _filled(row))
    return max(counts, key=lambda width: (counts[width], width), default=0)


def kind_of(cell: str) -> str:
    """Say what a cell looks like: `date`, `number`, `code`, or nothing special."""
    cell = cell.strip()
    for name, pattern in (("date", DATE), ("number", NUMBER), ("code", CODE)):
        if pattern.fullmatch(cell):
            return name
    return ""


def _filled(row: Sequence[str]) -> int:
    """Count the cells that are not blank."""
    return sum(bool(cell.strip()) for cell in row)


def _kinds(rows: Sequence[Sequence[str]], width: int) -> list[str]:
    """Say of each column what most of its filled cells look like."""
    below = [row for row in rows if len(row) == width]
    below = below[min(3, len(below) // 2) :]
    found = []
    for place in range(width):
        cells = [row[place] for row in below if row[place].strip()]
        counts = Counter(map(kind_of, cells))
        name, count = counts.most_common(1)[0] if counts else ("", 0)
        found.append(name if count >= 0.7 * len(cells) else "")
    return found


def _is_data(row: Sequence[str], kinds: Sequence[str], width: int) -> bool:
    """Say whether a row looks like what most rows look like."""
    if len(row) != width:
        return False
    told = [
        (cell, kind) for cell, kind in zip(row, kinds, strict=True) if kind and cell
    ]
    alike = sum(kind_of(cell) == kind for cell, kind in told)
    return alike >= max(1, len(told) / 2)


def _names_all(row: Sequence[str], width: int) -> bool:
    """Say whether a row has another name for each column."""
    filled = {cell.strip() for cell in row if cell.strip()}
    return len(row) == width and len(filled) == width


def _texts_only(rows: Sequence[Sequence[str]], width: int) -> int:
    """Return the height of a header where no column has a look of its own."""
    for number, row in enumerate(rows[:TALLEST]):
        if len(row) == width and _filled(row) == width:
            again = sum(
                any(later[place] == row[place] for later in rows[number + 1 :])
                for place in range(width)
                if all(len(later) == width for later in rows[number + 1 :])
            )
            return number + 1 if again <= width / 4 else number
    return 1


def _names(heads: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """Join the rows of a header; a merged cell stands for those right of it."""
    rows = [[" ".join(cell.split()) for cell in row] for row in heads]
    for row in rows[:-1]:
        for place in range(1, len(row)):
            row[place] = row[place] or row[place - 1]
    joined = []
    for column in zip(*rows, strict=True):
        parts = list(dict.fromkeys(part for part in column if part))
        joined.append("_".join(parts))
    counts: Counter[str] = Counter()
    names = []
    for place, name in enumerate(joined):
        told = name or f"c{place + 1}"
        counts[told] += 1
        names.append(told if counts[told] == 1 else f"{told}_{counts[told]}")
    return tuple(names)
