"""`datong sample`: invent a region to try everything on."""

import json
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress

from datong.core.language import spoken
from datong.core.say import Say
from datong.run.project import Project
from datong.sample import Region, build
from datong.sample.rates import written
from datong.sample.score import score as scored
from datong.serve.cli import said
from datong.serve.console import json_option, table, tell_json

BUILT = Say(
    "{people:,} people, {hospitals} hospitals, {rows:,} rows in {folder}\n"
    "Nobody in it exists. Next: cd {folder} && datong run",
    "{folder} 中有 {people:,} 人、{hospitals} 家医疗机构、{rows:,} 行数据，"
    "全部为虚构。\n下一步：cd {folder} && datong run",
)


@click.group(
    invoke_without_command=True,
    help=said(
        "Invent a region: people, hospitals, what they hand over, and the truth.\n\n"
        "Example: datong sample --people 10000 --out region",
        "生成一个虚构区域：居民、医疗机构、各家交来的数据，以及另存的真值。\n\n"
        "例：datong sample --people 10000 --out region",
    ),
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
    type=click.Path(path_type=Path, file_okay=False),
    help=said("A new folder; must be named.", "新文件夹；必须指定。"),
)
@click.option(
    "--rates",
    type=click.Path(path_type=Path, dir_okay=False),
    help=said(
        "A TOML file: how often hospitals go wrong (see `datong sample rates`).",
        "TOML 文件：各类差错的比率（默认值见 `datong sample rates`）。",
    ),
)
@json_option
@click.pass_context
def command(  # noqa: PLR0913, PLR0917 - one parameter an option
    context: click.Context,
    people: int,
    hospitals: int,
    seed: int,
    processes: int,
    out: Path | None,
    rates: Path | None,
    *,
    as_json: bool,
) -> None:
    """Build the region and say what was built."""
    if context.invoked_subcommand:
        return
    if out is None:
        raise click.UsageError(
            said("Name a new folder: --out", "请用 --out 指定新文件夹")
        )
    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(said("inventing", "生成中"), total=None)

        def told(done: int, total: int) -> None:
            progress.update(task, completed=done, total=total)

        region = build(out, people, hospitals, seed, processes, told, rates)
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


@command.command(
    help=said(
        "Print the rates at which hospitals go wrong, as a TOML file to be changed.\n\n"
        "Example: datong sample rates > rates.toml",
        "以 TOML 打印各类差错的比率，可另存后修改。\n\n"
        "例：datong sample rates > rates.toml",
    )
)
def rates() -> None:
    """Print the default rates."""
    click.echo(written(), nl=False)


@command.command(
    help=said(
        "Compare the release of an invented region with its truth.\n\n"
        "STAGE: link (who is who), mapping (rows made wrong), terms (codes of words),"
        " cdm (persons and deaths), quality (checks that tell), courses (steps of"
        " diseases), outbreaks (cases).\n\nExample: datong sample score link region",
        "把虚构区域的已发布版本与真值比较。\n\n"
        "STAGE：link（身份归并）、mapping（错误行的处理）、terms（词语编码）、"
        "cdm（人员与死亡）、quality（质量检查）、courses（病程）、outbreaks（暴发病例）。"
        "\n\n例：datong sample score link region",
    )
)
@click.argument("stage")
@click.argument("folder", type=click.Path(path_type=Path), default=".")
@json_option
def score(stage: str, folder: Path, *, as_json: bool) -> None:
    """Print the figures of a stage."""
    figures = scored(Project(folder), stage)
    if as_json:
        tell_json(figures)
        return
    names = [said("figure", "指标"), said("value", "数值")]
    table(names, ((name, _shown(value)) for name, value in figures.items()))


def _shown(value: float) -> str:
    """Write a share with four decimals, a count with none."""
    return f"{value:,.0f}" if value == int(value) and value > 1 else f"{value:.4f}"
