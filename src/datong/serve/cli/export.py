"""`datong export`: the tables of a release as files for other tools."""

from pathlib import Path

import click

from datong.core.say import Say
from datong.run.export import FORMATS, export
from datong.run.project import Project
from datong.serve.cli import said
from datong.serve.console import project_option, table, tell


@click.command(
    help=said(
        "Write the OMOP tables (or the standard records) of a release into a new"
        " folder, with their lineage.",
        "把某一版本的 OMOP 表（或标准记录）连同血缘导出到新文件夹。",
    )
)
@click.argument("folder", type=click.Path(path_type=Path))
@project_option
@click.option("--release", type=int, help=said("An earlier release.", "较早的版本号。"))
@click.option("--format", "form", type=click.Choice(list(FORMATS)), default="parquet")
@click.option("--schema", type=click.Choice(["omop", "records"]), default="omop")
def command(
    folder: Path, project: Path, *, release: int | None, form: str, schema: str
) -> None:
    """Export a release."""
    opened = Project(project)
    opened.admit_owner()
    number = opened.releases.current() if release is None else release
    written = export(opened.releases, number, folder, form, schema)
    table([said("table", "表"), said("rows", "行数")], written.items())
    tell(Say(f"Release {number} is in {folder}.", f"版本 {number} 已导出到 {folder}。"))
