"""`datong conform`: hold a table against a standard's profile."""

import csv
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
import pyarrow as pa
import pyarrow.csv as pc
from rich.console import Console
from rich.table import Table as Printed

from datong.core.check import Severity
from datong.core.language import spoken
from datong.quality.conformance import Report
from datong.quality.conformance import conform as check
from datong.quality.conformance.conform import Options
from datong.quality.conformance.hospitals import by_hospital, usage
from datong.quality.conformance.page import page
from datong.quality.conformance.words import COMPONENTS
from datong.serve.cli import said
from datong.serve.conformity import Part, is_project, parts_of
from datong.serve.console import table as lay_out
from datong.serve.console import tell_json
from datong.standards.completing import completed
from datong.standards.model import Profile

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.NOTE: "blue"}


@click.command(
    help=said(
        "Check DATA (CSV, Excel, Parquet, DATABASE-URL::TABLE, or a project that was"
        " run) against a profile.",
        "按规范检查数据（CSV、Excel、Parquet、数据库地址::表名，或已运行的项目）。",
    )
)
@click.argument("data", default=".")
@click.option("--profile", required=True, help="frontpage-western-2019, own.toml …")
@click.option("--codebook", type=FILE, help="field,code,label")
@click.option("--map", "mapped", type=FILE, help="column,field")
@click.option("--sheet", default="", help=said("of an Excel file", "Excel 工作表"))
@click.option("--table", default="", help=said("of a project", "项目中的表"))
@click.option(
    "--by",
    default="",
    help=said("a score for each hospital: its field", "按机构字段分别评分"),
)
@click.option(
    "--usage",
    type=click.Path(path_type=Path),
    help=said(
        "write hospital,field,code,records (for `standards impact`)",
        "写出 hospital,field,code,records（供 `standards impact` 使用）",
    ),
)
@click.option(
    "--html", type=click.Path(path_type=Path), help=said("write a page", "写出网页报告")
)
@click.option("--json", "as_json", is_flag=True, help=said("JSON", "输出 JSON"))
@click.pass_context
def command(context: click.Context, /, **asked: Any) -> None:
    """Check, tell, and leave with 1 where the data do not conform."""
    mapped = _read_map(asked["mapped"]) if asked["mapped"] else {}
    options = Options(asked["codebook"], mapped, sheet=asked["sheet"])
    against = completed(options.shelf).profile(asked["profile"])
    parts = _parts(asked, against, options)
    whole, hospitals = _reports(asked, against, options, parts)
    if asked["usage"]:
        pc.write_csv(_usage(asked, against, options, parts), asked["usage"])
    if asked["html"]:
        asked["html"].write_text(page(whole, hospitals), encoding="utf-8")
    if asked["as_json"]:
        told = [{"hospital": h} | r.as_json() for h, r in hospitals.items()]
        tell_json((whole.as_json() if whole else {}) | {"hospitals": told})
    else:
        _tell_hospitals(hospitals)
        for report in [whole] if whole else hospitals.values():
            tell(report)
    reports = [whole] if whole else hospitals.values()
    context.exit(0 if all(report.conforms for report in reports) else 1)


def _parts(
    asked: dict[str, Any], profile: Profile, options: Options
) -> dict[str, Part]:
    """Find what of each hospital is checked, where a project is named."""
    if not is_project(asked["data"]):
        return {}
    return parts_of(Path(asked["data"]), profile, options.mapped, asked["table"])


def _reports(
    asked: dict[str, Any],
    profile: Profile,
    options: Options,
    parts: Mapping[str, Part],
) -> tuple[Report | None, dict[str, Report]]:
    """Check the whole, and each hospital by itself; of a project only each hospital."""
    data, by = asked["data"], asked["by"]
    if parts:
        return None, {
            hospital: replace(
                check(part.data, part.profile, options),
                data=f"{hospital} {part.name}".strip(),
                note=part.note,
            )
            for hospital, part in parts.items()
        }
    hospitals = by_hospital(data, profile, by, options) if by else {}
    return check(data, profile, options), hospitals


def _usage(
    asked: dict[str, Any],
    profile: Profile,
    options: Options,
    parts: Mapping[str, Part],
) -> pa.Table:
    """Count the use of codes; each table of a project is one hospital's."""
    if not parts:
        return usage(asked["data"], profile, asked["by"], options)
    counted = []
    for hospital, part in parts.items():
        table = usage(part.data, part.profile, "", options)
        whose = pa.array([hospital] * table.num_rows, pa.string())
        counted.append(table.set_column(0, "hospital", whose))
    return pa.concat_tables(counted)


def _tell_hospitals(hospitals: Mapping[str, Report]) -> None:
    """Tell each hospital's score and its distance to the standard."""
    heads = said(
        "hospital rows score findings hours records",
        "机构 行数 得分 问题 工时 涉及记录",
    ).split()
    rows = [
        (
            name,
            one.rows,
            round(one.score, 1),
            len(one.findings),
            round(one.hours, 1),
            sum(repair.records for repair in one.repairs),
        )
        for name, one in hospitals.items()
    ]
    if rows:
        lay_out(heads, rows)


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
    if report.note:
        console.print(f"[dim]{report.note.in_(language)}[/dim]")
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
        text = f"[{colour}]{finding.told.in_(spoken())}[/{colour}]"
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
