"""`datong review`: decide in the terminal what waits in the queue."""

import getpass
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from datong.core.decision import State
from datong.core.language import spoken
from datong.core.reason import Trouble
from datong.core.say import Say
from datong.run.project import Project
from datong.serve.cli import said
from datong.serve.console import json_option, project_option, table, tell, tell_json
from datong.serve.reading import terms
from datong.serve.reasons import NO_CANDIDATE
from datong.store.decisions import (
    Filter,
    Verdict,
    accepted,
    count,
    decide,
    decide_all,
    get,
    history,
    queue,
    undo,
)
from datong.terms.decided import mappings
from datong.terms.exchange import LAYOUTS, layout_of

NOW = Say("{number}: {state}", "{number}：{state}")
WRITTEN = Say(
    "{number:,} mappings written to {file}.", "已将 {number:,} 条映射写入 {file}。"
)
MANY = Say("{count} decided", "已决定 {count} 项")
WAITING = Say(
    "{count} wait. datong review show N", "{count} 项待决定。datong review show N"
)
why_option = click.option("--why", default="", help=said("The reason.", "理由。"))
who_option = click.option(
    "--who",
    default=getpass.getuser,
    help=said("Who decides (you).", "决定人（默认是您）。"),
)
number_argument = click.argument("number", type=int)


def _open(project: Path) -> Project:
    """Open a project for its owner."""
    opened = Project(project)
    opened.admit_owner()
    return opened


@click.group(
    help=said(
        "Accept, change or refuse what is proposed; who, when and why are kept.\n\n"
        "`datong draft FOLDER --propose H001` puts a draft into the queue; the next"
        " draft follows what was decided.",
        "接受、修改或拒绝系统的建议；记录何人、何时、因何。\n\n"
        "`datong draft 文件夹 --propose H001` 把草稿放入队列；"
        "下次生成草稿时会采用已有决定。",
    )
)
def command() -> None:
    """Group the verbs."""


@command.command("list", help=said("What waits.", "待决定的事项。"))
@project_option
@click.option("--room", default="", help=said("Only of a room.", "只看某一部分。"))
@click.option("--words", default="", help=said("With these words.", "含此文字。"))
@click.option("--limit", default=30, help=said("At most.", "最多条数。"))
@json_option
def listed(project: Path, room: str, words: str, limit: int, *, as_json: bool) -> None:
    """Show the queue."""
    order = "weight" if room == terms.ROOM else "rows"
    store, asked = _open(project).decided, Filter(room=room, words=words, order=order)
    rows = [_line(row) for row in queue(store, asked, limit)]
    if as_json:
        tell_json(rows)
        return
    names = ("id", "subject", "proposal", "score", "rows")
    table(names, ([row[name] for name in names] for row in rows))
    tell(WAITING.with_(count=count(store, asked)))


@command.command(
    help=said("One card, its evidence, its history.", "一项的依据和经过。")
)
@project_option
@number_argument
@json_option
def show(project: Path, number: int, *, as_json: bool) -> None:
    """Show one decision."""
    opened = _open(project)
    store = opened.decided
    row: Any = get(store, number)
    acts: list[Any] = list(history(store, number))
    card = _line(row) | {
        "evidence": list(row.evidence),
        "candidates": _candidates(opened, row),
        "history": [f"{a.at} {a.who} {a.act} {a.why}".strip() for a in acts],
    }
    if as_json:
        tell_json(card)
        return
    flat = (
        (k, v) for k, vs in card.items() for v in (vs if isinstance(vs, list) else [vs])
    )
    table(("", ""), flat)


@command.command(help=said("Accept it.", "接受。"))
@project_option
@number_argument
@who_option
@why_option
def accept(project: Path, number: int, who: str, why: str) -> None:
    """Accept one decision."""
    _decide(_open(project), number, Verdict("accept", who, why))


@command.command(help=said("Refuse it.", "拒绝。"))
@project_option
@number_argument
@who_option
@why_option
def refuse(project: Path, number: int, who: str, why: str) -> None:
    """Refuse one decision."""
    _decide(_open(project), number, Verdict("refuse", who, why))


