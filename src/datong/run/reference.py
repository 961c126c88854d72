"""The pages of docs/reference that are made from the code: codes, kinds of record.

In:  the rooms' reasons, the kinds of standard record.
Out: Markdown; `python -m datong.run.reference FOLDER` writes it (`make docs`).
"""

import sys
from pathlib import Path

from datong.run.explain import codes_page
from datong.standards.record import ENVELOPE, GIVEN, Field, read_fields
from datong.standards.records import all_kinds

LETTERS = {
    "t": "text 文本",
    "w": "whole number 整数",
    "n": "decimal, 18 digits, 6 after the point 小数",
    "d": "date 日期",
    "m": "time, local 时间",
    "f": "flag 是否",
    "p": "partial date: 1985, 1985-03 or 1985-03-02 部分日期",
    "r": "reference: the source's number of the other record 引用",
    "c": "code: _system, _code, _text 代码",
    "v": "value: _text, _operator, _number, _number2 值",
    "i": "identifies: only in the vault 标识（仅在保险库）",
}
HEAD = """# Standard records

Generated from src/datong/standards/records by `make docs`; do not edit.

A mapping sets these fields; `records.KIND` in a release has them as columns. A bold
field is part of the key, besides organization and source system.

## In every record

The run writes {given}. A mapping may set:

"""


def pages() -> dict[str, str]:
    """Return every generated page by its file name."""
    return {"codes.md": codes_page(), "records.md": records_page()}


def records_page() -> str:
    """Return the page of all kinds of standard record."""
    given = ", ".join(f"`{column.name}`" for column in GIVEN)
    shared = {field.name: field for field in read_fields(ENVELOPE)}
    parts = [HEAD.format(given=given), _table(shared)]
    for name, kind in sorted(all_kinds().items()):
        own = {n: f for n, f in kind.fields.items() if n not in shared}
        where = " The whole record lies in the vault." if kind.vault else ""
        parts.append(
            f"\n## {name} {kind.zh}\n\nEdition {kind.edition}.{where}\n\n{_table(own)}"
        )
    return "".join(parts)


def _table(fields: dict[str, Field]) -> str:
    """Write fields as a table."""
    lines = ["| field | holds | columns |", "|---|---|---|"]
    for field in fields.values():
        shown = f"**{field.name}**" if field.key else field.name
        columns = ", ".join(f"`{column.name}`" for column in field.columns())
        lines.append(f"| {shown} | {LETTERS[field.letter]} | {columns} |")
    return "\n".join(lines) + "\n"


def main(folder: Path) -> None:
    """Write the pages."""
    for name, text in pages().items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
