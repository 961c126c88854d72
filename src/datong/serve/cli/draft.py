"""`datong draft`: a first mapping for every table of a folder."""

from pathlib import Path

import click

from datong.core.language import spoken
from datong.core.say import Say
from datong.run.draft import Drafted, as_plain, draft_folder, file_stem
from datong.run.project import Project
from datong.run.review import propose_drafts, remembered
from datong.run.settings import NAME
from datong.serve.cli import said
from datong.serve.console import (
    ERRORS,
    json_option,
    project_option,
    table,
    tell,
    tell_json,
)

NAMES = Say("column|is|confidence|because", "列|是|置信度|依据")
WRITTEN = Say(
    "{count} mapping files in {out}. Next: correct them, then datong run",
    "{out} 中写好 {count} 个映射文件。下一步：校正后执行 datong run",
)
UNWRITTEN = Say(
    "Nothing was written. With --out mappings/H001 the mapping files are.",
    "未写入文件。加 --out mappings/H001 即写出映射文件。",
)


NOT_WRITTEN = Say(
    "Nothing was understood of these, write their mappings by hand: {tables}",
    "以下表未能识别，请手工编写映射：{tables}",
)


@click.command(
    help=said(
        "Suggest what each table and column is, with evidence and confidence.\n\n"
        "With --out, mapping files are written that run; what only the owner of the"
        " data can answer is listed as questions.",
        "为每张表、每一列给出含义建议，附依据和置信度。\n\n"
        "加 --out 写出可直接运行的映射文件；只有数据提供方才能回答的内容列为问题。",
    )
)
@click.argument("folder", type=click.Path(path_type=Path, exists=True))
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help=said("Folder for the mapping files.", "映射文件所放的文件夹。"),
)
@click.option(
    "--propose",
    default="",
    metavar="ID",
    help=said(
        "Put it into the project's queue, as of this organization.",
        "作为该机构的草稿放入项目的待决定队列。",
    ),
)
@project_option
@json_option
def command(
    folder: Path, out: Path | None, propose: str, project: Path, *, as_json: bool
) -> None:
    """Draft and show."""
    there = Project(project) if (project / NAME).exists() else None
    memory = remembered(there) if there else None
    with ERRORS.status("") as status:
        drafted = draft_folder(folder, out, status.update, memory)
    if propose:
        propose_drafts(there or Project(project), propose, drafted)
    if as_json:
        tell_json(as_plain(drafted))
        return
    _show(drafted)
    if out is None:
        tell(UNWRITTEN)
    else:
        tell(WRITTEN.with_(count=len(drafted.written), out=out))
        if len(drafted.written) < len(drafted.drafts):
            names = {path.stem for path in drafted.written}
            rest = (
                d.table.name
                for d in drafted.drafts
                if file_stem(d.table.name) not in names
            )
            tell(NOT_WRITTEN.with_(tables=", ".join(rest)))


def _show(drafted: Drafted) -> None:
    """Show drafts to a person."""
    for one in drafted.drafts:
        kind = one.kind or "-"
        title = f"{one.table.name} → {kind} ({one.confidence:.2f})"
        rows = (
            (
                s.column,
                ".".join(filter(None, s.place)) if s.field else "-",
                f"{s.confidence:.2f}",
                "; ".join(say.in_(spoken()) for say in s.evidence),
            )
            for s in one.suggestions
        )
        table(NAMES.in_(spoken()).split("|"), rows, title)
        for b in one.blockers:
            where = f"{b.column}: " if b.column else ""
            tell(Say(f"  ? {where}{b.ask.en}", f"  ? {where}{b.ask.zh}"))
