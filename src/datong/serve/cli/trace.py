"""`datong trace`: from a value to its source line, and from a line to what it gave."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from datong.core.reason import Trouble
from datong.core.say import Say
from datong.run.places import Place
from datong.run.project import Project
from datong.run.reasons import TRACE
from datong.run.trace import Trace, Tracer
from datong.serve.cli import said
from datong.serve.console import OUT, json_option, project_option, tell, tell_json


@click.command(
    help=said(
        "Trace a value back, as condition_occurrence:123 or diagnosis:123; or a line"
        " forward, with --file and --line.",
        "由值追溯来源（如 condition_occurrence:123 或 diagnosis:123）；"
        "或用 --file 与 --line 由原始行追踪去向。",
    )
)
@click.argument("what", default="")
@click.option("--file", help=said("A raw file's name.", "原始文件名。"))
@click.option("--line", type=int, help=said("Its line, from 1.", "行号（从 1 起）。"))
@click.option(
    "--release",
    type=int,
    help=said("Another release, as a trial.", "其他版本，如试运行。"),
)
@project_option
@json_option
def command(what: str, *, project: Path, as_json: bool, **where: Any) -> None:
    """Trace a value or a line."""
    opened = Project(project)
    with opened.read(where["release"]) as reader:
        tracer = Tracer(opened.settings, reader)
        file, line = where["file"], where["line"]
        if file and line:
            traces = [tracer.line(file, line)]
        else:
            table, _, number = what.partition(":")
            if not number.lstrip("-").isdigit():
                raise Trouble(TRACE, what=what or "?")
            traces = tracer.value(table, int(number))
    if as_json:
        tell_json([asdict(trace) for trace in traces])
        return
    for trace in traces:
        _show(trace)


def _show(trace: Trace) -> None:
    """Print one trace, from the source to what is published."""
    _tell_place(trace.place)
    _lines(said("source row", "源数据行"), trace.cells)
    if trace.head:
        _tell_place(trace.head.place)
        _lines(said("head row, joined to it", "所关联的主表行"), trace.head.cells)
    for rule in trace.rules:
        where = f"{rule['mapping']} [[record]] {rule['record']} → {rule['kind']}"
        edition = f"{said('edition', '版本')} {rule['edition']}"
        OUT.print(f"  {said('mapping', '映射')}: {where}, {edition}", markup=False)
    for record in trace.records:
        _lines(f"{said('record', '标准记录')} {record['kind']}", record)
    for table, rows in trace.rows.items():
        for row in rows:
            _lines(f"omop.{table}", row)
    for reject in trace.rejects:
        _lines(f"{said('reject', '拒收')} {reject['code']}", reject)


def _tell_place(place: Place) -> None:
    """Print where a source row stands."""
    tell(
        Say(
            f"{place.organization} · {place.file} · line {place.line or '?'}"
            f" (record {place.record:,}, byte {place.byte:,})",
            f"{place.organization} · {place.file} · 第 {place.line or '?'} 行"
            f"（记录 {place.record:,}，字节 {place.byte:,}）",
        )
    )


def _lines(title: str, row: dict[str, object]) -> None:
    """Print the filled cells of a row."""
    OUT.print(f"  {title}", style="bold", markup=False)
    for name, value in row.items():
        if value is not None and name != "raw":
            shown = value if isinstance(value, str) else json.dumps(value, default=str)
            OUT.print(f"      {name} = {shown}", markup=False)
