"""Plots as SVG inside the page: no script, no font, no request."""

from collections.abc import Mapping, Sequence
from html import escape

from datong.quality.fit import FEWEST, few

COLOURS = {
    "pass": "#2f7d5b",
    "fail": "#c2412d",
    "waived": "#b98a1e",
    "skipped": "#c9ced6",
    "not-applicable": "#e4e7ec",
    "broken": "#6b2d73",
}
INK, FAINT, LINE = "var(--ink)", "var(--faint)", "var(--line)"


def shares(parts: Mapping[str, int], width: int = 860) -> str:
    """Draw parts of a whole as one bar; a part says its number when it has room."""
    whole, x, drawn = sum(parts.values()) or 1, 0.0, []
    for name, number in parts.items():
        wide = width * number / whole
        if number:
            title = f"<title>{escape(name)}: {number:,}</title>"
            drawn.append(
                f'<rect x="{x:.1f}" y="0" width="{wide:.1f}" height="34"'
                f' fill="{COLOURS[name]}">{title}</rect>'
            )
        if wide > 46:
            ink = "#1f2937" if name in ("skipped", "not-applicable") else "#fff"
            drawn.append(_text(x + wide / 2, 22, f"{number:,}", ink, "middle"))
        x += wide
    return _svg(width, 34, drawn)


def lines(by_month: Mapping[str, int], width: int = 420, height: int = 92) -> str:
    """Draw one series over the months, gaps as nothing, its greatest value named.

    More than twenty years are drawn by year; few rows all alike.
    """
    first, last = min(by_month), max(by_month)
    if _months(last) - _months(first) > 240:
        by_month = _by_year(by_month)
        first, last = min(by_month), max(by_month)
    span = max(1, _months(last) - _months(first))
    most = max(by_month.values())
    inner, floor = width - 12, height - 20
    bars = []
    for month, number in by_month.items():
        x = 6 + inner * (_months(month) - _months(first)) / (span + 1)
        tall = (floor - 14) * max(number, FEWEST) / max(most, FEWEST)
        wide = max(0.8, inner / (span + 1) - 0.4)
        place = f'x="{x:.1f}" y="{floor - tall:.1f}"'
        size = f'width="{wide:.2f}" height="{tall:.1f}"'
        title = f"<title>{month}: {few(number)}</title>"
        bars.append(f'<rect {place} {size} fill="var(--bar)">{title}</rect>')
    base = f'<line x1="6" y1="{floor}" x2="{width - 6}" y2="{floor}" stroke="{LINE}"/>'
    names = [
        _text(6, height - 5, first, FAINT, "start"),
        _text(width - 6, height - 5, last, FAINT, "end"),
        _text(6, 11, f"≤ {most:,}" if most >= FEWEST else few(most), FAINT, "start"),
    ]
    return _svg(width, height, [*bars, base, *names])


def _by_year(by_month: Mapping[str, int]) -> dict[str, int]:
    """Sum months by year."""
    years: dict[str, int] = {}
    for month, number in by_month.items():
        years[month[:4]] = years.get(month[:4], 0) + number
    return years


def _months(month: str) -> int:
    """Number a month, or a year."""
    return int(month[:4]) * 12 + int(month[5:7]) if month[5:] else int(month)


def share_bar(percent: float, threshold: float | None, width: int = 150) -> str:
    """Draw a share with the threshold that it was judged by."""
    filled, red = width * min(percent, 100) / 100, f'fill="{COLOURS["fail"]}"'
    marks = [
        f'<rect x="0" y="4" width="{width}" height="8" rx="2" fill="var(--line)"/>',
        f'<rect x="0" y="4" width="{max(filled, 1.5):.1f}" height="8" rx="2" {red}/>',
    ]
    if threshold:
        at = width * threshold / 100
        marks.append(
            f'<line x1="{at:.1f}" y1="0" x2="{at:.1f}" y2="16" stroke="{INK}"/>'
        )
    return _svg(width, 16, marks)


def _text(x: float, y: float, said: str, ink: str, anchor: str) -> str:
    """Write a text."""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" fill="{ink}"'
        f' text-anchor="{anchor}">{escape(said)}</text>'
    )


def _svg(width: float, height: float, parts: Sequence[str]) -> str:
    """Put a drawing together."""
    box = f'viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}"'
    return f'<svg {box} role="img" aria-hidden="true">{"".join(parts)}</svg>'
