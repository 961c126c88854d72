"""`datong terms`: what words mean, in a code table; learned from reviewed terms."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from datong.core.language import spoken
from datong.core.say import Say
from datong.serve.cli import said
from datong.terms import opened
from datong.terms.answer import Answer
from datong.terms.check import mismatches
from datong.terms.codes import read_rows, read_table
from datong.terms.evaluate import evaluate as evaluated
from datong.terms.evaluate import foreign, read_reviewed
from datong.terms.evidence import evidence
from datong.terms.exchange import LAYOUTS, layout_of
from datong.terms.library import Library, comparison, reviewed_of
from datong.terms.mapped import Mapped
from datong.terms.queue import Waiting, waiting
from datong.terms.reimbursement import Insurer, summed, used
from datong.terms.shelf import shelf_of
from datong.terms.training import Reviewed, train
from datong.terms.units import ucum
from datong.terms.weighed import ODD

FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
FOLDER = click.Path(path_type=Path, file_okay=False)
JSON = click.option(
    "--json", "as_json", is_flag=True, help=said("Print JSON only.", "只输出 JSON。")
)


@click.group(
    help=said("What written terms mean, in a code table.", "书写术语在编码表中的含义。")
)
def command() -> None:
    """Gather the commands below."""


@command.command(
    help=said(
        "Train on TRAIN, answer TEST, and say how good that was. TRAIN, TEST: JSON"
        " lines {text, gold: [name or code, ...]}; CODETABLE has code, name, synonyms.",
        "用 TRAIN 训练，回答 TEST，并报告效果。TRAIN 与 TEST 为 JSON 行"
        " {text, gold: [名称或编码, ...]}；CODETABLE 含 code、name、synonyms。",
    )
)
@click.argument("train_file", type=FILE, metavar="TRAIN")
@click.argument("test_file", type=FILE, metavar="TEST")
@click.argument("table_file", type=FILE, metavar="CODETABLE")
@JSON
def evaluate(
    train_file: Path, test_file: Path, table_file: Path, *, as_json: bool
) -> None:
    """Measure on reviewed terms."""
    figures = evaluated(train_file, test_file, table_file).figures
    if as_json:
        click.echo(json.dumps(figures))
        return
    for name, figure in figures.items():
        click.echo(f"{name:28} {figure:,.4f}")


@command.command(
    "train",
    help=said(
        "Train a model in FOLDER on reviewed terms and the folder's approvals.",
        "用已审核术语和目录中的审核记录，在 FOLDER 中训练模型。",
    ),
)
@click.argument("folder", type=FOLDER)
@click.argument("table_file", type=FILE, metavar="CODETABLE")
@click.argument("reviewed", type=FILE, required=False)
@click.option("--system", default="", help=said("The code system.", "编码体系。"))
@click.option("--edition", default="", help=said("Its edition.", "版本。"))
@click.option(
    "--replace",
    is_flag=True,
    help=said(
        "Put it in use if it is better than the one in use, on the same terms that"
        " neither had seen.",
        "若在两者均未见过的相同术语上优于当前模型，则启用。",
    ),
)
@JSON
def train_model(
    folder: Path, table_file: Path, reviewed: Path | None, **options: Any
) -> None:
    """Train and keep a model."""
    table = read_table(table_file, options["system"], options["edition"])
    library = Library(folder)
    terms = reviewed_of(library, read_reviewed(reviewed) if reviewed else [])
    strange = foreign(table, terms)
    model = train(table, terms)
    number, used = library.keep(model, replace=options["replace"])
    if options["as_json"]:
        click.echo(json.dumps(model.card | {"in_use": used}))
        return
    held = model.card["held_out"]
    _tell(
        Say(
            "Model {number}: first answer right for {share:.1%} of {texts:,.0f} terms"
            " that it had not seen; {state}.",
            "模型 {number}：在未见过的 {texts:,.0f} 条术语中，首选正确率"
            " {share:.1%}；{state}。",
        ).with_(
            number=number,
            share=held["accuracy_at_1"],
            texts=held["texts"],
            state=said("in use now", "已启用")
            if used
            else said("kept aside", "未启用"),
        )
    )
    for told in (strange, comparison(model.card)):
        if told:
            _tell(told)


@command.command(
    help=said(
        "Say what texts mean (arguments, or one a line on standard input, a unit after"
        " a tab). FOLDER holds models, or is a code table, which the starter serves.",
        "给出文本的含义（命令行参数，或标准输入每行一条，制表符后可写单位）。"
        "FOLDER 为模型目录，或由内置模型应答的编码表。",
    )
)
@click.argument("folder", type=click.Path(path_type=Path))
@click.argument("texts", nargs=-1)
@click.option(
    "--unit",
    default="",
    help=said(
        "The unit that values of the texts came in: 10^9/L, %.",
        "文本所带结果的单位：10^9/L、%。",
    ),
)
@JSON
def normalize(
    folder: Path, texts: tuple[str, ...], unit: str, *, as_json: bool
) -> None:
    """Answer texts."""
    lines = texts or [line.rstrip("\n") for line in sys.stdin if line.strip()]
    parts = [line.partition("\t") for line in lines]
    normalizer = opened(folder) if folder.is_file() else Library(folder).open()
    answers = normalizer.normalize(
        [text for text, _, _ in parts], [own or unit for _, _, own in parts]
    )
    for answer in answers:
        because = [
            [
                say.in_(spoken())
                for say in evidence(normalizer.model, answer.text, c.name)
            ]
            for c in answer.candidates[:3]
        ]
        if as_json:
            click.echo(json.dumps(_plain(answer, because), ensure_ascii=False))
        else:
            _show(answer, because)


@command.command(
    help=said(
        "List the terms that wait for a person, the most useful first. TERMS has the"
        " columns text and, if known, rows and persons.",
        "列出待审核的术语，最有用的在前。TERMS 含 text 列，可有 rows、persons 列。",
    )
)
@click.argument("folder", type=FOLDER)
@click.argument("terms", type=FILE)
@click.option("--limit", default=20, show_default=True)
@JSON
def queue(folder: Path, terms: Path, limit: int, *, as_json: bool) -> None:
    """Show what to review next."""
    asked = [Waiting.of(row) for row in read_rows(terms)]
    for item in waiting(Library(folder).open(), asked)[:limit]:
        if as_json:
            click.echo(json.dumps(item.plain(), ensure_ascii=False))
            continue
        click.echo(f"{item.rows:>9,}  {item.answer.confidence:6.1%}  {item.text}")
        for one in item.answer.candidates[:3]:
            click.echo(f"{'':19}{one.chance:6.1%}  {one.code}  {one.name}")


@command.command(
    help=said(
        "Write down what a text means: one or more CODES, or none of them.",
        "记下文本的含义：一个或多个 CODES，或都不适用。",
    )
)
@click.argument("folder", type=FOLDER)
@click.argument("text")
@click.argument("codes", nargs=-1)
@click.option("--who", default="", help=said("Who decided.", "审核人。"))
def accept(folder: Path, text: str, codes: tuple[str, ...], who: str) -> None:
    """Take one decision; it counts from the next answer on."""
    library = Library(folder)
    library.open().approve({text: codes})
    library.approve([Reviewed(text, codes)], who)
    _tell(
        Say("{text} = {codes}", "{text} = {codes}").with_(
            text=text, codes=", ".join(codes) or said("no concept", "无对应概念")
        )
    )


@command.command(
    "import",
    help=said(
        "Take in mappings that were approved elsewhere.", "导入在别处审核过的映射。"
    ),
)
@click.argument("folder", type=FOLDER)
@click.argument("file", type=FILE)
@click.option("--layout", type=click.Choice(sorted(LAYOUTS)), required=True)
def import_(folder: Path, file: Path, layout: str) -> None:
    """Read a file of mappings into the approvals."""
    mappings = layout_of(layout).read(file)
    approved = [m for m in mappings if m.approved]
    terms: dict[str, list[Mapped]] = {}
    for one in approved:
        terms.setdefault(one.text, []).append(one)
    decided = (
        Reviewed(text, tuple(dict.fromkeys(m.target for m in found if m.has_target)))
        for text, found in terms.items()
    )
    done = Library(folder).approve(decided, f"import:{layout}", terms)
    _tell(
        Say(
            "{done:,} texts taken in from {read:,} mappings; {left:,} not approved.",
            "从 {read:,} 条映射中导入 {done:,} 条文本；{left:,} 条未经审核。",
        ).with_(done=done, read=len(mappings), left=len(mappings) - len(approved))
    )


@command.command(
    help=said("Write the approved mappings, for other programs.", "导出已审核的映射。")
)
@click.argument("folder", type=FOLDER)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--layout", type=click.Choice(sorted(LAYOUTS)), required=True)
def export(folder: Path, file: Path, layout: str) -> None:
    """Write the approvals in a layout."""
    library = Library(folder)
    mappings = library.mappings()
    layout_of(layout).write(mappings, file)
    _tell(
        Say(
            "{number:,} mappings written to {file}.",
            "已将 {number:,} 条映射写入 {file}。",
        ).with_(number=len(mappings), file=file)
    )


@command.command(
    help=said(
        "Check codes that came with names: FILE has the columns code and name.",
        "核对带名称的编码：FILE 含 code 与 name 列。",
    )
)
@click.argument("table_file", type=FILE, metavar="CODETABLE")
@click.argument("file", type=FILE)
@JSON
def check(table_file: Path, file: Path, *, as_json: bool) -> None:
    """List right codes with wrong names, and unknown codes."""
    shelf = shelf_of(read_table(table_file), [], [])
    for found in mismatches(shelf, read_rows(file)):
        if as_json:
            click.echo(json.dumps(found.plain(), ensure_ascii=False))
        else:
            click.echo(found.say.in_(spoken()))


@command.command(
    help=said(
        "List what a hospital used that has no known insurance name, the dear first."
        " CLINICAL and INSURANCE are code tables; USED has code and, if known, rows and"
        " money; a crosswalk has source and target (empty: none exists).",
        "列出医院使用过而没有医保名称的项目，金额大者在前。CLINICAL 与 INSURANCE"
        " 为编码表；USED 含 code 列，可有 rows、money 列；"
        "对照表含 source、target 列（空表示不存在）。",
    )
)
@click.argument("clinical", type=FILE)
@click.argument("insurance", type=FILE)
@click.argument("used_file", type=FILE, metavar="USED")
@click.option("--crosswalk", type=FILE, help=said("Codes to codes.", "编码对照表。"))
@click.option("--items", type=FILE, help=said("Billing items.", "收费项目表。"))
@JSON
def gaps(
    clinical: Path, insurance: Path, used_file: Path, *, as_json: bool, **more: Any
) -> None:
    """Report the gaps between what is done and what can be billed."""
    crossed = read_rows(more["crosswalk"]) if more["crosswalk"] else []
    insurer = Insurer(
        read_table(clinical),
        opened(insurance),
        {row["source"]: row["target"] for row in crossed},
        opened(more["items"]) if more["items"] else None,
    )
    told = used(read_rows(used_file))
    strange = [code for code in told if insurer.clinical.place(code) is None]
    found = insurer.gaps({c: told[c] for c in told if c not in strange})
    if as_json:
        for gap in found:
            click.echo(json.dumps(gap.plain(), ensure_ascii=False))
        return
    for gap in found:
        click.echo(f"{gap.rows:>9,}  {gap.money:>14,.2f}  ", nl=False)
        _tell(gap.billing.say)
        for one in gap.billing.items[:3]:
            click.echo(f"{'':27}{one.chance:6.1%}  {one.code}  {one.name}")
    _tell(summed(found, told, strange))


def _plain(answer: Answer, because: Sequence[Sequence[str]]) -> dict[str, object]:
    """Lay an answer out as plain values."""
    reasons = [*because, *([()] * len(answer.candidates))]
    return {
        "text": answer.text,
        "decision": answer.verdict.value,
        "confidence": round(answer.confidence, 4),
        "system": answer.system,
        "edition": answer.edition,
        "approved": answer.approved,
        **_of_unit(answer),
        "concepts": [{"code": c.code, "name": c.name} for c in answer.concepts],
        "candidates": [
            {
                "code": c.code,
                "name": c.name,
                "chance": round(c.chance, 4),
                "because": list(why),
            }
            for c, why in zip(answer.candidates, reasons, strict=False)
        ],
    }


def _of_unit(answer: Answer) -> dict[str, object]:
    """Lay out what the unit said."""
    if not answer.unit:
        return {}
    struck = [{"code": c.code, "name": c.name} for c in answer.odd]
    return {"unit": answer.unit, "ucum": ucum(answer.unit), "struck": struck}


def _show(answer: Answer, because: Sequence[Sequence[str]]) -> None:
    """Print an answer for people."""
    click.echo(f"{answer.text}  [{answer.verdict.value} {answer.confidence:.1%}]")
    for one in answer.odd:
        _tell(ODD.with_(name=one.name, unit=answer.unit))
    chosen = {concept.name for concept in answer.concepts}
    for at, one in enumerate(answer.candidates):
        mark = "*" if one.name in chosen else " "
        click.echo(f"  {mark} {one.chance:6.1%}  {one.code or '-':12} {one.name}")
        for why in because[at] if at < len(because) else ():
            click.echo(f"{'':13}{why}")


def _tell(say: Say) -> None:
    """Say something to the person."""
    click.echo(say.in_(spoken()))
