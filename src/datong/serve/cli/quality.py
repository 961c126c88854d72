"""`datong quality`: how good are the checks themselves?"""

from collections import Counter, defaultdict
from pathlib import Path

import click

from datong.core.language import spoken
from datong.core.say import Say
from datong.quality.faults.fault import all_faults
from datong.quality.faults.score import Trial, bench, clean_findings, score
from datong.quality.fit import all_uses
from datong.serve.cli import said
from datong.serve.console import json_option, table, tell, tell_json

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.group(help=said("How good are the checks themselves?", "这些检查本身有多可靠？"))
def command() -> None:
    """Hold the commands."""


@command.command(
    "score",
    help=said(
        "Put silent faults into clean invented data, one at a time, and say which share"
        " the checks catch.",
        "向干净的虚构数据中逐一注入静默错误，统计被检查发现的比例。",
    ),
)
@click.option(
    "--percent",
    default=1.0,
    help=said("The share of rows that each fault touches.", "每种错误污染的记录比例。"),
)
@click.option(
    "--aside/--all-but-aside",
    default=None,
    help=said(
        "Only the faults kept aside while checks were written, or only the rest.",
        "只用编写检查时未曾查看的错误，或只用其余部分。",
    ),
)
@click.option(
    "--faults",
    type=FOLDER,
    help=said("A folder of own faults in TOML.", "自定义错误（TOML）所在文件夹。"),
)
@json_option
def scored(
    percent: float,
    faults: Path | None,
    aside: bool | None,  # noqa: FBT001 - click passes options by name
    as_json: bool,  # noqa: FBT001 - click passes options by name
) -> None:
    """Score the checks."""
    chosen = [f for f in all_faults(faults) if aside in (None, f.is_aside)]
    clean = bench()
    trials = list(score(clean, chosen, percent))
    if as_json:
        tell_json(_as_json(trials, len(clean_findings(clean))))
    else:
        _show(trials)


@command.command("uses", help=said("List the uses.", "列出现有用途。"))
def uses() -> None:
    """List the uses that fitness can be judged for."""
    for use in all_uses():
        click.echo(f"{use.name:24} {use.title.in_(spoken())}")


def _as_json(trials: list[Trial], false_alarms: int) -> dict[str, object]:
    """Write the score and each trial."""
    caught = sum(trial.is_caught for trial in trials)
    return {
        "injected": len(trials),
        "caught": caught,
        "noticed": sum(trial.is_noticed for trial in trials),
        "score": round(100 * caught / len(trials), 1) if trials else None,
        "ohdsi_alone": sum(trial.by_ohdsi for trial in trials),
        "false_alarms_on_clean_data": false_alarms,
        "faults": [
            {
                "name": trial.fault.name,
                "group": trial.fault.group,
                "aside": trial.fault.is_aside,
                "caught": trial.is_caught,
                "by": list(trial.by),
                "near": list(trial.near),
            }
            for trial in trials
        ],
    }


def _show(trials: list[Trial]) -> None:
    """Tell the score by group, and what slips through."""
    caught = sum(trial.is_caught for trial in trials)
    tell(
        Say(
            f"These checks catch {caught} of {len(trials)} injected faults.",
            f"注入 {len(trials)} 种错误，发现 {caught} 种。",
        )
    )
    groups: dict[str, Counter[bool]] = defaultdict(Counter)
    for trial in trials:
        groups[trial.fault.group][trial.is_caught] += 1
    words = Say("group caught missed", "组别 发现 漏检").in_(spoken()).split()
    table(words, [(name, n[True], n[False]) for name, n in groups.items()])
    for trial in trials:
        if not trial.is_caught:
            tell(Say(f"missed: {trial.fault.name}", f"漏检：{trial.fault.name}"))
