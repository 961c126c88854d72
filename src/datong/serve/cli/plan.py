"""`datong plan`: what a run would change, before it does."""

from dataclasses import asdict
from pathlib import Path

import click

from datong.core.say import Say
from datong.run.plan import Plan, plan
from datong.run.project import Project
from datong.serve.cli import said
from datong.serve.console import json_option, project_option, table, tell, tell_json

STATES = {"same": "未变", "changed": "已变", "new": "新增"}


@click.command(
    help=said(
        "Show what a run would change: new files, changed mappings, files that are gone"
        " or that no mapping reads. Nothing is run.",
        "显示运行将带来的变化：新文件、映射变化、消失的文件、无映射读取的文件。不执行运行。",
    )
)
@project_option
@json_option
def command(project: Path, *, as_json: bool) -> None:
    """Plan a run."""
    opened = Project(project)
    found = plan(opened.settings, opened.releases)
    if as_json:
        tell_json(asdict(found))
        return
    names = [("organization", "机构"), ("table", "表"), ("new files", "新文件")]
    names += [("known files", "已知文件"), ("mapping", "映射")]
    table(
        [said(en, zh) for en, zh in names],
        (
            [
                c.organization,
                c.reads,
                len(c.new),
                c.known,
                said(c.mapping, STATES[c.mapping]),
            ]
            for c in found.changes
        ),
    )
    _tell_files(found)
    work = sum(change.is_work for change in found.changes)
    tell(
        Say(
            f"{work:,} of {len(found.changes):,} tables have something new."
            " Next: datong run",
            f"{len(found.changes):,} 张表中 {work:,} 张有变化。下一步：datong run",
        )
    )


def _tell_files(found: Plan) -> None:
    """Tell of files that tables are joined to, that are gone, that nothing reads."""
    for change in found.changes:
        if change.joined:
            names = ", ".join(change.joined)
            tell(
                Say(
                    f"{change.reads} is joined to new files: {names}",
                    f"{change.reads} 所关联的表有新文件：{names}",
                )
            )
    for name in found.gone:
        tell(Say(f"gone (RUN-VANISHED): {name}", f"已消失（RUN-VANISHED）：{name}"))
    for name in found.unclaimed:
        tell(Say(f"read by no mapping: {name}", f"没有映射读取：{name}"))
