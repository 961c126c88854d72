"""`datong link`: who is who."""

import getpass
import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from datong.core.decision import State
from datong.core.language import spoken
from datong.core.say import Say
from datong.run.project import Project
from datong.serve.arriving import arrive, tell_waterfall
from datong.serve.cli import said
from datong.serve.console import json_option, project_option, table, tell, tell_json

if TYPE_CHECKING:
    from datong.link.explain import Evidence
    from datong.run.persons import Persons


@click.group(
    help=said(
        "Find the records that belong to one person.",
        "找出属于同一个人的记录。",
    )
)
def command() -> None:
    """Group what is done about persons."""


command.add_command(arrive)


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
    "--by",
    default="",
    metavar="COLUMN",
    help=said(
        "Column that says of what kind a record is (words with spaces between them):"
        " each kind is scored apart.",
        "说明记录类型的列（多个词以空格分隔）：按类型分别给出准确度。",
    ),
)
@click.option(
    "--json", "as_json", is_flag=True, help=said("Print JSON.", "输出 JSON。")
)
def evaluate(  # noqa: PLR0913 - one parameter an option
    records: Path,
    truth: str,
    pairs: tuple[str, ...],
    more: tuple[str, ...],
    *,
    by: str,
    as_json: bool,
) -> None:
    """Measure the linkage of a labelled table."""
    from datong.link.evaluate import evaluate as measured  # noqa: PLC0415 - 1 s
    from datong.link.evaluate import read_names  # noqa: PLC0415 - as above
    from datong.link.kinds import read_fields, require  # noqa: PLC0415 - as above

    names = read_names(records)
    require(truth, names, f"--truth {truth}")
    if by:
        require(by, names, f"--by {by}")
    result = measured(records, truth, read_fields([*pairs, *more], names), by)
    if as_json:
        click.echo(json.dumps(result, ensure_ascii=False))
        return
    kinds = result.pop("by", {})
    for name, figure in result.items():
        shown = f"{figure:,.4f}" if isinstance(figure, float) else f"{figure:,}"
        click.echo(f"{said(*_WORDS[name]):<34} {shown:>14}")
    if kinds:
        heads = ("records", "precision", "recall", "true_pairs", "false_pairs")
        lines = ([k, *(f"{one[h]:.4g}" for h in heads)] for k, one in kinds.items())
        table((by, *heads), lines)


@command.command(
    help=said(
        "Link any table of people and write it with a column `person`.",
        "关联任意一张人员表，并写出带 `person` 列的结果。",
    )
)
@click.argument("records", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--map", "pairs", required=True, multiple=True, metavar="FIELD=KIND",
              help=said("What a column is.", "说明某列的种类。"))  # fmt: skip
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path),
              help=said("CSV or Parquet.", "CSV 或 Parquet。"))  # fmt: skip
def resolve(records: Path, pairs: tuple[str, ...], out: Path) -> None:
    """Link a table."""
    from datong.link.evaluate import write_persons  # noqa: PLC0415 - 1 s

    rows, persons = write_persons(records, pairs, out)
    tell(
        Say(
            f"{rows:,} records of {persons:,} persons: {out}",
            f"{rows:,} 条记录，{persons:,} 人：{out}",
        )
    )


@command.command(
    help=said(
        "Explain two persons of a project, or two rows of a table (RECORDS FIRST"
        " SECOND, rows numbered from 1): one person, or not, and why.\n\n"
        "Examples: datong link why 12 57; datong link why people.csv 1 2 --map"
        " name='full name'",
        "解释项目中的两个人员，或表中的两行（表 行 行，行从 1 起编号）是否同一人，"
        "以及依据。\n\n例：datong link why 12 57；datong link why people.csv 1 2"
        " --map name='full name'",
    )
)
@click.argument("what", nargs=-1, required=True, metavar="[RECORDS] FIRST SECOND")
@click.option("--map", "pairs", multiple=True, metavar="FIELD=KIND",
              help=said("What a column is.", "说明某列的种类。"))  # fmt: skip
