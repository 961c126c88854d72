"""`datong link`: who is who."""

import json
from dataclasses import asdict
from pathlib import Path

import click

from datong.core.language import spoken
from datong.serve.cli import said


@click.group(
    help=said(
        "Find the records that belong to one person.",
        "找出属于同一个人的记录。",
    )
)
def command() -> None:
    """Group what is done about persons."""


@command.command(
    help=said(
        "Link a labelled table and say how right that was. RECORDS is CSV or Parquet;"
        " no label is used for linking.",
        "对带标签的表做关联并给出准确度。RECORDS 为 CSV 或 Parquet；关联时不使用标签。",
    )
)
@click.argument("records", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--truth",
    required=True,
    metavar="COLUMN",
    help=said("Column with the true person.", "真实人员所在的列。"),
)
@click.option(
    "--map",
    "pairs",
    required=True,
    multiple=True,
    metavar="FIELD=KIND",
    help=said(
        "What a column is, for example name='full name'. Several may follow one --map.",
        "说明某列的种类，例如 name='full name'；一个 --map 后可跟多个。",
    ),
)
@click.argument("more", nargs=-1, metavar="[FIELD=KIND]...")
@click.option(
    "--json", "as_json", is_flag=True, help=said("Print JSON.", "输出 JSON。")
)
def evaluate(
    records: Path,
    truth: str,
    pairs: tuple[str, ...],
    more: tuple[str, ...],
    *,
    as_json: bool,
) -> None:
    """Measure the linkage of a labelled table."""
    from datong.link.evaluate import evaluate as measured  # noqa: PLC0415 - 1 s
    from datong.link.evaluate import read_names  # noqa: PLC0415 - as above
    from datong.link.kinds import read_fields, require  # noqa: PLC0415 - as above

    names = read_names(records)
    require(truth, names, f"--truth {truth}")
    result = measured(records, truth, read_fields([*pairs, *more], names))
    if as_json:
        click.echo(json.dumps(result, ensure_ascii=False))
        return
    for name, figure in result.items():
        shown = f"{figure:,.4f}" if isinstance(figure, float) else f"{figure:,}"
        click.echo(f"{said(*_WORDS[name]):<34} {shown:>14}")


@command.command(
    help=said(
        "Explain two rows of a table (numbered from 1): one person, or not, and why.",
        "解释表中的两行（从 1 起编号）是否同一人，以及依据。",
    )
)
@click.argument("records", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("first", type=click.IntRange(1))
@click.argument("second", type=click.IntRange(1))
@click.option(
    "--map",
    "pairs",
    required=True,
    multiple=True,
    metavar="FIELD=KIND",
    help=said("What a column is.", "说明某列的种类。"),
)
@click.option(
    "--json", "as_json", is_flag=True, help=said("Print JSON.", "输出 JSON。")
)
def why(
    records: Path, first: int, second: int, pairs: tuple[str, ...], *, as_json: bool
) -> None:
    """Explain a pair of rows as a waterfall; no value of a row is shown."""
    from datong.link.evaluate import read_records  # noqa: PLC0415 - 1 s
    from datong.link.explain import why as explained  # noqa: PLC0415 - as above
    from datong.link.kinds import read_fields, require_row  # noqa: PLC0415 - as above
    from datong.link.linkage import link  # noqa: PLC0415 - as above

    table = read_records(records)
    fields = read_fields(pairs, table.column_names)
    for row in (first, second):
        require_row(row, table.num_rows, str(records))
    found = explained(link(table.select(list(fields)), fields), first - 1, second - 1)
    if as_json:
        click.echo(json.dumps(asdict(found), ensure_ascii=False))
        return
    for step in found.steps:
        click.echo(f"{step.bits:>+8.1f}  {step.what.in_(spoken())}")
    total = said("score; the threshold is", "得分；阈值为")
    click.echo(f"{found.score:>+8.1f}  {total} {found.theta:+.1f}")
    click.echo(f"{'':>8}  {found.decision.in_(spoken())}")


_WORDS = {
    "precision": ("precision of pairs", "对准确率"),
    "recall": ("recall of pairs", "对召回率"),
    "f1": ("F1 of pairs", "对 F1"),
    "b3_precision": ("B³ precision", "B³ 准确率"),
    "b3_recall": ("B³ recall", "B³ 召回率"),
    "b3": ("B³", "B³"),
    "false_merges_per_1000": ("false merges per 1,000 pairs", "每千对错误合并"),
    "true_pairs": ("true pairs", "真实对数"),
    "joined_pairs": ("joined pairs", "合并对数"),
    "false_pairs": ("false pairs", "错误对数"),
    "records": ("records", "记录数"),
    "persons": ("persons found", "识别出的人数"),
    "compared_pairs": ("compared pairs", "比较对数"),
    "threshold_bits": ("threshold, bits", "阈值（比特）"),
    "seconds": ("seconds", "秒"),
    "cpu_seconds": ("CPU seconds", "CPU 秒"),
    "cleaning_cpu_seconds": ("CPU seconds of cleaning", "其中清洗 CPU 秒"),
    "peak_mb": ("peak memory, MB", "内存峰值（MB）"),
}
