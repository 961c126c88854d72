"""`datong releases`: list, restore, verify, prune."""

from datetime import timedelta
from pathlib import Path

import click

from datong.core.say import Say
from datong.run.project import Project
from datong.serve.cli import said
from datong.serve.console import json_option, project_option, table, tell, tell_json


@click.group(
    invoke_without_command=True,
    help=said("List the releases; go back to one.", "列出版本；恢复到某一版本。"),
)
@project_option
@json_option
@click.pass_context
def command(context: click.Context, project: Path, *, as_json: bool) -> None:
    """List the releases of a project."""
    context.obj = Project(project)
    if context.invoked_subcommand:
        return
    found = context.obj.releases.all()
    if as_json:
        tell_json(
            [
                {
                    "release": one.id,
                    "made_at": one.made_at,
                    "is_current": one.is_current,
                    "is_removed": one.is_removed,
                    "trial": one.stamp.get("trial"),
                }
                for one in found
            ]
        )
        return
    names = [("release", "版本"), ("made (UTC)", "生成时间（UTC）")]
    names += [("current", "当前"), ("can be read", "可读取")]
    names += [("trial on", "试运行比例")]
    table(
        [said(en, zh) for en, zh in names],
        (
            [o.id, o.made_at, o.is_current, not o.is_removed, o.stamp.get("trial", "")]
            for o in found
        ),
    )


@command.command(help=said("Make an earlier release current.", "恢复到较早的版本。"))
@click.argument("release", type=int)
@click.pass_obj
def restore(project: Project, release: int) -> None:
    """Move the pointer; nothing is copied, and it can be undone the same way."""
    with project.locked():
        project.releases.restore(release)
    tell(Say(f"Release {release} is current.", f"当前版本为 {release}。"))


@command.command(
    help=said("Compare all files with the manifest.", "对照清单校验所有文件。")
)
@click.argument("release", type=int)
@click.pass_obj
def verify(project: Project, release: int) -> None:
    """Read every file of a release once."""
    project.releases.verify(release)
    tell(Say("Every file is as it was published.", "所有文件与发布时一致。"))


@command.command(
    help=said(
        "Remove releases older than [lake] keep_days, and their files.",
        "清理超过 [lake] keep_days 的旧版本及其文件。",
    )
)
@click.option(
    "--keep-days", type=int, help=said("Instead of keep_days.", "代替 keep_days。")
)
@click.pass_obj
def prune(project: Project, keep_days: int | None) -> None:
    """Remove what nobody can ask for any more."""
    days = project.settings.keep_days if keep_days is None else keep_days
    with project.locked():
        removed = project.prune(timedelta(days=days))
    tell(Say(f"{len(removed):,} files removed.", f"已清理 {len(removed):,} 个文件。"))
