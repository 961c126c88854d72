"""`datong standards`: what the world has agreed on: list, compare, import, make."""

import csv
import json
import sys
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import click
import pyarrow as pa
import pyarrow.csv as pc
import pyarrow.parquet as pq
from rich.console import Console
from rich.table import Table as Printed

from datong.core.language import spoken
from datong.serve.cli import said
from datong.standards import generate as making
from datong.standards.changelist import read_changes
from datong.standards.completing import completed, completing
from datong.standards.crosswalk import crosswalk
from datong.standards.impact import impact as weigh
from datong.standards.importing import keep, layouts, read_file, texts, with_traits
from datong.standards.library import load
from datong.standards.recoding import compare_named
from datong.standards.shapes import DIALECTS, ddl, json_schema
from datong.standards.shelf import default_shelf
from datong.standards.texts import TEXT

JSON = click.option("--json", "as_json", is_flag=True, help=said("JSON", "输出 JSON"))
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
KINDS = ("elements", "sets", "documents", "profiles", "editions")
CROSSWALK = click.option(
    "--crosswalk",
    "walk",
    type=FILE,
    help=said("a map from A's codes to B's", "由 A 到 B 的代码对照表"),
)


@click.group(
    help=said(
        "Health data standards: list, show, compare, import, generate.",
        "健康数据标准：列出、查看、比较、导入、生成。",
    )
)
def command() -> None:
    """Hold the commands together."""


def emit(content: object) -> None:
    """Print JSON for programs."""
    click.echo(json.dumps(content, ensure_ascii=False, indent=1, default=str))


def shown_in(value: Any) -> Any:
    """Return a plain text of two languages in the person's; anything else as it is."""
    return value[spoken()] if isinstance(value, dict) and "zh" in value else value


def show_rows(heads: Iterable[str], rows: Iterable[Iterable[object]]) -> None:
    """Print a table."""
    table = Printed(*heads, box=None)
    for row in rows:
        table.add_row(*(str(cell) for cell in row))
    Console().print(table)


@command.command("list", help=said("Name what there is.", "列出现有内容。"))
@click.option("--kind", type=click.Choice(KINDS), help=said("only these", "只列此类"))
@click.option("--begins", default="", help=said("first characters", "标识符前缀"))
@JSON
def list_(kind: str | None, begins: str, *, as_json: bool) -> None:
    """List what is installed, with counts."""
    library = completed(default_shelf())
    chosen = [kind] if kind else KINDS
    found = {
        part: [
            _line(name, plain)
            for name, plain in getattr(library, part).plain.items()
            if name.startswith(begins)
        ]
        for part in chosen
    }
    if as_json:
        emit({"counts": library.counts(), **found})
        return
    for name, count in library.counts().items():
        click.echo(f"{name:22}{count:>8,}")
    if kind or begins:
        rows = [line for part in found.values() for line in part]
        heads = ("id", said("name", "名称"), said("state", "状态"))
        show_rows(heads, ((r["id"], r[spoken()], r["state"]) for r in rows))


def _line(name: str, plain: Mapping[str, Any]) -> dict[str, str]:
    """Return one thing as a line."""
    title = plain.get("name") or plain["title"]
    state = plain.get("state") or plain.get("status") or ""
    return {"id": name, "zh": title["zh"], "en": title["en"], "state": state}


@command.command(
    help=said("Show one element, set, profile …", "查看一个数据元、值域、规范等。")
)
@click.argument("name")
@JSON
def show(name: str, *, as_json: bool) -> None:
    """Show one thing."""
    thing = completed(default_shelf()).find(name)
    plain = asdict(thing)
    if as_json:
        emit({"kind": type(thing).__name__, **plain})
        return
    values = plain.pop("values", ())
    items = plain.pop("data_set", {}).get("items", ())
    rules = plain.pop("rules", ())
    for key, value in plain.items():
        shown = shown_in(value)
        if isinstance(shown, str | int) and shown != "":
            click.echo(f"{key:12}{shown}")
        elif key == "domain":
            click.echo(f"{key:12}{'  '.join(str(v) for v in shown.values() if v)}")
        elif key == "sources":
            click.echo(f"{key:12}{'; '.join(shown)}")
    show_rows((), ((v["code"], v["label"]["zh"], v["label"]["en"]) for v in values))
    parts = ("id", "format", "need", "value_set", "name")
    show_rows((), ([shown_in(item[part]) for part in parts] for item in items))
    show_rows((), ((r["id"], shown_in(r["say"])) for r in rules))


