"""`datong scan`: what lies in a folder that nobody has seen."""

from pathlib import Path

import click

from datong.core.language import spoken
from datong.core.say import Say
from datong.run.scan import Scan, as_plain, is_personal, kind_of, scanned
from datong.serve.cli import said
from datong.serve.console import ERRORS, json_option, table, tell, tell_json

NEXT = Say(
    "{tables} tables, {rows:,} rows, {rejected:,} records that cannot be read.\n"
    "Next: datong draft {folder}",
    "{tables} 张表，{rows:,} 行，{rejected:,} 条记录无法读取。\n"
    "下一步：datong draft {folder}",
)
NAMES = Say(
    "column|kind|filled|distinct|key|values",
    "列|类型|非空|不同值|键|取值",
)
PERSONAL = Say("(personal)", "（个人信息）")
JOIN = Say("joins: {n}", "关联：{n}")


@click.command(
    help=said(
        "Look into a folder: tables, encodings, headers, keys, codes, joins.\n\n"
        "Reads CSV and its kin (also .gz), Excel, SQL dumps, SQLite; changes nothing."
        " Values of columns that look personal are not shown.",
        "查看一个文件夹：有哪些表、编码、表头、键、代码表和关联。\n\n"
        "可读 CSV 等文本（含 .gz）、Excel、SQL 备份和 SQLite；不做任何改动。"
        "疑似个人信息的列不显示取值。",
    )
)
@click.argument("folder", type=click.Path(path_type=Path, exists=True))
@json_option
def command(folder: Path, *, as_json: bool) -> None:
    """Scan and show."""
    with ERRORS.status("") as status, scanned(folder, status.update) as found:
        plain = as_plain(found)
    if as_json:
        tell_json(plain)
    else:
        _show(found)


def _show(found: Scan) -> None:
    """Show a scan to a person."""
    for one in found.tables:
        first = one.seen[0]
        how = f"{first.door} {first.dialect.encoding}"
        rows = f"{one.profile.rows:,}"
        tell(Say(f"{one.name}: {rows} rows, {how}", f"{one.name}：{rows} 行，{how}"))
        for file, say in one.notes:
            tell(Say(f"  ! {file}: {say.en}", f"  ! {file}：{say.zh}"))
        for code, count in one.rejects.items():
            tell(Say(f"  ! {code} x {count:,}", f"  ! {code} × {count:,}"))
        table(
            NAMES.in_(spoken()).split("|"),
            (
                (
                    column.name,
                    kind_of(column),
                    column.filled,
                    column.distinct,
                    "✓" if column.is_key else "",
                    _values(column.values)
                    if not is_personal(column)
                    else PERSONAL.in_(spoken()),
                )
                for column in one.profile.columns
            ),
        )
    for path, why in found.unread:
        tell(Say(f"! {path.name}: {why}", f"! {path.name}：{why}"))
    total = sum(one.profile.rows for one in found.tables)
    rejected = sum(sum(one.rejects.values()) for one in found.tables)
    told = {"tables": len(found.tables), "rows": total, "rejected": rejected}
    tell(NEXT.with_(folder=found.root, **told))


def _values(values: tuple[tuple[str, int], ...]) -> str:
    """Show the most usual values of a column, in short."""
    shown = ", ".join(text for text, _ in values[:4])
    return shown if len(shown) <= 48 else f"{shown[:47]}…"
