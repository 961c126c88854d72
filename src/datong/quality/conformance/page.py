"""A report as one HTML page: both languages, plots in SVG, no request to anywhere."""

import re
from collections.abc import Iterable, Mapping
from html import escape

from datong.core.say import Say
from datong.quality.conformance.report import Finding, Report
from datong.quality.conformance.words import COMPONENTS

STYLE = """
:root{color-scheme:light dark;--ink:#1b2733;--paper:#fff;--line:#dde3e8;--soft:#eef1f4;
--error:#b3261e;--warning:#8a5a00;--note:#33658a;--good:#2e7d5b}
@media(prefers-color-scheme:dark){:root{--ink:#e3e8ed;--paper:#14191f;--line:#34404b;
--soft:#27313b;--error:#ff8a80;--warning:#f0b95b;--note:#8fc1e8;--good:#5fc495}}
body{font:15px/1.6 system-ui,"PingFang SC","Microsoft YaHei",sans-serif;max-width:68rem;
margin:2rem auto;padding:0 1rem;color:var(--ink);background:var(--paper)}
h1{font-size:1.5rem}h2{font-size:1.1rem;margin-top:2rem}small{overflow-wrap:anywhere}
table{border-collapse:collapse;width:100%}td,th{padding:.3rem .5rem;text-align:left;
border-bottom:1px solid var(--line);vertical-align:top}td.n,th.n{text-align:right}
td.n{font-variant-numeric:tabular-nums;white-space:nowrap}
.error{color:var(--error)}.warning{color:var(--warning)}.note{color:var(--note)}
.score{font-size:2.6rem;margin:.5rem 0}svg{width:100%;max-width:46rem;fill:var(--ink)}
body:not(.zh) [lang=zh],body.zh [lang=en]{display:none}
details{margin-top:1.5rem}summary{font-size:1.1rem;cursor:pointer}
button{border:1px solid var(--line);background:var(--soft);color:inherit;
border-radius:.3rem;padding:.2rem .7rem;font:inherit}
@media(max-width:640px){thead{display:none}tr{display:block;padding:.5rem 0;
border-bottom:1px solid var(--line)}td,td.n{display:flex;gap:.8rem;border:0;
padding:.1rem 0;text-align:left;white-space:normal}td:empty{display:none}
td>b.h{flex:0 0 6.5rem;font-weight:400;opacity:.7}svg{font-size:17px}}
@media(min-width:641px){td>b.h{display:none}}
"""
SCRIPT = "document.body.classList.toggle('zh')"


def both(say: Say) -> str:
    """Write a text in both languages; the page shows one."""
    return f"<span lang=zh>{escape(say.zh)}</span><span lang=en>{escape(say.en)}</span>"


def page(report: Report | None, hospitals: Mapping[str, Report] | None = None) -> str:
    """Return the whole page; it opens in Chinese.

    `report` is of all rows, `hospitals` of each hospital's own; one may be absent.
    """
    each = hospitals or {}
    first = report or next(iter(each.values()))
    title = f"{first.name.zh} / {first.name.en}"
    parts = (
        "<!doctype html><html><head><meta charset=utf-8>",
        f"<title>{escape(title)}</title>",
        "<meta name=viewport content='width=device-width'>",
        f'<style>{STYLE}</style></head><body class="zh">',
        f'<button onclick="{SCRIPT}">中文 / English</button>',
        f"<h1>{both(first.name)}</h1>",
        _section(Say("Hospitals", "各机构"), _hospitals(each)),
        _body(report) if report else "",
        *(_folded(name, one) for name, one in each.items()),
        _foot(first),
    )
    return "".join(parts)


def _body(report: Report) -> str:
    """Write one report."""
    parts = (
        f"<p>{escape(report.data)} · {_head(report)}</p>",
        _note(report.note) if report.note else "",
        f"<p class=score>{report.score:.1f}<small> / 100</small></p>",
        _section(Say("The seven components", "七个方面"), _bars(report)),
        _section(Say("Findings", "发现的问题"), _findings(report)),
        _section(
            Say("What to do first", "修复清单"), _gains(report) + _repairs(report)
        ),
        _section(Say("Checks that stayed silent", "未执行的检查"), _silent(report)),
    )
    return "".join(parts)


def _note(note: Say) -> str:
    """Say what the data were joined from, a line a statement."""
    lines = zip(note.en.split("; "), note.zh.split("；"), strict=True)
    told = "<br>".join(both(Say(en, zh)) for en, zh in lines)
    return f"<p><small>{told}</small></p>"


def _folded(name: str, report: Report) -> str:
    """Write a hospital's report so that it opens when it is asked for."""
    head = f"{escape(name)} · {report.score:.1f}"
    return f"<details><summary>{head}</summary>{_body(report)}</details>"


def _hospitals(hospitals: Mapping[str, Report]) -> str:
    """Write each hospital's score and its distance to the standard."""
    heads = (
        Say("Hospital", "机构"),
        Say("Rows", "行数"),
        Say("Score", "得分"),
        Say("Hours to the standard", "达标所需工时"),
        Say("Records to touch", "涉及记录"),
        Say("First thing to do", "首要修复"),
    )
    return _table(
        heads,
        (
            (
                f"<b>{escape(name)}</b>",
                f"{one.rows:,}",
                f"{one.score:.1f}",
                f"{one.hours:.1f}",
                f"{sum(repair.records for repair in one.repairs):,}",
                both(one.repairs[0].say) if one.repairs else "",
            )
            for name, one in hospitals.items()
        ),
    )


def _foot(report: Report) -> str:
    """Say against what it was checked."""
    what = (report.profile, report.edition, report.standards[:16])
    told = " · ".join(escape(one) for one in what)
    return f"<p><small>{told}</small></p></body></html>"


