"""What failed: one entry a problem, which opens to its places, rows, source lines."""

import shlex
from collections.abc import Sequence
from html import escape

from datong.core.say import Say
from datong.quality.advice import Problem, asks
from datong.quality.check_types import TYPES
from datong.quality.finding import Example, Finding
from datong.quality.fit import FEWEST, few
from datong.quality.from_shapes import SHAPES
from datong.quality.report import plots, words
from datong.quality.report.both import both
from datong.quality.report.by_group import groups
from datong.quality.result import Result

PLACES = 40  # of one problem on the page; the JSON has all
KEYS = 60  # keys of one finding on the page
FIRST = 5  # problems that are named at the top


def listed(result: Result) -> str:
    """List what failed; filters and order are the reader's."""
    held = result.problems
    if not held:
        return f"<p>{both(words.NOTHING)}</p>"
    heads = "".join(f"<span>{both(column)}</span>" for column in words.COLUMNS)
    rows = "".join(_problem(one, n, result) for n, one in enumerate(held))
    return (
        f'{_filters(held)}<div class="row top" aria-hidden="true">{heads}</div>'
        f'<div id="problems">{rows}</div><p id="none" hidden>{both(words.NO_MATCH)}</p>'
    )


def first(result: Result) -> str:
    """Name the gravest problems at the top, each with what to do next."""
    items = "".join(
        f'<li><a href="#p-{escape(one.type)}">{both(one.wrong)}</a>'
        f' <span class="faint">{escape(one.where)}</span><br>→ {both(one.next)}</li>'
        for one in result.problems[:FIRST]
    )
    return f"<ol>{items}</ol>" if items else ""


def _filters(held: Sequence[Problem]) -> str:
    """Write the buttons: severity, whose, site, order; and a field for any word."""
    sites = sorted({site for one in held for site in one.sites})
    whose = {f.blame for one in held for f in one.findings}
    severities = {f.severity for one in held for f in one.findings}
    sets = (
        ("severity", {k: v for k, v in words.SEVERITIES.items() if k in severities}),
        ("whose", {k: v for k, v in words.BLAMES.items() if k in whose}),
        ("site", {name: Say(name, name) for name in sites}),
        ("order", words.ORDERS),
    )
    parts = [
        f'<div role="group"><span class="faint">{both(words.FILTERS[name])}</span>'
        + "".join(
            f'<button type="button" data-{name}="{escape(value)}"'
            f' aria-pressed="false">{both(say)}</button>'
            for value, say in choices.items()
        )
        + "</div>"
        for name, choices in sets
        if choices
    ]
    find = f'<label>{both(words.FIND)} <input type="search" id="find"></label>'
    return f'<div class="filters">{"".join(parts)}{find}</div>'


def _problem(one: Problem, place: int, result: Result) -> str:
    """Write one problem."""
    least = "≥ " if one.is_least and one.persons >= FEWEST else ""
    persons = f"{least}{few(one.persons)}" if one.persons else ""
    many = both(words.PLACES, n=len(one.findings))
    about = f"<small>{escape(one.type)} · {many} · {escape(one.where)}</small>"
    cells = (
        f'<b class="{one.severity}">{both(words.SEVERITIES[one.severity])}</b>',
        f"<b>{both(one.wrong)}</b>{about}",
        persons,
        f"{one.bad:,}",
        both(words.BLAMES[one.blame]),
    )
    row = "".join(f"<span>{cell}</span>" for cell in cells)
    shown = one.findings[:PLACES]
    alone = " open" if len(shown) == 1 else ""
    rest = len(one.findings) - len(shown)
    more = f'<p class="faint">{both(words.MORE, n=rest)}</p>' if rest else ""
    return (
        f'<details class="problem" id="p-{escape(one.type)}"{_marks(one, place)}>'
        f'<summary class="row">{row}</summary><div class="open">{_next(one, result)}'
        + "".join(_place(finding, result, alone) for finding in shown)
        + f"{more}</div></details>"
    )


def _marks(one: Problem, place: int) -> str:
    """Write what the filters look at."""
    told = " ".join(f.name for f in one.findings)
    marks = {
        "severity": " ".join({f.severity.value for f in one.findings}),
        "whose": " ".join({f.blame for f in one.findings}),
        "site": " ".join(one.sites),
        "table": "|".join(dict.fromkeys(f.table for f in one.findings)),
        "text": f"{told} {one.wrong.en} {one.wrong.zh} {' '.join(one.sites)}".lower(),
        "grave": str(place),
        "persons": str(one.persons),
        "rows": str(one.bad),
    }
    return "".join(f' data-{name}="{escape(said)}"' for name, said in marks.items())


