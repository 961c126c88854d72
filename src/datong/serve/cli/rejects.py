"""`datong rejects`: what was refused, why, and where it stands."""

from pathlib import Path

import click

from datong.core.language import spoken
from datong.core.say import Say
from datong.run.explain import all_reasons
from datong.run.project import Project
from datong.run.rejects import count_rejects, export_rejects, list_rejects
from datong.serve.cli import said
from datong.serve.console import json_option, project_option, table, tell, tell_json

COUNTS = [("rejects", "次数"), ("rows", "行"), ("code", "代码"), ("scope", "范围")]
LISTED = ["organization", "file", "line", "field", "value"]


@click.command(
    help=said(
        "Count what was refused, by reason; with --code, list it with file and line;"
        " with --export, write it to CSV to be mended (then: datong replay).",
        "按原因统计拒收；加 --code 列出所在文件与行；"
        "加 --export 导出 CSV 以便更正（随后：datong replay）。",
    )
)
@project_option
@click.option("--code", default="", help=said("Only this code.", "只看这一代码。"))
@click.option("--top", default=20, show_default=True, help=said("Shown.", "显示条数。"))
@click.option(
    "--export",
    "folder",
    type=click.Path(path_type=Path),
    help=said("Write them here, to be mended.", "导出到此处以便更正。"),
)
@json_option
def command(
    project: Path, *, code: str, top: int, folder: Path | None, as_json: bool
) -> None:
    """Show the quarantine of the current release."""
    opened = Project(project)
    with opened.read() as reader:
        if folder is not None:
            for file in export_rejects(opened.settings, reader, folder, code):
                tell(Say(str(file), str(file)))
        elif as_json:
            most = top if code else 1_000_000
            tell_json(list(list_rejects(opened.settings, reader, code, most)))
        elif code:
            found = list(list_rejects(opened.settings, reader, code, top))
            table(LISTED, ([row[name] for name in LISTED] for row in found))
            tell(Say(f"datong explain {code}", f"datong explain {code}"))
        else:
            _count(count_rejects(reader))


def _count(counts: list[dict[str, object]]) -> None:
    """Print the counts; nothing is an answer too."""
    reasons = all_reasons()
    names = [said(en, zh) for en, zh in COUNTS]
    rows = []
    for one in counts:
        reason = reasons.get(str(one["code"]))
        what = reason.what.in_(spoken()) if reason else ""
        rows.append([one["rejects"], one["rows"], one["code"], one["scope"], what])
    table([*names, said("meaning", "含义")], rows)
    tell(
        Say(
            "Nothing was dropped. Next:\n"
            "  datong rejects --code CODE\n  datong explain CODE",
            "没有任何内容被丢弃。下一步：\n"
            "  datong rejects --code 代码\n  datong explain 代码",
        )
    )
