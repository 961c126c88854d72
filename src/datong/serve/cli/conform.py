"""`datong conform`: hold a table against a standard's profile."""

import csv
import json
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table as Printed

from datong.core.check import Severity
from datong.core.language import spoken
from datong.quality.conformance import Report
from datong.quality.conformance import conform as check
from datong.quality.conformance.conform import Options
from datong.quality.conformance.page import page
from datong.quality.conformance.words import COMPONENTS
from datong.serve.cli import said

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.NOTE: "blue"}


def conform(profile: str, data: str, options: Options | None = None) -> Report:
    """Check data against a profile (for `datong check --profile`)."""
    return check(data, profile, options)


@click.command(
    help=said(
        "Check DATA (CSV, Excel, Parquet, DATABASE-URL::TABLE) against a profile.",
        "按规范检查数据（CSV、Excel、Parquet 或 数据库地址::表名）。",
    )
)
@click.argument("data")
@click.option("--profile", required=True, help="frontpage-western-2019 …")
@click.option("--codebook", type=FILE, help="field,code,label")
@click.option("--map", "mapped", type=FILE, help="column,field")
@click.option("--sheet", default="", help=said("of an Excel file", "Excel 工作表"))
@click.option(
    "--html", type=click.Path(path_type=Path), help=said("write a page", "写出网页报告")
)
@click.option("--json", "as_json", is_flag=True, help=said("JSON", "输出 JSON"))
@click.pass_context
def command(context: click.Context, /, **asked: object) -> None:
    """Check, tell, and leave with 1 where the data do not conform."""
    mapped = _read_map(asked["mapped"]) if isinstance(asked["mapped"], Path) else {}
    codebook = asked["codebook"] if isinstance(asked["codebook"], Path) else None
    options = Options(codebook, mapped, sheet=str(asked["sheet"]))
    report = conform(str(asked["profile"]), str(asked["data"]), options)
    if isinstance(asked["html"], Path):
        asked["html"].write_text(page(report), encoding="utf-8")
    if asked["as_json"]:
        click.echo(json.dumps(report.as_json(), ensure_ascii=False, default=str))
    else:
        tell(report)
    context.exit(0 if report.conforms else 1)


def _read_map(place: Path) -> dict[str, str]:
    """Read which column holds which field."""
    with place.open(encoding="utf-8-sig", newline="") as opened:
        return {row["column"]: row["field"] for row in csv.DictReader(opened)}


def tell(report: Report, most: int = 20) -> None:
    """Tell a report to a person."""
    language, console = spoken(), Console()
    title = f"{report.name.in_(language)} · {report.data}"
    console.print(f"[bold]{title}[/bold]  {report.score:.1f} / 100")
    unit = {
        "gb18030": said("bytes of GB18030", "GB18030 字节"),
        "codepoint": said("characters", "字符"),
    }
    console.print(
        said(
            f"{report.rows:,} rows, {report.checks:,} verdicts, lengths in {unit[report.length_unit]}",  # noqa: E501 - one text
            f"{report.rows:,} 行，{report.checks:,} 次判定，长度单位：{unit[report.length_unit]}",  # noqa: E501 - one text
        )
    )
    for component, tally in report.components.items():
        share = f"{100 * tally.share:6.2f} %" if tally.total else "     –"
        console.print(f"  {COMPONENTS[component].in_(language):<24}{share}")
    if report.findings:
        console.print(_findings(report, most))
    if report.repairs:
        console.print(_repairs(report, most))
    if report.silent:
        count = len(report.silent)
        first = report.silent[0].why.in_(language)
        console.print(
            said(
                f"{count} checks stayed silent: {first}",
                f"{count} 项检查未执行：{first}",
            )
        )


def _findings(report: Report, most: int) -> Printed:
    """Lay findings out."""
    table = Printed(
        said("finding", "发现"),
        said("records", "记录数"),
        said("rows", "行号"),
        said("examples", "示例"),
        box=None,
    )
    for finding in report.findings[:most]:
        colour = COLOURS[finding.severity]
        examples = ", ".join(f"{v} ×{n:,}" for v, n in finding.examples.items())
        rows = ", ".join(str(row) for row in finding.rows)
        text = f"[{colour}]{finding.say.in_(spoken())}[/{colour}]"
        table.add_row(text, f"{finding.records:,}", rows, examples)
    return table


def _repairs(report: Report, most: int) -> Printed:
    """Lay the list of repairs out."""
    sure = said("cheapest", "最省") if report.exact else said("cheap", "较省")
    head = said(
        f"to do ({sure}, {report.hours:.1f} h)",
        f"待办（{sure}，{report.hours:.1f} 小时）",
    )
    table = Printed(
        head,
        said("hours", "小时"),
        said("records", "记录数"),
        said("points", "得分"),
        box=None,
    )
    for repair in report.repairs[:most]:
        row = (f"{repair.hours:.1f}", f"{repair.records:,}", f"{repair.gains:.2f}")
        table.add_row(repair.say.in_(spoken()), *row)
    return table
