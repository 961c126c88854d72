"""`datong restore`: a project made again from its backup, and the proof of it."""

from pathlib import Path

import click

from datong.core.say import Say
from datong.guard.audit import chain, reading
from datong.run.backup import restore
from datong.serve.cli import said
from datong.serve.console import database_option, tell


@click.command(
    help=said(
        "Make a project in FOLDER from the backup FILE; every file is compared, the"
        " release and the audit are verified. FOLDER must not exist.",
        "由备份 FILE 在 FOLDER 中恢复项目；逐一比对文件并校验版本与审计。"
        "FOLDER 必须尚不存在。",
    )
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("folder", type=click.Path(path_type=Path))
@database_option
def command(file: Path, folder: Path, database: str) -> None:
    """Restore, then verify the audit."""
    count = restore(file, folder, database)
    heads = [chain.verify(place) for place in reading.chains(folder / "audit")]
    events = sum(head.seq for head in heads)
    tell(
        Say(
            f"{count:,} files compared, the release whole, {events:,} events of the"
            " audit whole.",
            f"已比对 {count:,} 个文件，版本完整，{events:,} 条审计记录完整。",
        )
    )
