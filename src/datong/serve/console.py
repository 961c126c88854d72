"""What the terminal shows: progress with an end, tables, JSON for machines."""

import json
import sys
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import click
import pyarrow as pa
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from datong.core.language import spoken
from datong.core.say import Say

ERRORS = Console(stderr=True, highlight=False)
OUT = Console(highlight=False)

project_option = click.option(
    "--project",
    "-p",
    type=click.Path(path_type=Path),
    default=".",
    help=Say(
        "The project folder (here, if not named).", "项目文件夹（默认当前）。"
    ).in_(spoken()),
)
database_option = click.option(
    "--database",
    default="",
    envvar="DATONG_DATABASE",
    help=Say(
        "Where the server keeps its users and decisions, if in PostgreSQL.",
        "服务器在 PostgreSQL 中存放用户与决定时的数据库地址。",
    ).in_(spoken()),
)
json_option = click.option(
    "--json",
    "as_json",
    is_flag=True,
    help=Say("Print JSON, and nothing else.", "只输出 JSON。").in_(spoken()),
)


def tell(say: Say) -> None:
    """Say something to the person."""
    OUT.print(say.in_(spoken()), markup=False)


def tell_json(content: object) -> None:
    """Print JSON for a machine."""
    click.echo(json.dumps(content, ensure_ascii=False, default=_plain, indent=1))


def table(
    names: Sequence[str],
    rows: Iterable[Sequence[object]],
    title: str = "",
    *,
    lines: bool = False,
) -> None:
    """Print a table; numbers stand to the right.

    Cells are shown as they are: `[lb_av]` is a unit, not the terminal's markup.
    `lines`: rows of several lines are kept apart.
    """
    rows = [list(row) for row in rows]
    shown = Table(
        title=title or None,
        title_justify="left",
        header_style="bold",
        show_lines=lines,
    )
    for place, name in enumerate(names):
        cells = [row[place] for row in rows]
        is_number = any(isinstance(c, int | float | Decimal) for c in cells)
        shown.add_column(
            name, justify="right" if is_number else "left", overflow="fold"
        )
    for row in rows:
        shown.add_row(*(Text(_shown(cell)) for cell in row))
    OUT.print(shown)


def arrow_table(found: pa.Table, most: int) -> None:
    """Print the first rows of an Arrow table, and say how many there are."""
    rows = found.slice(0, most).to_pylist()
    table(found.column_names, ([_number(c) for c in row.values()] for row in rows))
    count = found.num_rows
    if count > most:
        en, zh = f"{most:,} of {count:,} rows", f"{count:,} 行中的前 {most:,} 行"
    else:
        en, zh = f"{count:,} rows", f"{count:,} 行"
    tell(Say(en, zh))


class Bar:
    """A run's progress on the terminal; plain lines where it is none."""

    def __init__(self) -> None:
        """Show nothing yet."""
        columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
        self.bar = Progress(*columns, console=ERRORS)
        self.task: TaskID | None = None

    def __enter__(self) -> "Bar":
        """Start."""
        self.bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop, the last stage at its end."""
        self._finish()
        self.bar.stop()

    def stage(self, name: Say, total: int) -> None:
        """Begin a stage; the one before is done."""
        self._finish()
        self.task = self.bar.add_task(name.in_(spoken()), total=total)

    def step(self, units: int = 1, what: str = "") -> None:  # noqa: ARG002 - a bar needs no names
        """Move the bar."""
        if self.task is not None:
            self.bar.advance(self.task, units)

    def warn(self, what: Say) -> None:
        """Print a warning above the bar."""
        self.bar.console.print(f"! {what.in_(spoken())}", markup=False)

    def _finish(self) -> None:
        """Fill the bar of the stage that ends, unless an error is on its way."""
        if self.task is not None and sys.exc_info()[0] is None:
            total = self.bar.tasks[self.task].total
            self.bar.update(self.task, completed=total)


def _number(cell: object) -> object:
    """Keep a year and a key free of the commas that a count has."""
    return Decimal(cell) if type(cell) is int else cell


def _shown(cell: object) -> str:
    """Write a cell for people."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "✓" if cell else "✗"
    return f"{cell:,}" if isinstance(cell, int) else str(cell)


def _plain(value: Any) -> object:
    """Write what JSON has no word for."""
    if isinstance(value, date | datetime):
        return value.isoformat()
    return float(value) if isinstance(value, Decimal) else str(value)
