"""`datong backup`: one file that a project can be made from again."""

from pathlib import Path

import click

from datong.core.say import Say
from datong.run.backup import backup
from datong.run.project import Project
from datong.serve.cli import said
from datong.serve.console import database_option, project_option, tell


@click.command(
    help=said(
        "Write the current release, the vault, the decisions, the audit, mappings and"
        " settings into FILE (tar). A server may go on meanwhile. The file holds"
        " identifiers: keep it encrypted.",
        "将当前版本、身份保险库、决定、审计、映射与设置写入 FILE（tar）。"
        "期间服务可继续。文件含身份标识，请加密保存。",
    )
)
@click.argument("file", type=click.Path(path_type=Path))
@project_option
@database_option
def command(file: Path, project: Path, database: str) -> None:
    """Write a backup."""
    count = backup(Project(project), file, database)
    tell(Say(f"{count:,} files are in {file}.", f"{file} 中已有 {count:,} 个文件。"))
