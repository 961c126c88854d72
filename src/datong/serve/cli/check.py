"""`datong check`: can these data be trusted?"""

import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from datong.core.check import Severity
from datong.core.language import spoken
from datong.core.say import Language, Say
from datong.quality.judged import Asked, judge_folder
from datong.quality.project import read_rules
from datong.quality.report import page
from datong.quality.result import Result
from datong.serve.cli import said

SHOWN = 25  # failing checks on the terminal; the report has all

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command(
    help=said(
        "Judge the data of a project, or of a folder of OMOP tables: how many checks"
        " there are, how many had something to judge, how many fail.",
        "检查项目数据或 OMOP 表文件夹的质量：共有多少项检查、"
        "多少项有数据可查、多少项未通过。",
    )
)
@click.option(
    "--omop",
    type=FOLDER,
    help=said(
        "A folder of OMOP tables in Parquet, 5.3 or 5.4, made by anyone.",
        "OMOP 表（Parquet，5.3 或 5.4）所在文件夹，来源不限。",
    ),
)
@click.option(
    "--cdm",
    type=click.Choice(["5.3", "5.4"]),
    help=said(
        "The OMOP version; without it the columns tell.",
        "OMOP 版本；不指定时由列名判断。",
    ),
)
@click.option(
    "--today",
    type=click.DateTime(["%Y-%m-%d"]),
    help=said("The day that the future begins after.", "以哪一天为“今天”。"),
)
@click.option(
    "--rules",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help=said(
        "Own checks, waivers and thresholds, in TOML.",
        "自定义检查、豁免和阈值（TOML 文件）。",
    ),
)
@click.option(
    "--html",
    type=click.Path(dir_okay=False, path_type=Path),
    help=said(
        "Write the report, one file in both languages.",
        "生成报告：单个文件，中英文可切换。",
    ),
)
@click.option(
    "--stop-at",
    type=click.Choice([*Severity, "never"]),
    default="never",
    help=said(
        "End with status 1 where a check of this severity or graver fails.",
        "有该级别或更严重的检查未通过时，以状态码 1 结束。",
    ),
)
@click.option(
    "--json", "as_json", is_flag=True, help=said("Print JSON only.", "只输出 JSON。")
)
@click.option(
    "--lang",
    type=click.Choice(["en", "zh"]),
    help=said("The language of the answer.", "输出语言。"),
)
def command(omop: Path | None, rules: Path | None, **options: Any) -> None:
    """Judge and tell."""
    given = options["today"]
    day = given.date() if given else datetime.now().astimezone().date()
    is_whole = options["html"] is not None
    asked = Asked(day, options["cdm"] or "", whole=is_whole)
    own = read_rules(rules) if rules else None
    result = judge_folder(omop or Path(), asked, own)
    language: Language = options["lang"] or spoken()
    if is_whole:
        options["html"].write_text(page(result, language), encoding="utf-8")
    if options["as_json"]:
        json.dump(result.as_json(), sys.stdout, ensure_ascii=False)
        sys.stdout.write("\n")
    else:
        _show(result, language)
    if _stops(result, options["stop_at"]):
        sys.exit(1)


def _stops(result: Result, stop_at: str) -> bool:
    """Tell whether a failure is as grave as asked, or graver."""
    order = [*Severity]
    if stop_at == "never":
        return False
    reached = order[: order.index(Severity(stop_at)) + 1]
    return any(one.severity in reached for one in result.failed)


def _show(result: Result, language: Language) -> None:
    """Tell the three numbers and the gravest failures."""
    three = Say(
        f"{result.defined:,} checks, {result.effective:,} with something to judge,"
        f" {len(result.failed):,} failed",
        f"共 {result.defined:,} 项检查，{result.effective:,} 项有数据可查，"
        f"{len(result.failed):,} 项未通过",
    )
    console = Console()
    console.print(three.in_(language))
    words = ("severity", "check", "bad", "examined", "%")
    if language == "zh":
        words = ("级别", "检查项", "不合格", "检查数", "%")
    table = Table(*words)
    for one in result.failed[:SHOWN]:
        share = f"{one.percent:.2f}"
        table.add_row(
            one.severity, one.name, f"{one.bad:,}", f"{one.examined:,}", share
        )
    if result.failed:
        console.print(table)
