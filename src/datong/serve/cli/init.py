"""`datong init`: a new project folder."""

from pathlib import Path

import click

from datong.core.say import Say
from datong.run.settings import init
from datong.serve.cli import said
from datong.serve.console import tell


@click.command(
    help=said(
        "Make a project folder: datong.toml, silos/ and mappings/ for one hospital.",
        "新建项目文件夹：datong.toml，以及一家医院的 silos/ 与 mappings/。",
    )
)
@click.argument("folder", type=click.Path(path_type=Path), default=".")
def command(folder: Path) -> None:
    """Make a project."""
    init(folder)
    tell(
        Say(
            f"{folder}/datong.toml is ready. Put what the hospital handed over into"
            f" {folder}/silos/H001, then:\n  datong scan {folder}/silos/H001\n"
            "docs/start/my-own-csv.md writes the first mapping with you.",
            f"{folder}/datong.toml 已生成。请把医院交付的文件放入"
            f" {folder}/silos/H001，然后：\n  datong scan {folder}/silos/H001\n"
            "docs/start/my-own-csv.md 带您写第一个映射。",
        )
    )
