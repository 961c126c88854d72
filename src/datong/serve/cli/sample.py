"""`datong sample`: invent a region to try everything on."""

import json
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress

from datong.core.language import spoken
from datong.core.say import Say
from datong.sample import Region, build
from datong.serve.cli import said

BUILT = Say(
    "{people:,} people, {hospitals} hospitals, {rows:,} rows in {folder}\n"
    "Nobody in it exists. Next: cd {folder} && datong run",
    "{folder} 中有 {people:,} 人、{hospitals} 家医疗机构、{rows:,} 行数据，"
    "全部为虚构。\n下一步：cd {folder} && datong run",
)


@click.command(
    help=said(
        "Invent a region: people, hospitals, what they hand over, and the truth.",
        "生成一个虚构区域：居民、医疗机构、各家交来的数据，以及另存的真值。",
    )
)
@click.option("--people", default=10_000, help=said("How many people.", "人数。"))
@click.option("--hospitals", default=6, help=said("At least six.", "至少六家。"))
@click.option(
    "--seed", default=1, help=said("Same seed, same bytes.", "种子相同，字节相同。")
)
@click.option(
    "--processes", default=1, help=said("How many at once.", "同时用几个进程。")
)
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path, file_okay=False),
    help=said("A new folder.", "新文件夹。"),
)
@click.option(
    "--json", "as_json", is_flag=True, help=said("Print JSON.", "输出 JSON。")
)
def command(  # noqa: PLR0913 - one parameter an option
    people: int, hospitals: int, seed: int, processes: int, out: Path, *, as_json: bool
) -> None:
    """Build the region and say what was built."""
    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(said("inventing", "生成中"), total=None)

        def told(done: int, total: int) -> None:
            progress.update(task, completed=done, total=total)

        region = build(out, people, hospitals, seed, processes, told)
    click.echo(_as_json(region) if as_json else _as_text(region))


def _facts(region: Region) -> dict[str, object]:
    """Say what a region is, in plain values."""
    return {
        "folder": str(region.folder),
        "people": region.people,
        "hospitals": len(region.hospitals),
        "rows": region.rows,
    }


def _as_json(region: Region) -> str:
    """Write the facts for a program."""
    return json.dumps(_facts(region), ensure_ascii=False)


def _as_text(region: Region) -> str:
    """Write the facts for a person."""
    return BUILT.with_(**_facts(region)).in_(spoken())
