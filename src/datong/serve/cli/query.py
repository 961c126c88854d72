"""`datong query`: ask a release in SQL."""

from pathlib import Path

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


@click.command(
    help=said(
        "Ask the current release in SQL (DuckDB's), as a table or as JSON.\n\n"
        "Schemas: omop, records, ledger. Without SQL, lists the tables.\n\n"
        'Example: datong query "select gender_concept_id, count(*) from person'
        ' group by 1"',
        "用 SQL（DuckDB 方言）查询当前版本，以表格或 JSON 输出。\n\n"
        "模式：omop、records、ledger。不写 SQL 则列出所有表。\n\n"
        '例：datong query "select gender_concept_id, count(*) from person group by 1"',
    )
)
@click.argument("sql", default="")
@project_option
@click.option("--release", type=int, help=said("An earlier release.", "较早的版本号。"))
@click.option(
    "--rows", default=50, show_default=True, help=said("Rows shown.", "显示行数。")
)
@json_option
def command(
    sql: str, project: Path, *, release: int | None, rows: int, as_json: bool
) -> None:
    """Ask a release."""
    with Project(project).read(release) as reader:
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