def _head(report: Report) -> str:
    """Say what was checked, and how lengths were measured."""
    unit = Say("bytes of GB18030", "GB18030 字节")
    if report.length_unit != "gb18030":
        unit = Say("characters", "字符")
    return both(
        Say(
            f"{report.rows:,} rows, {report.checks:,} verdicts, lengths in {unit.en}",
            f"{report.rows:,} 行，{report.checks:,} 次判定，长度单位为{unit.zh}",
        )
    )


def _section(title: Say, content: str) -> str:
    """Write a section."""
    return f"<h2>{both(title)}</h2>{content}" if content else ""


def _bars(report: Report) -> str:
    """Draw the share that passed in each component."""
    rows = []
    for number, (component, tally) in enumerate(report.components.items()):
        y, share = 26 * number, tally.share
        colour = "good" if share >= 0.999 else "warning" if share >= 0.95 else "error"
        told = f"{100 * share:.2f} %" if tally.total else "–"
        name = COMPONENTS[component]
        width = 400 * share if tally.total else 0
        rows.append(
            f'<text x="0" y="{y + 16}" lang="zh">{name.zh}</text>'
            f'<text x="0" y="{y + 16}" lang="en">{name.en}</text>'
            f'<rect x="170" y="{y + 4}" width="400" height="16"'
            ' fill="var(--soft)"/>'
            f'<rect x="170" y="{y + 4}" width="{width:.1f}" height="16"'
            f' fill="var(--{colour})"/>'
            f'<text x="580" y="{y + 16}">{told}</text>'
        )
    high = 26 * len(rows)
    return (
        f'<svg viewBox="0 0 680 {high}" role="img" font-size="13">{"".join(rows)}</svg>'
    )


def _gains(report: Report) -> str:
    """Draw how the score grows with the hours that are spent."""
    if not report.repairs:
        return ""
    hours, score = 0.0, report.score
    top, wide = max(report.hours, 0.1), 600.0
    points = [(0.0, score)]
    for repair in report.repairs:
        hours, score = hours + repair.hours, score + repair.gains
        points.append((hours, score))
    least = min(points[0][1], 99.0)
    step = 110 / (100 - least)
    line = " ".join(
        f"{40 + wide * h / top:.1f},{130 - step * (min(s, 100) - least):.1f}"
        for h, s in points
    )
    title = both(Say("Score by hours of work", "得分随投入工时的变化"))
    return (
        f"<p><small>{title}</small></p>"
        '<svg viewBox="0 0 680 160" role="img" font-size="12">'
        f'<polyline points="{line}" fill="none" stroke="var(--good)" stroke-width="2"/>'
        f'<text x="0" y="24">100</text><text x="0" y="134">{least:.0f}</text>'
        f'<text x="40" y="152">0 h</text><text x="600" y="152">{top:.0f} h</text></svg>'
    )


def _table(heads: Iterable[Say], rows: Iterable[Iterable[str]]) -> str:
    """Write a table; numbers, and the headings above them, are set to the right."""
    rows, heads = [list(row) for row in rows], list(heads)
    first = rows[0] if rows else []
    head = "".join(
        f"<th{_right(cell)}>{both(h)}</th>"
        for h, cell in zip(heads, first, strict=False)
    )
    body = "".join(f"<tr>{''.join(map(_cell, heads, row))}</tr>" for row in rows)
    made = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    return made if body else ""


def _cell(head: Say, cell: str) -> str:
    """Write a cell; on a narrow screen its heading stands before it."""
    told = f"<b class=h>{both(head)}</b><span>{cell}</span>" if cell else ""
    return f"<td{_right(cell)}>{told}</td>"


def _right(cell: str) -> str:
    """Set numbers to the right."""
    return " class=n" if re.fullmatch(r"[\d,.]+", cell) else ""


def _findings(report: Report) -> str:
    """Write the findings, each with place, examples and repair."""
    heads = (
        Say("Finding", "问题"),
        Say("Component", "方面"),
        Say("Records", "记录数"),
        Say("Rows", "行号"),
        Say("Examples", "示例"),
        Say("Repair", "修复"),
    )
    return _table(
        heads,
        (
            (
                _told(f),
                both(COMPONENTS[f.component]),
                f"{f.records:,}",
                " ".join(str(row) for row in f.rows),
                "<br>".join(f"{escape(v)} × {n:,}" for v, n in f.examples.items()),
                both(f.repair) if f.repair else "",
            )
            for f in report.findings
        ),
    )


def _told(finding: Finding) -> str:
    """Write what a finding says, coloured by how bad it is."""
    text = f"<span class={finding.severity.value}>{both(finding.told)}</span>"
    return f"{text}<br><small>{escape(finding.check)}</small>"


def _repairs(report: Report) -> str:
    """Write the list of repairs."""
    heads = (
        Say("To do", "待办"),
        Say("Hours", "小时"),
        Say("Records", "记录数"),
        Say("Points", "得分"),
    )
    return _table(
        heads,
        (
            (both(r.say), f"{r.hours:.1f}", f"{r.records:,}", f"{r.gains:.2f}")
            for r in report.repairs
        ),
    )


def _silent(report: Report) -> str:
    """Write which checks could not be asked, grouped by why."""
    why: dict[Say, list[str]] = {}
    for one in report.silent:
        why.setdefault(one.why, []).append(one.id)
    rows = (
        (both(say), escape(", ".join(ids[:8])), str(len(ids)))
        for say, ids in why.items()
    )
    return _table(
        (Say("Why", "原因"), Say("Checks", "检查"), Say("Count", "数量")), rows
    )
