"""`datong guard`: what the policy says, before and after it is changed."""

import json
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import click

from datong.core.language import spoken
from datong.guard import compiled, policy, reference
from datong.guard.facts import ACTIONS, FACTS, Facts, Known, Sort
from datong.guard.policy import Policy
from datong.serve.cli import said

GRADES = (1, 2, 3, 4, 5)
POLICY = click.option(
    "--policy",
    "file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    default=policy.SHIPPED,
    help=said(
        "A policy file; without it the shipped one.", "策略文件，默认用内置策略。"
    ),
)
JSON = click.option("--json", "as_json", is_flag=True, help="JSON")


@click.group(help=said("Who may see what, and why.", "谁能看什么，以及为什么。"))
def command() -> None:
    """Hold the parts together."""


@command.command(
    help=said("List the facts that a rule may use.", "列出规则可用的事实。")
)
@JSON
def facts(*, as_json: bool) -> None:
    """Print names and kinds."""
    listed = [{"name": f.name, "sort": f.sort, "of": f.of} for f in FACTS.values()]
    if as_json:
        click.echo(json.dumps(listed))
        return
    for one in listed:
        click.echo(f"{one['name']:<24} {one['sort']:<6} {one['of']}")


@command.command(
    help=said(
        "Say which rules decide on a cell. Facts are given as name=value, e.g."
        " subject.role=coder purpose=PAY column.grade=3.",
        "说明由哪些规则决定某项访问。以 名称=值 给出事实，例如"
        " subject.role=coder purpose=PAY column.grade=3。",
    )
)
@click.argument("given", nargs=-1, metavar="NAME=VALUE...")
@click.option("--column", default="")
@POLICY
@JSON
def why(given: tuple[str, ...], column: str, file: Path, *, as_json: bool) -> None:
    """Print the verdict and the rules."""
    loaded = policy.load(file)
    stated = _facts(given)
    cell = reference.decide(loaded, stated, column)
    listed = loaded.lists(stated)
    if as_json:
        answer = {"shown": cell.shown, "mask": cell.mask, "rules": cell.rules}
        click.echo(json.dumps({**answer, "access_listed": listed}))
        return
    if not listed:
        click.echo(
            said(
                "refused: no access lists this role, scenario, purpose and basis",
                "拒绝：访问表中没有该角色、场景、目的与依据的组合",
            )
        )
        return
    verdict = said("shown", "可见") if cell.shown else said("refused", "拒绝")
    rules = ", ".join(cell.rules) or said("no rule permits it", "没有规则允许")
    mask = f" ({cell.mask})" if cell.mask else ""
    click.echo(f"{verdict}{mask}: {rules}")


@command.command(
    help=said("Show what each role may do, by grade.", "按分级显示各角色的权限。")
)
@POLICY
@JSON
def cells(file: Path, *, as_json: bool) -> None:
    """Print the matrix for somebody in care at the own site."""
    loaded = policy.load(file)
    lines = list(_matrix(loaded))
    if as_json:
        click.echo(json.dumps([dict(zip(NAMES, one, strict=True)) for one in lines]))
        return
    for role, purpose, basis, action, grade in lines:
        name = loaded.roles[role].name.in_(spoken())
        click.echo(f"{name:<24} {purpose:<14} {basis:<10} {action:<8} ≤ {grade}")


@command.command(
    help=said(
        "Show the cells that a new policy opens and closes.",
        "显示新策略放开和收紧的权限。",
    )
)
@click.argument("old", type=click.Path(exists=True, path_type=Path))
@click.argument("new", type=click.Path(exists=True, path_type=Path))
@JSON
def diff(old: Path, new: Path, *, as_json: bool) -> None:
    """Compare two editions cell by cell."""
    before, after = ({*_matrix(policy.load(file))} for file in (old, new))
    opened, closed = sorted(after - before), sorted(before - after)
    if as_json:
        click.echo(json.dumps({"opened": opened, "closed": closed}))
        return
    for sign, lines in (("+", opened), ("-", closed)):
        for line in lines:
            click.echo(f"{sign} {' '.join(map(str, line))}")


NAMES = ("role", "purpose", "basis", "action", "grade")
Cell = tuple[str, str, str, str, int]


def _matrix(loaded: Policy) -> Iterator[Cell]:
    """Give the highest grade that each access and action reaches."""
    for access, action in product(sorted(loaded.accesses), ACTIONS):
        role, scenario, purpose, basis = access
        shown = [
            grade
            for grade in GRADES
            if compiled.decide(
                loaded, _usual(loaded, (role, scenario, purpose, basis), action, grade)
            ).shown
        ]
        if shown:
            yield role, purpose, basis, action, max(shown)


def _usual(
    loaded: Policy, access: tuple[str, str, str, str], action: str, grade: int
) -> Facts:
    """State the facts of an ordinary person at the own site, in care, consenting."""
    role, scenario, purpose, basis = access
    facts: dict[str, Known] = {name: False for name in FACTS if _is_flag(name)}
    return facts | {
        "subject.role": role,
        "scenario": scenario,
        "purpose": purpose,
        "basis": basis,
        "action": action,
        "subject.level": loaded.roles[role].level,
        "subject.site": "here",
        "subject.second_factor": True,
        "resource.sites": frozenset({"here"}),
        "in_care": True,
        "is_self": True,
        "is_guardian": True,
        "resource.minor": True,
        f"consent.{purpose.lower()}": "given",
        "consent.kind": "separate",
        "resource.grade": 0,
        "column.grade": grade,
        "column.kind": "other",
        "column.category": "ordinary",
    }


def _is_flag(name: str) -> bool:
    """Is the fact a flag?"""
    return FACTS[name].sort is Sort.FLAG


def _facts(given: tuple[str, ...]) -> Facts:
    """Read facts as somebody typed them."""
    stated: dict[str, Known] = {}
    for one in given:
        name, _, value = one.partition("=")
        if name not in FACTS:
            raise click.BadParameter(
                said(f"{name} is no fact: datong guard facts", f"没有事实 {name}")
            )
        stated[name] = _value(FACTS[name].sort, value)
    return stated


def _value(sort: Sort, text: str) -> Known:
    """Read a value of a kind."""
    if sort is Sort.FLAG:
        return text.lower() in ("true", "yes", "1")
    if sort is Sort.WHOLE:
        return int(text) if text.lstrip("-").isdigit() else None
    return frozenset(text.split(",")) if sort is Sort.SET else text
