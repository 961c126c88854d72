"""What a layout module gives: a table, and an account of every row."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pyarrow as pa

from datong.core.ledger import Entry
from datong.core.reason import Trouble
from datong.core.say import Say
from datong.standards.reasons import UNREADABLE
from datong.standards.shelf import COLUMNS

Row = Sequence[str]


@dataclass(frozen=True, slots=True)
class Loss:
    """Rows that cannot be kept, and why."""

    say: Say
    count: int
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """A file read: `kind` is codes (COLUMNS) or map (source, target)."""

    kind: str
    table: pa.Table
    entry: Entry
    losses: tuple[Loss, ...] = ()
    notes: tuple[Say, ...] = field(default=())


DUPLICATE = Say(
    "{n} rows repeat a code with another label", "{n} 行重复了代码且名称不同"
)
BLANK = Say("{n} rows have no code", "{n} 行没有代码")
PARENT = Say("{n} codes name a parent that is not there", "{n} 个代码的上级不存在")
DAMAGED = Say("{n} rows hold damaged characters", "{n} 行含有损坏的字符")
ZEROS = Say(
    "{n} codes seem to have lost zeros or points in a spreadsheet",
    "{n} 个代码疑似在电子表格中丢失了零或小数点",
)
CLASSES = Say(
    "{n} rows repeat a code and its label with another parent, class or status",
    "{n} 行重复了代码与名称，但上级、类别或状态不同",
)
NOTHING = Say("no code can be read from it", "未能从中读出任何代码")
STRAY = Say(
    "{n} classes are of codes that are not in the list", "{n} 个类别的代码不在代码表中"
)
DECLARED = Say(
    "{declared} rows were declared, {n} fewer were read",
    "应有 {declared} 行，少读 {n} 行",
)


def codes(name: str, rows: Iterable[Row], framing: int = 0) -> Reading:
    """Make a reading of rows (code, label, parent, trait, status).

    Equal rows are merged; a code that comes again with another label or another class,
    a row without a code and damaged text are losses.
    """
    kept: dict[str, Row] = {}
    merged, read = 0, framing
    blank, again, damaged, other = [], [], [], []
    for row in rows:
        read += 1
        filled = [*(cell.strip() for cell in row), *[""] * (5 - len(row))]
        code, label = filled[0], filled[1]
        if not code:
            blank.append(f"row {read} {label}".strip())
        elif "\ufffd" in code + label or any(c < " " for c in code + label):
            damaged.append(code)
        elif code not in kept:
            kept[code] = filled
        elif kept[code] == filled:
            merged += 1
        elif kept[code][1] == label:
            other.append(code)
        else:
            again.append(code)
    strays = [c for c, r in kept.items() if r[2] and r[2] not in kept]
    losses = (
        *loss(BLANK, blank),
        *loss(DUPLICATE, again),
        *loss(CLASSES, other),
        *loss(DAMAGED, damaged),
        *loss(PARENT, strays),
        *nothing(len(kept)),
    )
    table = pa.table(
        [pa.array([r[i] for r in kept.values()], pa.string()) for i in range(5)],
        COLUMNS,
    )
    rejected = len(blank) + len(again) + len(damaged) + len(other)
    entry = Entry(name, read, len(kept), rejected, merged, framing=framing)
    return Reading("codes", table, entry, losses)


def counted(reading: Reading, declared: int) -> Reading:
    """Add the loss of rows that the file declares and that were not read."""
    there = reading.entry.read - reading.entry.framing
    missing = declared - there
    if missing <= 0:
        return reading
    loss = Loss(DECLARED.with_(declared=declared, n=missing), missing)
    return replace(reading, losses=(*reading.losses, loss))


def pairs(name: str, rows: Iterable[Row | None], framing: int = 0) -> Reading:
    """Make a reading of a crosswalk's rows (source, target).

    None is a row that is no mapping: counted as silent.
    """
    kept: dict[tuple[str, str], None] = {}
    read, merged, silent, blank = framing, 0, 0, []
    for row in rows:
        read += 1
        if row is None:
            silent += 1
            continue
        source, target = row[0].strip(), row[1].strip()
        if not source or not target:
            blank.append(source or target)
        elif (source, target) in kept:
            merged += 1
        else:
            kept[source, target] = None
    columns = [[pair[i] for pair in kept] for i in (0, 1)]
    table = pa.table([pa.array(c, pa.string()) for c in columns], ("source", "target"))
    entry = Entry(name, read, len(kept), len(blank), merged, silent, framing)
    losses = (*loss(BLANK, blank), *nothing(len(kept)))
    return Reading("map", table, entry, losses)


def loss(say: Say, found: list[str]) -> Iterable[Loss]:
    """Build a loss, where there is one."""
    if found:
        yield Loss(say.with_(n=len(found)), len(found), tuple(found[:3]))


def nothing(kept: int) -> Iterable[Loss]:
    """Build the loss of a file that gave nothing at all."""
    if not kept:
        yield Loss(NOTHING, 0)


def text_lines(path: Path) -> list[str]:
    """Read a text's lines, from UTF-8, UTF-16 with its mark, or GB18030.

    UTF-8 with a few broken bytes would be something else in GB18030: it is read with
    marks in their place, so that its rows are told as damaged.
    """
    content = path.read_bytes()
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16", "replace").splitlines()
    marked = content.decode("utf-8-sig", "replace")
    broken, beyond = marked.count("\ufffd"), sum(c > "\x7f" for c in marked)
    if beyond >= 4 * broken:
        return marked.splitlines()
    try:
        return content.decode("gb18030").splitlines()
    except UnicodeDecodeError:
        said, known = "neither UTF-8 nor GB18030", "utf-8, utf-16, gb18030"
        named = {"file": path.name, "said": said, "known": known}
        raise Trouble(UNREADABLE, path, **named) from None
