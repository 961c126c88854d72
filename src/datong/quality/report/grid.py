"""Failed of effective checks in a grid: the rows where nothing failed are folded."""

from collections.abc import Mapping, Sequence
from html import escape

from datong.quality.report import words
from datong.quality.report.both import both

Cells = Mapping[tuple[str, str], tuple[int, int]]  # row, column: failed, effective


def grid(rows: Sequence[str], columns: Mapping[str, str], cells: Cells) -> str:
    """Draw failed of effective checks, redder for more; `columns` are written as HTML.

    A cell with failures leads to what failed there.
    """
    failing = [r for r in rows if any(cells.get((r, c), (0, 0))[0] for c in columns)]
    clean = [row for row in rows if row not in failing]
    drawn = _table(failing, columns, cells) if failing else ""
    drawn = f'<p class="faint">{both(words.COUNTED)}</p>{drawn}'
    if not clean:
        return drawn
    said = both(words.CLEAN, n=len(clean))
    folded = _table(clean, columns, cells)
    return f"{drawn}<details><summary>{said}</summary>{folded}</details>"


def _table(rows: Sequence[str], columns: Mapping[str, str], cells: Cells) -> str:
    """Draw some rows."""
    heads = "".join(f"<th>{head}</th>" for head in columns.values())
    body = "".join(
        f"<tr><th>{escape(row)}</th>"
        + "".join(_cell(row, *cells.get((row, c), (0, 0))) for c in columns)
        + "</tr>"
        for row in rows
    )
    return (
        '<div class="scroll" tabindex="0"><table class="grid"><thead><tr><th></th>'
        f"{heads}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _cell(row: str, failed: int, effective: int) -> str:
    """Write one cell; it says what it counts to who hovers or listens."""
    if not effective:
        return '<td class="none">·</td>'
    if not failed:
        return f'<td class="ok">{effective:,}</td>'
    heat = min(3, 1 + 3 * failed // effective)
    link = f'<a href="#failed" data-jump="{escape(row)}">{failed:,}</a>'
    return f'<td class="heat{heat}">{link}<small> / {effective:,}</small></td>'
