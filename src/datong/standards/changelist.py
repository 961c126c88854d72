"""Change lists of the authorities, read as typed changes.

A list is a CSV or a spreadsheet with headings: what happened (删除, 停用并入, 改编码,
修改类别, 修改错字, 新增), the old code and name, the new ones. What happened is told by
its words; a row whose words are not known is refused by name, never dropped.
"""

import re
from pathlib import Path

from datong.core.reason import Trouble
from datong.standards.change import Change, ChangeKind, Difference
from datong.standards.importers.sheet import cells
from datong.standards.reasons import LOSS, UNREADABLE

K = ChangeKind
KINDS = (
    (r"并入|合并", K.MERGED),
    (r"改编码|编码(变更|修改|调整)|修改编码", K.RECODED),
    (r"拆分|细分", K.SPLIT),
    (r"类别", K.RECLASSIFIED),
    (r"错字|名称|更名", K.LABEL_CORRECTED),
    (r"删除|停用|作废", K.DELETED),
    (r"新增|增加", K.ADDED),
)
HEADINGS = {
    "kind": r"类型|变更|操作|说明",
    "after_code": r"(新|现|并入|替代|变更后|修改后).*(编码|代码)",
    "after": r"(新|现|并入|替代|变更后|修改后).*名称",
    "code": r"编码|代码",
    "before": r"名称",
}


def read_changes(path: Path) -> Difference:
    """Read a change list; raise Trouble where a heading or a kind is not understood."""
    table = [row for row in cells(path) if any(cell.strip() for cell in row)]
    places = _places(table[0]) if table else {}
    if not {"kind", "code"} <= set(places):
        said = "no heading for the kind of change and for the code"
        known = "变更类型, 原编码, 原名称, 新编码, 新名称"
        raise Trouble(UNREADABLE, path, file=path.name, said=said, known=known)
    changes, unknown = [], []
    for row in table[1:]:
        told = {name: row[at].strip() for name, at in places.items() if at < len(row)}
        kind = next((k for words, k in KINDS if re.search(words, told["kind"])), None)
        if kind is None:
            unknown.append(f"{told['code']} {told['kind']}")
            continue
        code, to = told["code"], told.get("after_code", "")
        changes.append(
            Change(
                kind,
                path.stem,
                code or to,
                told.get("before", ""),
                told.get("after", ""),
                to,
            )
        )
    if unknown:
        said = f"{len(unknown)} rows of no known kind ({', '.join(unknown[:3])})"
        raise Trouble(LOSS, path, file=path.name, said=said)
    return Difference(path.name, path.name, tuple(changes))


def _places(head: list[str]) -> dict[str, int]:
    """Find the columns by their headings; the particular words decide first."""
    found: dict[str, int] = {}
    for name, words in HEADINGS.items():
        for place, cell in enumerate(head):
            if place not in found.values() and re.search(words, cell):
                found[name] = place
                break
    return found
