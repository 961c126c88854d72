"""`datong run`: the whole journey, ending with a published release."""

from pathlib import Path
from typing import Any

import click

from datong.core.reason import Trouble
from datong.core.say import Say
from datong.quality.reasons import GATE
from datong.quality.result import Result
from datong.run.judge import judge_kept, told
from datong.run.progress import Silence
from datong.run.project import Project
from datong.run.runner import Report
from datong.serve.cli import said
from datong.serve.console import (
    Bar,
    json_option,
    project_option,
    table,
    tell,
    tell_json,
)


def percent(text: str | float) -> float:
    """Read `5%` or `5` as a share."""
    share = text if isinstance(text, float) else float(text.removesuffix("%")) / 100
    if not 0 < share <= 1:
        raise ValueError(text)
    return share


@click.command(
    help=said(
        "Land, link, standardize, make the OMOP view, and publish a release.\n\n"
        "What did not change is not worked again. Stop it whenever you like: the last"
        " release stays, and the next run goes on.",
        "落地、身份归一、标准化、生成 OMOP 视图并发布新版本。\n\n"
        "未变化的部分不会重做。随时可以中断：上一版本保持可用，再次运行会继续。",
    )
)
@project_option
@click.option(
    "--fresh", is_flag=True, help=said("Work every step again.", "全部重做。")
)
@click.option(
    "--wait", is_flag=True, help=said("Wait for another run.", "等待其他运行。")
)
@click.option(
    "--accept-vanished",
    is_flag=True,
    help=said("Let rows of files that are gone go.", "允许丢弃已消失文件中的行。"),
)
@click.option(
    "--sample",
    "share",
    type=percent,
    default=1.0,
    metavar="PERCENT",
    help=said(
        "A trial on so many of the persons, as 5%: never the current release.",
        "仅用部分患者试运行，如 5%：不会成为当前版本。",
    ),
)
@click.option(
    "--check",
    is_flag=True,
    help=said("Judge the new release.", "发布后检查新版本的质量。"),
)
@json_option
def command(project: Path, *, check: bool, as_json: bool, **options: Any) -> None:
    """Run a project; judge what it published where that is asked for."""
    opened = Project(project)
    stop_at = opened.settings.stop_at  # where there is no project, nothing is made
    before = [one.id for one in opened.releases.all() if one.is_current]
    if as_json:
        report = opened.run(Silence(), **options)
        tell_json({name: getattr(report, name) for name in report.__slots__})
    else:
        with Bar() as bar:
            report = opened.run(bar, **options)
        show(report)
    if check or stop_at:
        result = judge_kept(opened, report.release)
        if not as_json:
            tell(told(result))
        _gate(opened, result, (report.release, *before))


def _gate(project: Project, result: Result, releases: tuple[int, ...]) -> None:
    """End the command where a release falls short; the one before is current again.

    `releases` are the one that was judged, and the one that was current before.
    """
    stop_at = project.settings.stop_at
    if not stop_at or not result.reaches(stop_at):
        return
    release, *before = releases
    kept = [one for one in before if one != release]
    if kept:
        project.releases.restore(kept[0])
    numbers = {"failed": len(result.failed), "release": release}
    raise Trouble(GATE, where=project.root, kept=kept[0] if kept else "-", **numbers)


def show(report: Report) -> None:
    """Tell what a run did."""
    table(
        [said("step", "步骤"), *(said(en, zh) for en, zh in COLUMNS.values())],
        ([name, *counts] for name, counts in _by_stage(report).items()),
        title=said("Ledger (rows)", "账本（行）"),
    )
    if report.terms:
        show_terms(report)
    lost, made = sum(report.rejects.values()), sum(report.tables.values())
    tell(
        Say(
            f"Release {report.release}: {report.rows:,} source rows became"
            f" {report.records:,} standard records and"
            f" {made:,} rows of OMOP.",
            f"版本 {report.release}：{report.rows:,} 行源数据生成"
            f" {report.records:,} 条标准记录、{made:,} 行 OMOP。",
        )
    )
    _show_trial(report)
    if not report.is_new:
        tell(
            Say(
                f"Nothing had changed: release {report.release} stays.",
                f"没有变化：版本 {report.release} 保持不变。",
            )
        )
    if lost:
        tell(
            Say(
                f"{lost:,} rows or cells were rejected, kept whole, and explained:"
                " datong rejects",
                f"{lost:,} 行或单元格被拒收，均完整保留并附说明：datong rejects",
            )
        )


DECISIONS = {
    "coded": ("coded by the source", "来源已编码"),
    "accept": ("accepted", "自动接受"),
    "ask": ("wait for a person", "待人工审核"),
    "abstain": ("unmapped", "未映射"),
    "mismatch": ("code with another name", "编码与名称不符"),
    "unknown": ("unknown code", "未知编码"),
}


def show_terms(report: Report) -> None:
    """Tell what became of written words, by rows."""
    sums: dict[str, dict[str, int]] = {}
    for line in report.terms:
        rows = sums.setdefault(str(line["vocabulary"]), dict.fromkeys(DECISIONS, 0))
        rows[str(line["decision"])] += int(line["rows"])
    met = [one for one in DECISIONS if any(rows[one] for rows in sums.values())]
    table(
        [said("field", "字段"), *(said(*DECISIONS[one]) for one in met)],
        ([name, *(rows[one] for one in met)] for name, rows in sums.items()),
        title=said("Words (rows)", "术语（行）"),
    )
    waits = sum(
        int(line["texts"])
        for line in report.terms
        if line["decision"] in ("ask", "abstain")
    )
    if waits:
        tell(
            Say(
                f"{waits:,} words wait for a person; their rows are kept, with concept"
                " 0. datong review list --room terms",
                f"{waits:,} 条术语待人工审核；相应的行均已保留，概念为 0。"
                "datong review list --room terms",
            )
        )


def _show_trial(report: Report) -> None:
    """Say that a trial is none of what is published."""
    if report.trial is not None:
        tell(
            Say(
                f"A trial on {report.trial:.3g} of the persons: what is published stays"
                f" as it was. Look: datong query --release {report.release}",
                f"试运行，患者比例 {report.trial:.3g}：已发布的版本保持不变。"
                f"查看：datong query --release {report.release}",
            )
        )


COLUMNS = {
    "read": ("read", "读入"),
    "kept": ("kept", "保留"),
    "rejected": ("rejected", "拒收"),
    "merged": ("merged", "合并"),
    "silent": ("left out by rule", "按规则略去"),
    "framing": ("framing", "表头等"),
}


def _by_stage(report: Report) -> dict[str, list[int]]:
    """Sum the ledger by stage and organization."""
    sums: dict[str, list[int]] = {}
    for entry in report.ledger:
        stage, _, rest = str(entry["step"]).partition(":")
        name = rest.partition("/")[0] if stage != "omop" else "5.4"
        counts = sums.setdefault(f"{stage} {name}", [0] * len(COLUMNS))
        for place, column in enumerate(COLUMNS):
            counts[place] += int(str(entry[column]))
    return sums
