"""`datong replay`: run again what was refused, after a mend."""

from pathlib import Path

import click

from datong.core.say import Say
from datong.run.project import Project
from datong.run.rejects import mend
from datong.serve.cli import said
from datong.serve.console import Bar, project_option, tell


@click.command(
    help=said(
        "Run the refused rows again: after a mend of the mapping (no FILE), or with"
        " mended rows (FILE, from datong rejects --export).",
        "重新处理被拒收的行：更正映射后（不写 FILE），"
        "或使用更正后的行（FILE 来自 datong rejects --export）。",
    )
)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), required=False)
@project_option
def command(file: Path | None, project: Path) -> None:
    """Replay the quarantine."""
    opened = Project(project)
    before = sum(opened.reject_counts().values())
    if file is not None:
        with opened.locked():
            count = mend(opened.root, file)
        tell(Say(f"{count:,} mended rows taken.", f"已接收 {count:,} 行更正。"))
    with Bar() as bar:
        report = opened.run(bar)
    after = sum(opened.reject_counts().values())
    tell(
        Say(
            f"Rejects: {before:,} before, {after:,} now (release {report.release}).",
            f"拒收：之前 {before:,}，现在 {after:,}（版本 {report.release}）。",
        )
    )
