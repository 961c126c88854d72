"""The page: from the answer at the top to the row at the bottom."""

import shlex
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from importlib.resources import files

from datong.core.say import Language, Say
from datong.quality.finding import EFFECTIVE, Finding, Verdict
from datong.quality.report import failed, plots, words
from datong.quality.report.both import both
from datong.quality.report.by_group import sites
from datong.quality.report.grid import grid
from datong.quality.result import Result, Trend

HELD = (Verdict.WAIVED, Verdict.FAIL)
BEGAN = 12  # checks that began to fail, by name; the rest by number


def page(result: Result, language: Language = "en") -> str:
    """Return the whole report; the reader can switch its language."""
    sections = [
        ("first", words.FIRST, failed.first(result)),
        ("uses", words.USES, _uses(result)),
        ("failed", words.FINDINGS, failed.listed(result)),
        *(
            (group, title, sites(result.findings, group))
            for group, title in words.BY.items()
        ),
        ("grid", words.GRID, _grid(result.findings)),
        ("whose", words.WHOSE, _layers(result.findings)),
        ("trend", words.TREND, _trend(result)),
        ("ledger", words.LEDGER, _accounted(result)),
        ("waived", words.WAIVED, _waived(result)),
        ("volume", words.VOLUME, _volume(result.months)),
        ("filled", words.FILLED, _filled(result.findings)),
        ("method", words.METHOD, _method(result)),
    ]
    return written(words.TITLE, _head(result), sections, language)


def written(
    title: Say, head: str, sections: Sequence[tuple[str, Say, str]], language: Language
) -> str:
    """Put a page together: its head, a way to each section, the sections.

    A section without anything to say is left out.
    """
    told = [(name, said, body) for name, said, body in sections if body]
    ways = "".join(f'<a href="#{name}">{both(said)}</a>' for name, said, _ in told)
    parts = "".join(
        f'<section id="{name}"><h2>{both(said)}</h2>{body}</section>'
        for name, said, body in told
    )
    style = (files(__package__) / "report.css").read_text("utf-8")
    script = (files(__package__) / "report.js").read_text("utf-8")
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{escape(title.in_(language))}</title><style>{style}</style></head><body>"
        '<header><button id="language" type="button">中文 / English</button>'
        f"<h1>{both(title)}</h1>{head}</header><nav>{ways}</nav><main>{parts}</main>"
        f"<script>{script}</script></body></html>\n"
    )


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
        f'<p class="faint">{made}</p>'
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
        f"<p>{both(say, n=len(names))} <code>{escape(', '.join(names[:BEGAN]))}"
        f"{' …' if len(names) > BEGAN else ''}</code></p>"
        for say, names in ((words.BEGAN, began), (words.CEASED, ceased))
        if names
    )
    table = f"<table><tr>{heads}</tr>{rows}</table>"
    return f'<div class="scroll" tabindex="0">{table}</div>{told}'


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
    table = f"<table><tr><th></th>{heads}</tr>{rows}</table>"
    return f'<div class="scroll" tabindex="0">{table}</div>'


def _grid(findings: Sequence[Finding]) -> str:
    """Draw failed and effective checks by table and category."""
    cells: dict[tuple[str, str], tuple[int, int]] = defaultdict(lambda: (0, 0))
    for one in findings:
        if one.verdict in EFFECTIVE:
            failed, effective = cells[one.table, one.category]
            bad = one.verdict is Verdict.FAIL
            cells[one.table, one.category] = failed + bad, effective + 1
    absent = {one.table for one in findings if one.type == "cdmTable" and one.bad}
    clean = {one.table for one in findings if one.layer == "source"}
    clean -= {one.table for one in findings if one.verdict is Verdict.FAIL}
    named = dict.fromkeys(table for table, _ in cells)
    tables = [table for table in named if table not in clean | absent]
    return grid(tables, {c: both(say) for c, say in words.CATEGORIES.items()}, cells)


def _accounted(result: Result) -> str:
    """Account for the rows of the release, and say how to see what was rejected."""
    place = escape(shlex.quote(result.subject))
    rejects = f'<code class="copy">datong rejects -p {place}</code>'
    told = f'<p class="faint">{both(words.REJECTS)} {rejects}</p>'
    return ledger(result.ledger) + told if result.ledger else ""


def ledger(steps: Sequence[Mapping[str, object]]) -> str:
    """Add up what became of rows: read is the sum of the other columns."""
    sums: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for step in steps:
        phase, _, rest = str(step["step"]).partition(":")
        site = rest.partition("/")[0] if phase in ("land", "map") else ""
        sums[phase, site].update({n: int(str(step[n])) for n in words.STEPS})
    heads = "".join(f"<th>{both(say)}</th>" for say in words.STEPS.values())
    named = {phase: words.PHASES.get(phase, Say(phase, phase)) for phase, _ in sums}
    rows = "".join(
        f"<tr><th>{both(named[phase])} {escape(site)}</th>"
        + "".join(f"<td>{held[name]:,}</td>" for name in words.STEPS)
        + "</tr>"
        for (phase, site), held in sums.items()
    )
    table = f"<table><tr><th></th>{heads}</tr>{rows}</table>"
    return f'<div class="scroll" tabindex="0">{table}</div>' if steps else ""


def _waived(result: Result) -> str:
    """List what was waived, by whom, why and until when; and waivers that ended."""
    held = [one for one in result.findings if one.note and one.verdict in HELD]
    heads = "".join(f"<th>{both(say)}</th>" for say in words.WAIVER_COLUMNS)
    lines = "".join(
        f"<tr><th>{escape(one.name)}</th><td>{both(words.VERDICTS[one.verdict])}</td>"
        f"<td>{escape(one.note)}</td></tr>"
        for one in held
    )
    table = f'<table class="text"><tr>{heads}</tr>{lines}</table>'
    return f'<div class="scroll" tabindex="0">{table}</div>' if held else ""


def _uses(result: Result) -> str:
    """Tell for each use how many persons are usable, and what costs most."""
    return "".join(
        f'<div class="use"><b class="{"good" if use.is_fit else "bad"}">'
        f"{both(use.title)}</b> {both(use.answer)}<ul>{_list(use.reasons)}</ul></div>"
        for use in result.uses
    )


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
        least = min(100 - one.percent for one in held)
        said = both(words.LEAST, n=len(held), least=least)
        shown.append(
            f"<details><summary>{escape(table)} <small>{said}</small></summary>"
            f'<div class="filled">{cells}</div></details>'
        )
    return "".join(shown)


def _method(result: Result) -> str:
    """Say by which editions it was judged, what cannot fail, what was not judged."""
    stamp = "".join(
        f"<li>{escape(name)}: {escape(said)}</li>"
        for name, said in result.stamp.items()
    )
    says = (words.READINGS, words.SMALL)
    rest = "".join(f"<p>{both(say)}</p>" for say in says)
    cannot = [one.name for one in result.findings if not one.can_fail]
    not_judged = [one.name for one in result.findings if one.verdict is Verdict.SKIPPED]
    broken = [
        f"{one.name}: {one.note}"
        for one in result.findings
        if one.verdict is Verdict.BROKEN
    ]
    lists = (
        (words.BROKEN, broken),
        (words.CANNOT, cannot),
        (words.NOT_JUDGED, not_judged),
    )
    return f"<ul>{stamp}</ul>{rest}" + "".join(
        f"<details><summary>{both(say, n=len(names))}</summary>"
        f'<p class="keys" tabindex="0">{escape(", ".join(names))}</p></details>'
        for say, names in lists
        if names
    )
