"""`datong check`: can these data be trusted?"""

import csv
import shlex
import sys
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from datong.core.check import Severity
from datong.core.language import spoken
from datong.core.say import Language, Say
from datong.engine.duckdb import Input
from datong.quality.advice import Problem
from datong.quality.faults.known import known_score
from datong.quality.groups import GroupedBy
from datong.quality.handed import Handed
from datong.quality.judged import Asked, judge_folder
from datong.quality.project import Rules, read_rules
from datong.quality.report import handed_page, page
from datong.quality.report.words import BLAMES, SEVERITIES
from datong.quality.result import Result
from datong.run.hand_back import hand_back
from datong.run.judge import judge_release, keep_verdict, layers_of, told
from datong.run.project import Project
from datong.serve.cli import conform, said
from datong.serve.console import OUT, json_option, table, tell_json

SHOWN = 12  # problems on the terminal; the report has all
COLUMNS = (
    Say("severity", "级别"),
    Say("what is wrong, where, what next", "问题、位置、下一步"),
    Say("rows", "不合格"),
    Say("whose", "责任"),
)
ARROW = Say("→ ", "→")  # a blank is where a terminal breaks a line without any
FOR_PROJECTS = Say(
    "--for is for a project: a folder of OMOP tables has no source lines.",
    "--for 只用于项目：OMOP 表文件夹没有源行可退。",
)
MORE = Say("… and {n} more kinds of failure.", "……另有 {n} 类问题。")
WHOLE = Say(
    "All of them, with rows and source lines: {again} --html quality.html",
    "全部问题及其记录、源行：{again} --html quality.html",
)

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


class Check(click.Command):
    """`datong check`, or with --profile the check of one table: `datong conform`."""

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,
    ) -> click.Context:
        """Hand the words to `conform` where a profile is named.

        The project may be named as other commands want it, with -p.
        """
        if any(word.partition("=")[0] == "--profile" for word in args):
            return conform.command.make_context(info_name, args, parent, **extra)
        named = (word.removeprefix("--project=") for word in args)
        args = [word for word in named if word not in ("-p", "--project")]
        return super().make_context(info_name, args, parent, **extra)


@click.command(
    cls=Check,
    help=said(
        "Judge the data of a project, or of a folder of OMOP tables: how many checks"
        " there are, how many had something to judge, how many fail.\n\n"
        "With --profile PROFILE DATA: hold one table against a standard"
        " (`datong conform --help`).",
        "检查项目数据或 OMOP 表文件夹的质量：共有多少项检查、"
        "多少项有数据可查、多少项未通过。\n\n"
        "用 --profile 规范 数据 可按标准检查一张表（见 `datong conform --help`）。",
    ),
)
@click.argument("project", type=FOLDER, default=".")
@click.option(
    "--omop",
    type=FOLDER,
    help=said(
        "A folder of OMOP tables in Parquet or CSV, 5.3 or 5.4, made by anyone.",
        "OMOP 表（Parquet 或 CSV，5.3 或 5.4）所在文件夹，来源不限。",
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
    "--before",
    help=said(
        "Compare with an earlier release: its number, or a folder beside --omop.",
        "与早先版本比较：版本号；配合 --omop 时为文件夹。",
    ),
)
@click.option(
    "--site",
    "site_column",
    default="",
    help=said(
        "The column that names the site, where tables have it; each check is counted by"
        " site and month.",
        "表中表示机构的列；每项检查按机构和月份分别计数。",
    ),
)
@click.option(
    "--cohorts",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help=said(
        "An OMOP cohort table in Parquet: each check is counted by cohort, all in one"
        " run.",
        "OMOP cohort 表（Parquet）：一次运行中按队列分别计数。",
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
    "--csv",
    "csv_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help=said(
        "Write one line a check; with --for one line a bad row.",
        "写出 CSV：每项检查一行；配合 --for 时每条不合格源行一行。",
    ),
)
@click.option(
    "--for",
    "site",
    default="",
    metavar="ORGANIZATION",
    help=said(
        "What one organization is handed back: its rows only, what to mend, what they"
        " cost.",
        "生成退回某一机构的整改单：只含其数据、如何整改、造成的影响。",
    ),
)
@click.option(
    "--stop-at",
    type=click.Choice([*(s.value for s in Severity), "never"]),
    default="never",
    help=said(
        "End with status 1 where a check of this severity or graver fails.",
        "有该级别或更严重的检查未通过时，以状态码 1 结束。",
    ),
)
@json_option
@click.option(
    "--lang",
    type=click.Choice(["en", "zh"]),
    help=said("The language of the answer.", "输出语言。"),
)
def command(project: Path, omop: Path | None, **options: Any) -> None:
    """Judge and tell."""
    asked = _asked(project, omop, options)
    earlier = Path(options["before"]) if omop and options["before"] else None
    result = judge_folder(omop, asked, earlier) if omop else _judge(project, asked)
    result = replace(result, score=known_score())
    language: Language = options["lang"] or spoken()
    if options["site"] and not omop:
        opened = Project(project)
        release = opened.releases.current()
        handed = hand_back(opened, release, result, options["site"])
        _write(handed, handed_page(handed, language), options)
        _show_handed(handed, language, options)
    else:
        _write(result, page(result, language) if options["html"] else "", options)
        if not options["as_json"]:
            _show(result, language, _again(project, omop, options))
    if result.reaches(options["stop_at"]):
        sys.exit(1)


def _write(told: Result | Handed, html: str, options: dict[str, Any]) -> None:
    """Write what was asked for: a page, a CSV, JSON."""
    if options["html"]:
        options["html"].write_text(html, encoding="utf-8")
    if options["csv_file"]:
        rows = told.as_table()
        # With its mark, spreadsheets read it as what it is.
        with options["csv_file"].open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]) if rows else [])
            writer.writeheader()
            writer.writerows(rows)
    if options["as_json"]:
        tell_json(told.as_json())


