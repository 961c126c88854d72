"""`datong purge`: delete all that datong made here."""

from pathlib import Path

import click

from datong.core.say import Say
from datong.run.project import Project
from datong.serve.cli import said
from datong.serve.console import project_option, tell


@click.command(
    help=said(
        "Delete all that datong made in this project: landed files, records, views,"
        " rejects, releases, and the identity vault. Silos, mappings and datong.toml"
        " stay.",
        "删除 datong 在该项目中生成的一切：落地文件、记录、视图、拒收、版本和"
        "身份保险库。原始数据、映射与 datong.toml 保留。",
    )
)
@project_option
@click.option("--yes", is_flag=True, help=said("Do not ask.", "不再询问。"))
def command(project: Path, *, yes: bool) -> None:
    """Delete what was made."""
    opened = Project(project)
    place = opened.settings.root / ".datong"
    question = said(f"Delete {place} for ever?", f"确定永久删除 {place}？")
    if not yes and not click.confirm(question):
        return
    opened.purge()
    tell(Say(f"{place} is gone.", f"{place} 已删除。"))