@project_option
@json_option
def why(
    what: tuple[str, ...], pairs: tuple[str, ...], project: Path, *, as_json: bool
) -> None:
    """Explain a pair as a waterfall; no value of a row is shown."""
    *file, first, second = what if len(what) in (2, 3) else ("", "", "")
    if not (first.isdigit() and second.isdigit()) or len(what) != 2 + len(file):
        raise click.UsageError(said("Name two numbers.", "请给出两个编号。"))
    if file:
        found = _rows_explained(Path(file[0]), (int(first), int(second)), pairs)
    else:
        found, _ = _persons(project).why(int(first), int(second))
    if as_json:
        click.echo(json.dumps(asdict(found), ensure_ascii=False))
        return
    tell_waterfall(found)


def _rows_explained(
    records: Path, rows: tuple[int, int], pairs: tuple[str, ...]
) -> "Evidence":
    """Explain two rows of a table."""
    from datong.link.evaluate import read_records  # noqa: PLC0415 - 1 s
    from datong.link.explain import why as explained  # noqa: PLC0415 - as above
    from datong.link.kinds import read_fields, require_row  # noqa: PLC0415 - as above
    from datong.link.linkage import link  # noqa: PLC0415 - as above

    table = read_records(records)
    fields = read_fields(pairs, table.column_names)
    for row in rows:
        require_row(row, table.num_rows, str(records))
    run = link(table.select(list(fields)), fields)
    return explained(run, rows[0] - 1, rows[1] - 1)


who_option = click.option(
    "--who",
    default=getpass.getuser,
    help=said("Who decides (you).", "决定人（默认是您）。"),
)
why_option = click.option("--why", default="", help=said("The reason.", "理由。"))
dry_option = click.option(
    "--dry-run", is_flag=True, help=said("Only show the effect.", "只显示影响。")
)
DONE = Say(
    "Decided. The published tables follow: datong run",
    "已决定。已发布的表将在下次运行后更新：datong run",
)


WAITS = Say(
    "Your agreement is kept. The policy asks for two persons: another one types the"
    " same, or accepts it in datong review or on the review page.",
    "已记录您的同意。策略要求两人：请另一人输入相同命令，"
    "或在 datong review、审核页上接受。",
)

PARTED = Say(
    "The merge is taken back. That the two stay apart waits for a second person, as the"
    " policy asks: datong review list --room link",
    "合并已撤销。“两人保持分开”按策略须由第二人同意：datong review list --room link",
)


def _persons(project: Path) -> "Persons":
    """Open the persons of a project."""
    from datong.run.persons import Persons  # noqa: PLC0415 - 1 s

    return Persons(Project(project))


@command.command(
    help=said("Join two persons: GONE becomes KEPT.", "合并两人：GONE 并入 KEPT。")
)
@click.argument("kept", type=click.IntRange(1))
@click.argument("gone", type=click.IntRange(1))
@project_option
@who_option
@why_option
@dry_option
def merge(  # noqa: PLR0913 - one parameter an option
    kept: int, gone: int, *, project: Path, who: str, why: str, dry_run: bool
) -> None:
    """Merge two persons, the effect first."""
    persons = _persons(project)
    _tell_effect(persons.effect(kept, gone))
    if not dry_run:
        decision = persons.merge(kept, gone, who, why)
        tell(WAITS if decision.state is State.PROPOSED else DONE)


@command.command(
    help=said(
        "Take the merge of a person back, and keep the two apart from now on.",
        "撤销某人的合并，并从此保持两人分开。",
    )
)
@click.argument("gone", type=click.IntRange(1))
@project_option
@who_option
@why_option
def unmerge(gone: int, *, project: Path, who: str, why: str) -> None:
    """Unmerge a person."""
    decision = _persons(project).unmerge(gone, who, why)
    _tell_effect(decision)
    tell(PARTED if decision.state is State.PROPOSED else DONE)


