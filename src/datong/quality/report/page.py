"""The page: from the answer at the top to the row at the bottom."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from importlib.resources import files

from datong.core.say import Language, Say
from datong.quality import between, earlier
from datong.quality.check_types import TYPES
from datong.quality.checks import all_checks
from datong.quality.finding import EFFECTIVE, Example, Finding, Verdict
from datong.quality.from_shapes import SHAPES
from datong.quality.report import plots, words
from datong.quality.report.both import both
from datong.quality.report.by_group import groups, sites
from datong.quality.result import Result, Trend

SHOWN = 400  # failing checks on the page; the JSON has all
KEYS = 60  # keys of one finding on the page


def page(result: Result, language: Language = "en") -> str:
    """Return the whole report; the reader can switch its language."""
    parts = [
        _head(result),
        _section(words.TREND, _trend(result)),
        _section(words.WHOSE, _layers(result.findings)),
        _section(words.GRID, _grid(result.findings)),
        *(
            _section(title, sites(result.findings, group))
            for group, title in words.BY.items()
        ),
        _section(words.FINDINGS, _failed(result)),
        _section(words.WAIVED, _waived(result)),
        _section(words.USES, _uses(result)),
        _section(words.VOLUME, _volume(result.months)),
        _section(words.FILLED, _filled(result.findings)),
        _section(words.METHOD, _method(result)),
    ]
    style = (files(__package__) / "report.css").read_text("utf-8")
    script = (files(__package__) / "report.js").read_text("utf-8")
    title = escape(words.TITLE.in_(language))
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{title}</title><style>{style}</style></head><body>"
        f"{''.join(parts)}<script>{script}</script></body></html>\n"
    )


def _section(title: Say, body: str) -> str:
    """Write a section; one without anything to say is left out."""
    return f"<section><h2>{both(title)}</h2>{body}</section>" if body else ""


def _head(result: Result) -> str:
    """Write the answer: three numbers, and what they are of."""
    three = (
        (result.defined, words.DEFINED, ""),
        (result.effective, words.EFFECTIVE, ""),
        (len(result.failed), words.FAILED, "bad" if result.failed else "good"),
    )
    numbers = "".join(
        f'<div class="number {tone}"><b>{n:,}</b>{both(say)}</div>'
        for n, say, tone in three
    )
    verdicts = result.verdicts()
    order = ("pass", "fail", "waived", "broken", "skipped", "not-applicable")
    parts = {name: verdicts[name] for name in order}
    legend = "".join(
        f'<span class="key"><i style="background:{plots.COLOURS[name]}"></i>'
        f"{both(words.VERDICTS[name])} {number:,}</span>"
        for name, number in parts.items()
        if number
    )
    made = both(
        words.MADE,
        today=result.today,
        seconds=result.seconds,
        subject=result.subject,
    )
    cannot = sum(not one.can_fail for one in result.findings)
    return (
        '<header><button id="language" type="button">中文 / English</button>'
        f"<h1>{both(words.TITLE)}</h1><p>{made}</p></header>"
        f'<div class="numbers">{numbers}</div>{plots.shares(parts)}'
        f'<p class="legend">{legend}</p>'
        f'<p class="faint">{both(words.SKIPPED_IS_NOT_PASSED, cannot=cannot)}</p>'
        f"{_score(result)}"
    )


def _score(result: Result) -> str:
    """Say how good the checks themselves are."""
    if not result.score:
        return ""
    caught, injected = result.score
    return f"<p>{both(words.SCORE, caught=caught, injected=injected)}</p>"


def _trend(result: Result) -> str:
    """Show the three numbers of earlier releases, and what began or ceased to fail."""
    if not result.trend:
        return ""
    heads = "".join(f"<th>{both(say)}</th>" for say in words.TREND_COLUMNS)
    three = (result.defined, result.effective, len(result.failed))
    now = Trend(
        int(result.stamp.get("release", 0)),
        str(result.today),
        three,
        frozenset(one.name for one in result.failed),
    )
    rows = "".join(
        f"<tr><td>{one.release}</td><td>{escape(one.today)}</td>"
        + "".join(f"<td>{number:,}</td>" for number in one.three)
        + "</tr>"
        for one in (*result.trend, now)
    )
    before = result.trend[-1].failing
    began, ceased = sorted(now.failing - before), sorted(before - now.failing)
    told = "".join(
        f"<p>{both(say, n=len(names))} <code>{escape(', '.join(names[:20]))}</code></p>"
        for say, names in ((words.BEGAN, began), (words.CEASED, ceased))
        if names
    )
    return f"<table><tr>{heads}</tr>{rows}</table>{told}"


def _layers(findings: Sequence[Finding]) -> str:
    """Say how many checks of each layer fail, and whose the failures are."""
    cells: Counter[tuple[str, str]] = Counter()
    for one in findings:
        if one.verdict is Verdict.FAIL:
            cells[one.layer, one.blame] += 1
    held = [name for name in words.LAYERS if any(f.layer == name for f in findings)]
    if len(held) < 2:
        return ""
    heads = "".join(f"<th>{both(say)}</th>" for say in words.BLAMES.values())
    rows = "".join(
        f"<tr><th>{both(words.LAYERS[layer])}</th>"
        + "".join(f"<td>{cells[layer, whose]:,}</td>" for whose in words.BLAMES)
        + "</tr>"
        for layer in held
    )
    return f"<table><tr><th></th>{heads}</tr>{rows}</table>"


def _grid(findings: Sequence[Finding]) -> str:
    """Draw failed and effective checks by table and category."""
    cells: dict[tuple[str, str], tuple[int, int]] = defaultdict(lambda: (0, 0))
    for one in findings:
        if one.verdict in EFFECTIVE:
            failed, effective = cells[one.table, one.category]
            bad = one.verdict is Verdict.FAIL
            cells[one.table, one.category] = failed + bad, effective + 1
    clean = {one.table for one in findings if one.layer == "source"}
    clean -= {one.table for one in findings if one.verdict is Verdict.FAIL}
    tables = [t for t in dict.fromkeys(table for table, _ in cells) if t not in clean]
    categories = list(words.CATEGORIES)
    heads = "".join(f"<span>{both(words.CATEGORIES[c])}</span>" for c in categories)
    drawn = plots.grid(tables, categories, cells)
    return f'<div class="heads">{heads}</div>{drawn}' if tables else ""


def _failed(result: Result) -> str:
    """List what failed; each opens to its question and its rows."""
    if not result.failed:
        return f"<p>{both(words.NOTHING)}</p>"
    heads = "".join(f"<span>{both(column)}</span>" for column in words.COLUMNS)
    traced = "release" in result.stamp
    failed = result.failed[:SHOWN]
    rows = "".join(_finding(one, traced=traced) for one in failed)
    return f'<div class="row top">{heads}</div>{rows}'


def _finding(one: Finding, *, traced: bool) -> str:
    """Write one failing check."""
    place = ".".join(part for part in (one.table, one.column, one.concept) if part)
    cells = (
        f'<b class="{one.severity}">{both(words.SEVERITIES[one.severity])}</b>',
        escape(one.type),
        escape(place),
        f"{one.bad:,}",
        f"{one.examined:,}",
        f"{plots.share_bar(one.percent, one.threshold)} {one.percent:.2f} %",
        both(words.BLAMES[one.blame]),
    )
    row = "".join(f"<span>{cell}</span>" for cell in cells)
    return (
        f'<details><summary class="row">{row}</summary><div class="open">'
        f"<p><b>{both(words.ASKS)}</b> {both(_asks(one))}</p>{_whose(one)}"
        f"{groups(one)}{_rows(one, traced=traced)}"
        "</div></details>"
    )


def _whose(one: Finding) -> str:
    """Say whose the bad rows are, where several have some."""
    told = ", ".join(
        f"{both(words.BLAMES[whose])} {number:,}"
        for whose, number in one.blames.items()
    )
    return f"<p><b>{both(words.WHOSE_ROWS)}</b> {told}</p>" if told else ""


def _asks(one: Finding) -> Say:
    """Say what a check asks, or why it was written."""
    if one.type in TYPES:
        return TYPES[one.type].asks
    own = {check.name: check.why for check in all_checks()}
    own |= {**SHAPES, **between.WHY, **earlier.WHY}
    return own.get(one.type, Say(one.type, one.type))


def _rows(one: Finding, *, traced: bool) -> str:
    """Name the rows behind a failing check; in a release, the way to their source."""
    if not one.keys:
        return f'<p class="faint">{both(words.NO_KEYS)}</p>'
    keys = ", ".join(escape(key) for key in one.keys[:KEYS])
    more = " …" if len(one.keys) > KEYS or one.bad > len(one.keys) else ""
    named = f'<p><b>{both(words.KEYS)}</b></p><p class="keys">{keys}{more}</p>'
    if not traced or not one.keys[0].isdecimal():
        return named
    trace = f"datong trace {one.table}:{one.keys[0]}"
    if one.layer == "source" and one.examples:
        first = one.examples[0]
        name = first.file.rpartition("/")[2]
        trace = f'datong trace --file "{name}" --line {first.line}'
    told = f"<p>{both(words.TRACE)} <code>{escape(trace)}</code></p>"
    return f"{named}{_places(one)}{told}"


def _places(one: Finding) -> str:
    """Tell the source lines of some bad rows; what stands there is not told."""
    if not one.examples:
        return ""
    heads = "".join(f"<th>{both(say)}</th>" for say in words.EXAMPLE_COLUMNS)
    rows = "".join(
        f"<tr><td>{escape(example.key)}</td><td>{escape(example.file)}</td><td>"
        + (f"{example.line:,}" if example.line else _record(example))
        + "</td></tr>"
        for example in one.examples
    )
    table = f'<table class="places"><tr>{heads}</tr>{rows}</table>'
    return f"<p><b>{both(words.EXAMPLES)}</b></p>{table}"


def _record(example: Example) -> str:
    """Name a record of a file that has no lines."""
    return both(words.NOT_A_LINE, record=example.record)


def _waived(result: Result) -> str:
    """List what was waived, by whom, why and until when."""
    waived = [one for one in result.findings if one.verdict is Verdict.WAIVED]
    lines = (f"<li>{escape(one.name)}: {escape(one.note)}</li>" for one in waived)
    return f"<ul>{''.join(lines)}</ul>" if waived else ""


def _uses(result: Result) -> str:
    """Tell for each use how many persons are usable, and what costs most."""
    items = (
        f"<li><b>{both(use.title)}</b>: {both(use.answer)}"
        f"<ul>{_list(use.reasons)}</ul></li>"
        for use in result.uses
    )
    return f"<ul>{''.join(items)}</ul>" if result.uses else ""


def _list(says: Iterable[Say]) -> str:
    """Write messages as items."""
    return "".join(f"<li>{both(say)}</li>" for say in says)


def _volume(months: Mapping[str, Mapping[str, int]]) -> str:
    """Draw rows by month, one small plot a table."""
    drawn = (
        f"<figure><figcaption>{escape(table)}</figcaption>{plots.lines(by)}</figure>"
        for table, by in months.items()
        if by
    )
    return f'<div class="plots">{"".join(drawn)}</div>' if months else ""


def _filled(findings: Sequence[Finding]) -> str:
    """Show for each table how much of its columns is filled."""
    tables: dict[str, list[Finding]] = defaultdict(list)
    for one in findings:
        if one.type == "measureValueCompleteness" and one.examined:
            tables[one.table].append(one)
    shown = []
    for table, held in tables.items():
        cells = "".join(
            f'<span title="{escape(one.column)}: {100 - one.percent:.1f} %"'
            f' style="--filled:{100 - one.percent:.0f}%">{escape(one.column)}</span>'
            for one in held
        )
        shown.append(f'<h3>{escape(table)}</h3><div class="filled">{cells}</div>')
    return "".join(shown)


def _method(result: Result) -> str:
    """Say by which editions it was judged, what the score is, what was not done."""
    stamp = "".join(
        f"<li>{escape(name)}: {escape(said)}</li>"
        for name, said in result.stamp.items()
    )
    says = (words.READINGS, words.SMALL)
    rest = "".join(f"<p>{both(say)}</p>" for say in says)
    return f"<ul>{stamp}</ul>{rest}"