def _show_handed(handed: Handed, language: Language, options: dict[str, Any]) -> None:
    """Tell what one organization has to mend."""
    if options["as_json"]:
        return
    names = [column.in_(language) for column in COLUMNS[:3]]
    arrow = ARROW.in_(language)
    rows = [
        (
            SEVERITIES[one.severity].in_(language),
            f"{one.wrong.in_(language)} ({one.type})\n{arrow}{one.next.in_(language)}",
            one.bad,
        )
        for one in handed.items
    ]
    table(names, rows, title=handed.name, lines=True)


def _again(project: Path, omop: Path | None, options: dict[str, Any]) -> str:
    """Write the command once more, to be copied."""
    words = ["datong", "check", *(["--omop", str(omop)] if omop else [str(project)])]
    named = {name: name for name in ("cdm", "rules", "before", "cohorts")}
    for name, option in {**named, "site": "site_column"}.items():
        words += [f"--{name}", str(options[option])] if options[option] else []
    return shlex.join(words)


def _asked(project: Path, omop: Path | None, options: dict[str, Any]) -> Asked:
    """Read what was asked; a project's own rules lie in its `quality.toml`."""
    given, before = options["today"], options["before"]
    day = given.date() if given else datetime.now().astimezone().date()
    place = options["rules"] or project / "quality.toml"
    rules = read_rules(place) if options["rules"] or place.exists() else Rules()
    by = GroupedBy(site=options["site_column"], cohorts=options["cohorts"])
    whole = bool(options["html"] or options["as_json"] or options["site"])
    own = None if omop else project / "uses"
    made = Asked(day, options["cdm"] or "", whole=whole, rules=rules, by=by, uses=own)
    if omop and options["site"]:
        raise click.UsageError(FOR_PROJECTS.in_(spoken()))
    if omop:
        return made
    if before and not before.isdigit():
        raise click.BadParameter(before, param_hint="--before")
    if not before:
        return made
    number = int(before)
    return replace(made, before=_before(project, number), compared=number)


def _judge(project: Path, asked: Asked) -> Result:
    """Judge the current release of a project and keep the verdict beside it."""
    opened = Project(project)
    current = opened.releases.current()
    result = judge_release(opened, current, asked)
    keep_verdict(opened, current, result)
    return result


def _before(project: Path, release: int) -> dict[str, dict[str, Input]]:
    """List the files of an earlier release, source rows left out."""
    with Project(project).read(release) as reader:
        layers = layers_of(reader)
    return {name: held for name, held in layers.items() if name != "source"}


def _show(result: Result, language: Language, again: str) -> None:
    """Tell the three numbers, the gravest problems, and what to do about each."""
    OUT.print(told(result).in_(language), markup=False)
    held = result.problems
    names = [column.in_(language) for column in COLUMNS]
    rows = [
        (
            SEVERITIES[one.severity].in_(language),
            _said(one, language),
            one.bad,
            BLAMES[one.blame].in_(language),
        )
        for one in held[:SHOWN]
    ]
    if rows:
        table(names, rows, lines=True)
    if len(held) > SHOWN:
        more = len(held) - SHOWN
        OUT.print(MORE.with_(n=more).in_(language), markup=False)
    if held:
        OUT.print(WHOLE.with_(again=again).in_(language), markup=False)


def _said(one: Problem, language: Language) -> str:
    """Say what is wrong, where, and what to do next."""
    wrong, then = one.wrong.in_(language), one.next.in_(language)
    arrow = ARROW.in_(language)
    return f"{wrong} ({one.type})\n{one.where}\n{arrow}{then}"
