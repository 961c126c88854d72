"""`datong query`: ask a release in SQL."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from datong.run.project import Project
from datong.serve.cli import said
from datong.serve.console import (
    arrow_table,
    json_option,
    project_option,
    table,
    tell_json,
)


def day_or_moment(text: str) -> date:
    """Read `2024-03-01` or `2024-03-01T08:00`, in the sources' own time."""
    if len(text) <= len("2024-03-01"):
        return date.fromisoformat(text)
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is not None:
        raise ValueError(text)
    return moment


@click.command(
    help=said(
        "Ask the current release in SQL (DuckDB's), as a table or as JSON.\n\n"
        "Schemas: omop, records, history, ledger. Without SQL, lists the tables.\n\n"
        'Example: datong query "select gender_concept_id, count(*) from person'
        ' group by 1"',
        "用 SQL（DuckDB 方言）查询当前版本，以表格或 JSON 输出。\n\n"
        "模式：omop、records、history、ledger。不写 SQL 则列出所有表。\n\n"
        '例：datong query "select gender_concept_id, count(*) from person group by 1"',
    )
)
@click.argument("sql", default="")
@project_option
@click.option("--release", type=int, help=said("An earlier release.", "较早的版本号。"))
@click.option(
    "--as-known-on",
    type=day_or_moment,
    metavar="DATE",
    help=said(
        "Records and OMOP tables as the sources knew them on that day.",
        "按来源系统在该日所知的标准记录和 OMOP 表。",
    ),
)
@click.option(
    "--rows", default=50, show_default=True, help=said("Rows shown.", "显示行数。")
)
@json_option
def command(sql: str, project: Path, *, rows: int, as_json: bool, **which: Any) -> None:
    """Ask a release; `which`: its number, as known on which day."""
    with Project(project).read(**which) as reader:
        if not sql:
            names = [said("table", "表"), said("rows", "行数")]
            found = reader.tables()
            if as_json:
                tell_json(found)
            else:
                table(names, found.items())
            return
        answer = reader.query(sql)
    if as_json:
        tell_json(answer.to_pylist())
    else:
        arrow_table(answer, rows)