@command.command(
    help=said(
        "Compare two editions, sets, profiles or code tables.",
        "比较两个版本、值域、规范或代码表。",
    )
)
@click.argument("a")
@click.argument("b")
@CROSSWALK
@JSON
def diff(a: str, b: str, walk: Path | None, *, as_json: bool) -> None:
    """Print typed changes."""
    found = compare_named(a, b, walk, default_shelf())
    if as_json:
        emit(found.as_json())
        return
    click.echo(said(f"{found.same:,} the same", f"{found.same:,} 项未变"))
    for kind, count in found.kinds().items():
        click.echo(f"  {kind:24}{count:>8,}")
    rows = (
        (
            c.kind,
            c.code or c.subject,
            c.before,
            c.after,
            c.replacement,
            c.producer,
            c.consumer,
        )
        for c in found.changes[:50]
    )
    heads = said(
        "change code before after instead producer consumer",
        "变化 代码 原 现 替代 提交方 使用方",
    )
    show_rows(heads.split(" "), rows)


@command.command(
    "map",
    help=said(
        "Which code of A is which code of B (value sets by meaning, code systems by an"
        " imported crosswalk).",
        "A 的代码对应 B 的哪个代码（值域按含义，代码系统按导入的对照表）。",
    ),
)
@click.argument("a")
@click.argument("b")
@click.option("--code", default="", help=said("only this one", "只看此代码"))
@JSON
def map_(a: str, b: str, code: str, *, as_json: bool) -> None:
    """Print the counterparts."""
    found = crosswalk(a, b, load(), default_shelf())
    pairs = found.of(code) if code else found.pairs
    if as_json:
        emit(replace(found, pairs=pairs).as_json())
        return
    heads = said("code name code name relation", "代码 名称 代码 名称 关系").split()
    show_rows(heads, (asdict(pair).values() for pair in pairs[:200]))


@command.command(help=said("Read an authority's change list.", "读取官方变更清单。"))
@click.argument("file", type=FILE)
@JSON
def changes(file: Path, *, as_json: bool) -> None:
    """Print an official change list as typed changes."""
    found = read_changes(file)
    if as_json:
        emit(found.as_json())
        return
    for kind, count in found.kinds().items():
        click.echo(f"  {kind:24}{count:>8,}")


@command.command(
    "impact",
    help=said(
        "Weigh changes by what hospitals use.", "按各医院的使用量评估变化的影响。"
    ),
)
@click.argument("a")
@click.argument("b")
@click.option("--usage", type=FILE, required=True, help="hospital,field,code,records")
@CROSSWALK
@JSON
def impact_(a: str, b: str, usage: Path, walk: Path | None, *, as_json: bool) -> None:
    """Print what each change touches."""
    library = load()
    text = dict.fromkeys(("hospital", "field", "code"), pa.string())
    used = pc.read_csv(usage, convert_options=pc.ConvertOptions(column_types=text))
    found = weigh(compare_named(a, b, walk, default_shelf()), used, library)
    if as_json:
        emit([one.as_json() for one in found])
        return
    rows = (
        (
            i.change.kind,
            i.change.code,
            i.change.before,
            i.change.replacement,
            i.hospitals,
            f"{i.records:,}",
            ", ".join(i.products),
        )
        for i in found[:50]
    )
    heads = said(
        "change code label instead hospitals records products",
        "变化 代码 名称 替代 医院数 记录数 影响",
    )
    show_rows(heads.split(" "), rows)