def _next(one: Problem, result: Result) -> str:
    """Say what to do next, with a command where one helps."""
    why = asks(one.type)
    title = words.ASKS if one.type in {**TYPES, **SHAPES} else words.MATTERS
    asked = f"<p><b>{both(title)}</b> {both(why)}</p>" if why.en != one.type else ""
    is_project = "release" in result.stamp and one.advice.command
    helps = _command(one.advice.command, result) if is_project else ""
    return f'<p class="next"><b>→ {both(one.next)}</b> {helps}</p>{asked}'


def _command(command: str, result: Result) -> str:
    """Write a command of the project that can be copied."""
    verb, _, rest = (
        command.partition(" -p ") if " -p " in command else (command, "", "")
    )
    place = rest or shlex.quote(result.subject)
    return f'<code class="copy">{escape(f"{verb} -p {place}")}</code>'


def _place(one: Finding, result: Result, opened: str) -> str:
    """Write one place at which a check fails."""
    place = ".".join(part for part in (one.table, one.column, one.concept) if part)
    limit = both(words.LIMIT, percent=one.threshold) if one.threshold else ""
    share = f"{plots.share_bar(one.percent, one.threshold)} {one.percent:.2f} %"
    against = f" <small>({escape(one.argument)})</small>" if one.argument else ""
    cells = (
        f"{escape(place)}{against} <small>{both(words.LAYERS[one.layer])}</small>",
        f"{one.bad:,} / {one.examined:,}",
        f"{share} <small>{limit}</small>",
        both(words.BLAMES[one.blame]),
    )
    row = "".join(f"<span>{cell}</span>" for cell in cells)
    ended = f"<p>{escape(one.note)}</p>" if one.note else ""
    return (
        f'<details class="place"{opened}><summary class="row">{row}</summary>'
        f'<div class="open">{ended}{_whose(one)}{groups(one)}{_rows(one, result)}</div>'
        "</details>"
    )


def _whose(one: Finding) -> str:
    """Say whose the bad rows are, where several have some; and how many persons'."""
    told = ", ".join(
        f"{both(words.BLAMES[whose])} {number:,}"
        for whose, number in one.blames.items()
    )
    whose = f"<b>{both(words.WHOSE_ROWS)}</b> {told}. " if told else ""
    least = "≥ " if one.bad > len(one.keys) and one.persons >= FEWEST else ""
    persons = f"{least}{few(one.persons)}"
    said = both(words.TOUCHED, persons=persons) if one.persons else ""
    return f"<p>{whose}{said}</p>" if whose or said else ""


def _rows(one: Finding, result: Result) -> str:
    """Name the rows behind a failing check; in a release, the way to their source."""
    if not one.keys:
        return f'<p class="faint">{both(words.NO_KEYS)}</p>'
    keys = ", ".join(escape(key) for key in one.keys[:KEYS])
    more = " …" if len(one.keys) > KEYS or one.bad > len(one.keys) else ""
    title = words.KEYS if one.unit == "rows" else words.NAMES
    named = f'<p><b>{both(title)}</b></p><p class="keys" tabindex="0">{keys}{more}</p>'
    trace = _trace(one, result.stamp.get("before", ""))
    if not trace or "release" not in result.stamp:
        return named
    told = f"<p>{both(words.TRACE)} {_command(trace, result)}</p>"
    return f"{_places(one) if one.examples else ''}{told}{named}"


def _trace(one: Finding, before: str) -> str:
    """Write the command that shows one bad row whole; empty where there is none.

    A row that is gone is still in the release before.
    """
    if one.type == "rows_lost" and before and one.layer == "records":
        return f"datong trace {one.table}:{one.keys[0]} --release {before}"
    known = [e for e in one.examples if e.line or one.layer == "records"]
    if not known:
        return ""
    if one.layer == "records":
        return f"datong trace {one.table}:{known[0].key}"
    # A view may have the name of a kind of record, but not its numbers.
    return f"datong trace --file {shlex.quote(known[0].file)} --line {known[0].line}"


def _places(one: Finding) -> str:
    """Tell the source lines of some bad rows; what stands there is not told."""
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
