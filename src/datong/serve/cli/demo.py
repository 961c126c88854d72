"""`datong demo`: an invented region, and the whole journey on it."""

import os
import time
from pathlib import Path

import click

from datong.core.say import Say
from datong.run.project import Project
from datong.sample import build
from datong.serve.cli import said
from datong.serve.cli.run import show
from datong.serve.console import Bar, tell

REGION = Say("Inventing a region", "虚构一个区域")
NEXT = """\
  datong query -p {folder} "from lab_result select item_text, count(*) group by 1"
  datong rejects -p {folder}
  datong trace -p {folder} --file 检验结果_2024.csv --line 100"""
BUILT = Say(
    """
Built in {seconds:,} seconds, in {root}:
  silos/     what six invented hospitals hand over
  mappings/  what their columns mean
  .datong/   the release: standard records, OMOP, ledger, rejects; and the vault

Three things to try next:
"""
    + NEXT,
    """
用时 {seconds:,} 秒，位于 {root}：
  silos/     六家虚构医院交付的数据
  mappings/  各列的含义
  .datong/   已发布的版本：标准记录、OMOP、账本、拒收；以及保险库

接下来可以试试：
"""
    + NEXT,
)


@click.command(
    help=said(
        "Invent a region of 10,000 people and 6 hospitals into FOLDER, and run the"
        " whole journey on it. Nobody in it exists.",
        "在 FOLDER 中虚构一个区域（1 万人、6 家医院），并在其上跑完整个流程。"
        "其中无一人真实存在。",
    )
)
@click.argument("folder", type=click.Path(path_type=Path), default="demo")
@click.option("--people", default=10_000, show_default=True)
@click.option("--hospitals", default=6, show_default=True)
@click.option("--seed", default=1, show_default=True)
def command(folder: Path, people: int, hospitals: int, seed: int) -> None:
    """Build the sample and run it."""
    began = time.monotonic()
    with Bar() as bar:
        if not (folder / "datong.toml").exists():
            chunks = {"done": 0}

            def told(done: int, total: int) -> None:
                if not chunks["done"]:
                    bar.stage(REGION, total)
                bar.step(done - chunks["done"])
                chunks["done"] = done

            cores = min(os.cpu_count() or 1, 1 + people // 20_000)
            build(folder, people, hospitals, seed, cores, told)
        report = Project(folder).run(bar)
    show(report)
    places = {"folder": folder, "root": folder.resolve()}
    tell(BUILT.with_(seconds=round(time.monotonic() - began), **places))
