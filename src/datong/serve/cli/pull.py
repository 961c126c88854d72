"""`datong pull`: one snapshot of a SQL database, as files of a delivery."""

import os
from pathlib import Path

import click

from datong.core.say import Say
from datong.run.pull import pull
from datong.serve.cli import said
from datong.serve.console import ERRORS, json_option, tell, tell_json

DONE = Say(
    "{tables} tables, {rows:,} rows in {out}. Next: datong scan {out}",
    "{out} 中有 {tables} 张表、{rows:,} 行。下一步：datong scan {out}",
)


@click.command(
    help=said(
        "Copy the tables of a SQL database: read-only, one snapshot.\n\n"
        "URL as postgresql+psycopg://user@host/db; write ${NAME} where a password is to"
        " be taken from the environment.",
        "把 SQL 数据库的表复制到文件夹：只读，取同一时刻的快照。\n\n"
        "URL 形如 postgresql+psycopg://用户@主机/库；"
        "口令可写 ${变量名}，由环境变量提供。",
    )
)
@click.argument("url")
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path, file_okay=False),
    help=said("Folder of the delivery.", "交付文件夹。"),
)
@click.option(
    "--table",
    "tables",
    multiple=True,
    help=said("Only this table (several times).", "只取此表（可多次）。"),
)
@json_option
def command(url: str, out: Path, tables: tuple[str, ...], *, as_json: bool) -> None:
    """Pull and tell."""
    with ERRORS.status("") as status:
        rows = pull(os.path.expandvars(url), out, tables, status.update)
    if as_json:
        tell_json({"out": str(out), "tables": rows})
    else:
        total = sum(rows.values())
        tell(DONE.with_(tables=len(rows), rows=total, out=out))
