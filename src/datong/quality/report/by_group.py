"""By site, source, cohort and month: where the bad rows are."""

from collections import Counter
from collections.abc import Sequence
from html import escape

from datong.quality.finding import (
    EFFECTIVE,
    FEWEST,
    Finding,
    Verdict,
    failing_groups,
)
from datong.quality.report import plots, words
from datong.quality.report.both import both
from datong.quality.report.grid import grid

LABELS = 30  # of one group, in one finding
HIDDEN = 60  # checks that fail at a site only


def sites(findings: Sequence[Finding], group: str) -> str:
    """Draw failed and effective checks by table and site, and what only a site fails.

    A check fails at a site by its own threshold; of fewer than ten rows none is judged.
    """
    effective: Counter[tuple[str, str]] = Counter()
    failed: Counter[tuple[str, str]] = Counter()
    labels: dict[str, None] = {}
    hidden = []
    for one in findings:
        if one.verdict not in EFFECTIVE or group not in one.groups:
            continue
        failing = failing_groups(one, group)
        labels |= dict.fromkeys(one.groups[group])
        effective.update((one.table, label) for label in one.groups[group])
        failed.update((one.table, label) for label in failing)
        if failing and one.verdict is Verdict.PASS:
            hidden.append((one, failing))
    if not labels:
        return ""
    cells = {place: (failed[place], n) for place, n in effective.items()}
    tables = list(dict.fromkeys(table for table, _ in cells))
    drawn = grid(tables, {label: escape(label) for label in sorted(labels)}, cells)
    rows = "".join(_hidden(one, failing) for one, failing in hidden[:HIDDEN])
    said = both(words.ONLY_THERE, n=len(hidden))
    told = f"<details><summary>{said}</summary><ul>{rows}</ul></details>"
    return drawn + (told if hidden else "")


def _hidden(one: Finding, failing: dict[str, tuple[int, int]]) -> str:
    """Name a check that passes as a whole and fails somewhere."""
    shares = ", ".join(
        f"{escape(label)} {100 * bad / examined:.1f} % ({bad:,} / {examined:,})"
        for label, (examined, bad) in failing.items()
    )
    whole = both(words.OF_ALL, percent=one.percent)
    return f"<li><code>{escape(one.name)}</code> {shares}; {whole}</li>"


def groups(one: Finding) -> str:
    """Show one finding by group: a bar for each label, months as a plot."""
    parts = []
    for group, held in one.groups.items():
        bad = {
            label: n
            for label, (examined, n) in sorted(held.items())
            if n and examined >= FEWEST
        }
        if not bad:
            continue
        title = f"<p><b>{both(words.GROUPS[group])}</b></p>"
        if group == "month":
            parts.append(title + plots.lines(bad))
            continue
        most = sorted(bad, key=lambda label: -bad[label])[:LABELS]
        rows = "".join(_bar(label, *held[label]) for label in most)
        parts.append(f'{title}<div class="groups">{rows}</div>')
    return "".join(parts)


def _bar(label: str, examined: int, bad: int) -> str:
    """Write one label with its share."""
    share = 100 * bad / examined if examined else 100.0
    drawn = plots.share_bar(share, None)
    return f"<span>{escape(label)}</span>{drawn}<span>{bad:,} / {examined:,}</span>"
