"""`datong scan`: what lies in a folder that nobody has seen."""

import json
import sys
from pathlib import Path
from typing import Any

import click

from datong.core.language import spoken
from datong.core.say import Say
from datong.run.drift import STOP, Drift, drift
from datong.run.drift import as_plain as drift_plain
from datong.run.scan import Found, Scan, as_plain, is_personal, kind_of, scanned
from datong.serve.cli import said
from datong.serve.console import ERRORS, json_option, table, tell, tell_json
from datong.store.manifest import now

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
DRIFTED = Say("level|table|column|what", "程度|表|列|变化")
SAME = Say("As agreed.", "与约定一致。")
ACCEPT = Say(
    "stop: mend the delivery or the mappings first. --accept agrees to this form.",
    "stop 项：请先更正交付或映射。--accept 表示接受此形式。",
)
PERSONAL = Say("(personal)", "（个人信息）")


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
@click.option(
    "--contract",
    type=click.Path(path_type=Path, dir_okay=False),
    help=said(
        "Compare with what was agreed (made if it is not there).",
        "与约定的契约文件比较（没有则生成）。",
    ),
)
@click.option(
    "--accept",
    is_flag=True,
    help=said("Agree to today's form from now on.", "以今天的形式为新约定。"),
)
@json_option
def command(
    folder: Path, contract: Path | None, *, accept: bool, as_json: bool
) -> None:
    """Scan and show; where a contract is broken, end with 2."""
    with ERRORS.status("") as status, scanned(folder, status.update) as found:
        plain = as_plain(found)
    drifted = _against(plain, contract, accept=accept) if contract else []
    if as_json:
        tell_json(plain | {"drift": drift_plain(drifted)} if contract else plain)
    elif not contract:
        _show(found)
    else:
        _show_drift(drifted)
    if any(one.level == STOP for one in drifted) and not accept:
        sys.exit(2)


def _against(plain: dict[str, Any], contract: Path, *, accept: bool) -> list[Drift]:
    """Compare with a contract, and write it where it is new or accepted."""
    agreed = json.loads(contract.read_text("utf-8")) if contract.exists() else plain
    if accept or not contract.exists():
        kept = {"agreed_at": now().isoformat(), **plain}
        text = json.dumps(kept, ensure_ascii=False, indent=1)
        contract.write_text(text, encoding="utf-8")
    return drift(agreed, plain)


def _show_drift(drifted: list[Drift]) -> None:
    """Show what drifted to a person."""
    rows = (
        (one.level, one.table, one.column, one.what.in_(spoken())) for one in drifted
    )
    table(DRIFTED.in_(spoken()).split("|"), rows)
    tell(SAME if not drifted else ACCEPT)


def _show(found: Scan) -> None:
    """Show a scan to a person."""
    for one in found.tables:
        first = one.seen[0]
        how = f"{first.door} {first.dialect.encoding}"
        rows = f"{one.profile.rows:,}"
        tell(Say(f"{one.name}: {rows} rows, {how}", f"{one.name}：{rows} 行，{how}"))
        _show_oddities(one)
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


def _show_oddities(one: Found) -> None:
    """Show what is odd about the files and the rows of a table."""
    for file, say in one.notes:
        tell(Say(f"  ! {file}: {say.en}", f"  ! {file}：{say.zh}"))
    for code, count in one.rejects.items():
        tell(Say(f"  ! {code} x {count:,}", f"  ! {code} × {count:,}"))
    for column, count in one.profile.totals:
        tell(
            Say(
                f"  ! {column}: {count:,} rows are totals of others",
                f"  ! {column}：{count:,} 行是其他行的合计",
            )
        )
    if copies := one.profile.doubled:
        tell(
            Say(
                f"  ! {copies:,} rows are exact copies of others",
                f"  ! {copies:,} 行与其他行完全重复",
            )
        )


def _values(values: tuple[tuple[str, int], ...]) -> str:
    """Show the most usual values of a column, in short."""
    shown = ", ".join(text for text, _ in values[:4])
    return shown if len(shown) <= 48 else f"{shown[:47]}…"
