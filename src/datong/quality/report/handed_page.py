"""The page that one organization is handed: its rows only, for those who mend them."""

from html import escape

from datong.core.say import Language, Say
from datong.quality.handed import Handed, Item
from datong.quality.report import words
from datong.quality.report.both import both
from datong.quality.report.page import ledger, written


def handed_page(handed: Handed, language: Language = "en") -> str:
    """Return the page; the reader can switch its language."""
    name = f"{handed.name} ({handed.organization})"
    title = words.HANDED.with_(name=name)
    sections = [
        ("mend", words.MEND, "".join(map(_item, handed.items))),
        ("refused", words.REFUSED, _refused(handed)),
        ("ledger", words.LEDGER, ledger(handed.ledger)),
        ("method", words.METHOD, f"<p>{both(words.HANDED_HOW)}</p>"),
    ]
    return written(title, _head(handed), sections, language)


def _head(handed: Handed) -> str:
    """Write what there is to mend, in numbers."""
    lines = {(line.file, line.record) for item in handed.items for line in item.lines}
    numbers = (
        (len(handed.items), words.THINGS),
        (len(lines), words.LINES),
        (sum(one.rows for one in handed.refused), words.REFUSED_ROWS),
    )
    told = "".join(
        f'<div class="number"><b>{n:,}</b>{both(say)}</div>' for n, say in numbers
    )
    release = handed.stamp.get("release", "")
    about = both(words.HANDED_ON, today=handed.today, release=release)
    return f'<p class="faint">{about}</p><div class="numbers">{told}</div>'


def _item(item: Item) -> str:
    """Write one thing to mend with its lines."""
    cost = ""
    if item.records or item.views:
        said = both(words.COST, records=item.records, views=item.views)
        cost = f"<p>{said}</p>"
    tables = escape(", ".join(item.tables))
    return (
        '<details class="problem" open><summary class="row">'
        f'<span><b class="{item.severity}">'
        f"{both(words.SEVERITIES[item.severity])}</b></span>"
        f"<span><b>{both(item.wrong)}</b><small>{escape(item.type)}"
        f"{' · ' if tables else ''}{tables}</small></span>"
        f"<span></span><span>{item.bad:,}</span><span></span></summary>"
        f'<div class="open"><p class="next"><b>→ {both(item.next)}</b></p>{cost}'
        f"{_lines(item)}</div></details>"
    )


def _lines(item: Item) -> str:
    """List the lines, file by file and column by column."""
    held: dict[tuple[str, str], list[str]] = {}
    for line in item.lines:
        number = f"{line.line}" if line.line else f"#{line.record}"
        held.setdefault((line.file, line.column), []).append(number)
    heads = "".join(f"<th>{both(say)}</th>" for say in words.LINE_COLUMNS)
    rows = "".join(
        f"<tr><td>{escape(file)}</td><td>{escape(column)}</td>"
        f'<td class="keys">{", ".join(numbers)}</td></tr>'
        for (file, column), numbers in held.items()
    )
    more = item.bad - len(item.lines)
    said = f'<p class="faint">{both(words.MORE_LINES, n=more)}</p>' if more > 0 else ""
    table = f'<table class="places text"><tr>{heads}</tr>{rows}</table>'
    return (f'<div class="scroll" tabindex="0">{table}</div>' if rows else "") + said


def _refused(handed: Handed) -> str:
    """List what could not be understood, by reason."""
    return "".join(
        f"<p><b>{both(_bare(one.what))}</b> <small>{escape(one.code)} · {one.rows:,} ·"
        f" {escape(one.first)}</small><br>→ {both(_bare(one.next))}</p>"
        for one in handed.refused
    )


def _bare(say: Say) -> Say:
    """Leave the places of a message open: many rows have many values."""
    return Say(words.OPEN.sub("…", say.en), words.OPEN.sub("…", say.zh))
