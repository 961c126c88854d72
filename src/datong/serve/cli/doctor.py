"""`datong doctor`: is this machine fit?"""

import sys
from pathlib import Path

import click

from datong.core.language import spoken
from datong.run.doctor import examine
from datong.serve.cli import said
from datong.serve.console import OUT, table


@click.command(
    help=said(
        "Look at Python, packages, disk, memory, locale, rights and ports.",
        "检查 Python、依赖、磁盘、内存、语言环境、权限与端口。",
    )
)
@click.argument("folder", type=click.Path(path_type=Path, exists=True), default=".")
def command(folder: Path) -> None:
    """Examine the machine."""
    language = spoken()
    found = list(examine(folder))
    rows = []
    for one in found:
        cure = "" if one.is_well else one.cure.in_(language)
        rows.append([one.is_well, one.what.in_(language), one.found, cure])
    names = [("well", "正常"), ("what", "项目"), ("found", "结果"), ("cure", "处理")]
    table([said(en, zh) for en, zh in names], rows)
    must = [one for one in found if not one.is_well and "`" not in one.what.en]
    if must:
        OUT.print(said("Something needs your attention.", "有项目需要处理。"))
        sys.exit(1)
