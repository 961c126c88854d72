"""`datong eject`: the mappings as plain SQL, to be run without datong."""

from pathlib import Path

import click

from datong.core.reason import Trouble
from datong.core.say import Say
from datong.run.eject import eject
from datong.run.project import Project
from datong.run.reasons import EXISTS
from datong.serve.cli import said
from datong.serve.console import json_option, project_option, tell, tell_json

DONE = Say("{count} scripts in {out}", "{out} 中写好 {count} 个脚本")


@click.command(
    help=said(
        "Write every mapping of the project as plain SQL.\n\n"
        "Each script says in its head which three views it reads; DuckDB runs it.",
        "把项目的每个映射写成纯 SQL。\n\n"
        "脚本开头说明所读取的三个视图；DuckDB 可直接执行。",
    )
)
@project_option
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path, file_okay=False),
    help=said("A new folder.", "新文件夹。"),
)
@json_option
def command(project: Path, out: Path, *, as_json: bool) -> None:
    """Write the scripts."""
    if out.exists() and any(out.iterdir()):
        raise Trouble(EXISTS, where=out, folder=out)
    scripts = eject(Project(project))
    for name, text in scripts.items():
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        (out / name).write_text(text, encoding="utf-8")
    if as_json:
        tell_json({"out": str(out), "scripts": sorted(scripts)})
    else:
        tell(DONE.with_(count=len(scripts), out=out))