@command.command(
    help=said(
        "Take the N-th other candidate, or answer a question in words. Of a term:"
        " several candidates (1,3), or codes of its table (A|B).",
        "改选第 N 个候选，或用文字回答问题。术语可选多个候选（1,3），"
        "或直接写编码表中的编码（A|B）。",
    )
)
@project_option
@number_argument
@click.argument("answer")
@who_option
@why_option
def choose(project: Path, number: int, answer: str, who: str, why: str) -> None:
    """Choose otherwise."""
    opened = _open(project)
    store = opened.decided
    row: Any = get(store, number)
    if "answer" in row.proposal:
        chosen = {**row.proposal, "answer": answer}
    elif row.room == terms.ROOM:
        chosen = _meant(opened, row, answer)
    elif answer.isdigit() and 1 <= int(answer) <= len(row.candidates):
        chosen = row.candidates[int(answer) - 1]
    else:
        raise Trouble(NO_CANDIDATE, answer=answer, count=len(row.candidates))
    _decide(opened, number, Verdict("choose", who, why, chosen))


@command.command(
    "accept-sure",
    help=said("Accept all above a confidence.", "接受高于某置信度的全部建议。"),
)
@project_option
@click.option("--above", default=0.95, help=said("Confidence.", "置信度。"))
@click.option("--room", default="mapping", help=said("Of a room.", "某一部分。"))
@who_option
@why_option
def accept_sure(project: Path, above: float, room: str, who: str, why: str) -> None:
    """Accept many at once."""
    opened, asked = _open(project), Filter(room=room, above=above)
    verdict = Verdict("accept", who, why, needs=opened.policy.persons_for(room))
    taken = decide_all(opened.decided, asked, verdict)
    tell(MANY.with_(count=taken))


@command.command("undo", help=said("Undo a decision.", "撤销决定。"))
@project_option
@number_argument
@who_option
@why_option
def undone(project: Path, number: int, who: str, why: str) -> None:
    """Undo one decision."""
    undo(_open(project).decided, number, who, why)
    tell(NOW.with_(number=number, state=State.UNDONE.value))


def _decide(project: Project, number: int, verdict: Verdict) -> None:
    """Take a decision as the policy lets one person take it, and say its state."""
    store = project.decided
    room: Any = get(store, number).room
    needs = project.policy.persons_for(room)
    _tell(project, number, decide(store, number, replace(verdict, needs=needs)))


def _candidates(project: Project, row: Any) -> list[str]:
    """List the candidates; those of a word with what speaks for each."""
    if row.room != terms.ROOM:
        return [_proposed(one) for one in row.candidates]
    language = spoken()
    return [
        f"{one.code} {one.name} {one.chance:.0%}  "
        + " · ".join(say.in_(language) for say in one.because)
        for one in terms.choices(project, row)
    ]


def _meant(project: Project, row: Any, answer: str) -> dict[str, object]:
    """Read which candidates of a word are taken (1,3), or codes of its table (A|B)."""
    parts = answer.split(",")
    if all(part.strip().isdigit() for part in parts):
        numbers = [int(part) - 1 for part in parts]
        if all(0 <= one < len(row.candidates) for one in numbers):
            return terms.picked(project, row, numbers, "")
    return terms.picked(project, row, (), answer)


@command.command(
    help=said(
        "Write what was decided about words, for other programs.",
        "导出对术语的决定，供其他程序使用。",
    )
)
@project_option
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--layout", type=click.Choice(sorted(LAYOUTS)), required=True)
def export(project: Path, file: Path, layout: str) -> None:
    """Write the decisions in force on words in a layout."""
    store = _open(project).decided
    found = accepted(store, terms.ROOM, State.ACCEPTED, State.REFUSED)
    told = list(mappings(found))
    layout_of(layout).write(told, file)
    tell(WRITTEN.with_(number=len(told), file=file))


def _tell(project: Project, number: int, state: State) -> None:
    """Say what became of a decision, and why it will be asked again if it will."""
    tell(NOW.with_(number=number, state=state.value))
    row: Any = get(project.decided, number)
    if row.room == terms.ROOM and state is not State.REFUSED:
        again = terms.asked_again(project, row.proposal)
        if again:
            tell(again)


def _line(row: Any) -> dict[str, object]:
    """Write a decision in one line."""
    return {
        "id": row.id,
        "subject": row.subject,
        "proposal": _proposed(row.proposal),
        "score": round(row.score, 3),
        "rows": row.rows,
        "state": row.state,
    }


def _proposed(proposal: dict[str, object]) -> str:
    """Write a proposal in few words."""
    if "field" in proposal:
        parts = (proposal["kind"], proposal["field"], proposal["part"])
        return ".".join(str(one) for one in parts if one) or "-"
    if "codes" in proposal:
        names = (str(proposal["codes"]), str(proposal["names"]))
        return " ".join(one for one in names if one) or "-"
    return ", ".join(f"{k}={v}" for k, v in proposal.items())