@command.command(
    help=said(
        "What happened to a person, and whose child it is.",
        "某人的变更历史与母子关系。",
    )
)
@click.argument("person", type=click.IntRange(1))
@project_option
@json_option
def history(person: int, project: Path, *, as_json: bool) -> None:
    """Show the events of a person."""
    persons = _persons(project)
    events = persons.history(person)
    now = persons.registry.log.state.resolve(person)
    family = persons.mothers(person)
    lines = [
        {"seq": e.seq, "at": e.at, "by": e.by, "deed": e.deed.value,
         "persons": list(e.persons), "records": len(e.records), "decision": e.cause}
        for e in events
    ]  # fmt: skip
    if as_json:
        tell_json({"person": person, "now": now, "events": lines, "mothers": family})
        return
    names = ("seq", "at", "by", "deed", "persons", "records", "decision")
    table(names, ([str(line[name]) for name in names] for line in lines))
    tell(Say(f"{person} is now: {now}", f"{person} 现为：{now}"))
    for child, mother in family:
        tell(Say(f"{mother} is the mother of {child}", f"{mother} 是 {child} 的母亲"))


@command.command(
    help=said(
        "The golden record of a person: the value of each field that survives (masked),"
        " its source, the rule that chose it, and what lost. Several persons are shown"
        " as if they were one.",
        "某人的黄金记录：各字段的保留值（脱敏）、来源、所用规则与落选值。"
        "给出多人时按合并后显示。",
    )
)
@click.argument("person", type=click.IntRange(1), nargs=-1, required=True)
@project_option
@json_option
def golden(person: tuple[int, ...], project: Path, *, as_json: bool) -> None:
    """Show which values survive."""
    found = _persons(project).golden(*person)
    if as_json:
        tell_json({"persons": person, "fields": [asdict(one) for one in found]})
        return
    lost = ("; ".join(f"{v} ({s})" for v, s in one.conflicts) for one in found)
    lines = (
        [one.field.in_(spoken()), one.value or "", one.source, one.rule, other]
        for one, other in zip(found, lost, strict=True)
    )
    table(("field", "value", "source", "rule", "conflicts"), lines)


@command.command(
    help=said(
        "Answer FHIR Patient/$match: FILE holds a Patient (JSON); - reads the input.",
        "回答 FHIR Patient/$match：FILE 为一个 Patient（JSON）；- 表示标准输入。",
    )
)
@click.argument("file", type=click.File("r", encoding="utf-8"))
@click.option("--count", default=10, help=said("At most.", "最多条数。"))
@click.option(
    "--only-certain", is_flag=True, help=said("Only certain ones.", "只要确定的。")
)
@project_option
def match(file: Any, count: int, project: Path, *, only_certain: bool) -> None:
    """Print a searchset Bundle."""
    from datong.link.match import read_question  # noqa: PLC0415 - 1 s

    patient = read_question(file.read())
    tell_json(_persons(project).match(patient, count=count, only_certain=only_certain))


@command.command(
    help=said(
        "Delete a person from the index for good; old keys lead to `erased`. It cannot"
        " be undone. Type --yes.",
        "从索引中永久删除某人；旧编号指向 erased。不可撤销，须加 --yes。",
    )
)
@click.argument("person", type=click.IntRange(1))
@project_option
@who_option
@click.option("--yes", is_flag=True, help=said("I mean it.", "确认。"))
def erase(person: int, *, project: Path, who: str, yes: bool) -> None:
    """Erase a person."""
    if not yes:
        raise click.UsageError(
            said("Add --yes: it cannot be undone.", "请加 --yes：不可撤销。")
        )
    count = _persons(project).erase(person, who)
    tell(
        Say(
            f"Erased: {count} records of person {person}. Next: datong run; then"
            " datong releases prune removes the releases that still hold them.",
            f"已删除人员 {person} 的 {count} 条记录。下一步：datong run；"
            "再用 datong releases prune 清除仍含其数据的旧版本。",
        )
    )


def _tell_effect(decision: Any) -> None:
    """Say what a decision touches."""
    effect, proposal = decision.effect, decision.proposal
    one, two = proposal["persons"]
    tell(
        Say(
            f"{one} and {two}, {proposal['deed']}: {effect.rows} records of"
            f" {effect.persons} persons",
            f"{one} 与 {two}，{DEEDS[proposal['deed']]}：涉及 {effect.persons} 人的"
            f" {effect.rows} 条记录",
        )
    )


DEEDS = {"one person": "同一人", "two persons": "两个人"}

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