@command.command("import", help=said("Import a code system.", "导入代码系统。"))
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--system", required=True, help="NAME@EDITION: icd10-cn-clinical@2.0")
@click.option("--layout", default="", help=said("instead of guessing", "指定版式"))
@click.option(
    "--traits", type=FILE, help=said("classes of procedures", "手术操作类别文件")
)
@click.option(
    "--accept-loss", is_flag=True, help=said("keep the rest", "接受已列明的损失")
)
@JSON
def import_(**asked: Any) -> None:
    """Import a file; every row is accounted for."""
    reading = read_file(asked["file"], asked["layout"])
    if asked["traits"]:
        reading = with_traits(reading, read_file(asked["traits"]))
    shelf = default_shelf()
    accept = asked["accept_loss"]
    place = keep(reading, asked["system"], shelf, asked["file"], accept=accept)
    entry = reading.entry
    if asked["as_json"]:
        emit(shelf.manifest(asked["system"]) | {"place": str(place)})
        return
    for line in texts(reading):
        click.echo(line, err=True)
    click.echo(
        said(
            f"read {entry.read:,} = kept {entry.kept:,} + rejected {entry.rejected:,}"
            f" + merged {entry.merged:,} + maps to nothing {entry.silent:,}"
            f" + heading {entry.framing:,}",
            f"读取 {entry.read:,} = 保留 {entry.kept:,} + 拒绝 {entry.rejected:,}"
            f" + 合并 {entry.merged:,} + 无映射 {entry.silent:,}"
            f" + 表头 {entry.framing:,}",
        )
    )
    for name, full in completing(load()):
        if full == asked["system"]:
            click.echo(said(f"completes {name}", f"值域 {name} 的条目已补全"))


@command.command(help=said("Where code systems come from.", "各代码系统的来源。"))
@JSON
def sources(*, as_json: bool) -> None:
    """List publishers, licences, files, commands, and what works without."""
    text = (TEXT / "systems.toml").read_text(encoding="utf-8")
    shelf = default_shelf()
    have = [*shelf.names(), *shelf.crosswalks()]
    listed = [one | _command(one, have) for one in tomllib.loads(text)["system"]]
    if as_json:
        emit(
            {
                "layouts": {n: asdict(m.SAYS) for n, m in layouts().items()},
                "systems": listed,
            }
        )
        return
    for one in listed:
        click.secho(f"{one['id']}  {one[spoken()]}", bold=True)
        click.echo(
            f"  {one['publisher']}; {', '.join(one['editions'])}; {one['licence']}"
        )
        click.echo(f"  {said('file', '文件')}: {one['file']}")
        click.echo(
            f"  {said('installed', '已安装')}: {', '.join(one['installed']) or '–'}"
        )
        click.echo(f"  {said('without it', '缺少时')}: {one[f'without_{spoken()}']}")
        click.echo(f"  {one['command']}")


def _command(one: Mapping[str, Any], have: list[str]) -> dict[str, Any]:
    """Write the import command, and which editions are there."""
    name = f"{one['id']}@{one['editions'][-1]}"
    shown = f'"{name}"' if " " in name else name
    return {
        "command": f"datong standards import FILE --system {shown}",
        "installed": [n for n in have if n.startswith(f"{one['id']}@")],
    }


@command.command(help=said("Make test data from a profile.", "由规范生成测试数据。"))
@click.argument("profile")
@click.option(
    "--kind", type=click.Choice(("valid", "boundary", "invalid")), default="valid"
)
@click.option("--rows", default=100, show_default=True)
@click.option("--seed", default=0, show_default=True)
@click.option("--out", type=click.Path(path_type=Path), help=".csv, .parquet")
def generate(profile: str, kind: str, rows: int, seed: int, out: Path | None) -> None:
    """Write records: valid ones, edges, or one wrong record a check."""
    library = load()
    chosen = library.profile(profile)
    systems = [alias for alias, _ in default_shelf().of(chosen.systems)]
    if kind == "valid":
        made = making.valid(chosen, library, rows, seed)
    elif kind == "boundary":
        made = making.boundary(chosen, library, seed)
    else:
        made = making.invalid(chosen, library, systems, seed)
    if out is None:
        writer = csv.writer(sys.stdout)
        writer.writerow(made.column_names)
        writer.writerows(zip(*(c.to_pylist() for c in made.columns), strict=True))
    elif out.suffix == ".parquet":
        pq.write_table(made, out)
    else:
        pc.write_csv(made, out)


@command.command(
    "ddl", help=said("Write CREATE TABLE for a profile.", "为规范生成建表语句。")
)
@click.argument("profile")
@click.option("--dialect", type=click.Choice(DIALECTS), default="duckdb")
def ddl_(profile: str, dialect: str) -> None:
    """Print DDL."""
    library = load()
    click.echo(ddl(library.profile(profile), library, dialect))


@command.command(help=said("Write JSON Schema.", "生成 JSON Schema。"))
@click.argument("name")
def schema(name: str) -> None:
    """Print the JSON Schema of a profile, an element or a value set."""
    library = load()
    emit(json_schema(library.find(name), library))
