"""`datong audit`: prove the audit, keep its heads elsewhere, ask who looked."""

import json
from pathlib import Path

import click

from datong.core.say import Say
from datong.guard.audit import anchor, chain, reading
from datong.guard.audit.chain import Head
from datong.serve.cli import said

PROJECT = click.argument("project", type=click.Path(path_type=Path), default=Path())
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group(help=said("The audit of who saw what.", "审计：谁看了什么。"))
def command() -> None:
    """Hold the parts together."""


@command.command(
    help=said(
        "Read the audit from its start and prove that nothing was changed.",
        "从头读取审计记录并证明未被改动。",
    )
)
@PROJECT
@click.option(
    "--anchor",
    "kept",
    type=FILE,
    help=said("Heads kept elsewhere: finds a cut end.", "外部锚点，可发现尾部截断。"),
)
@click.option(
    "--key",
    type=FILE,
    help=said(
        "The sealed first key: finds a forged chain.", "封存的首个密钥，可发现伪造。"
    ),
)
@click.option("--json", "as_json", is_flag=True, help="JSON")
def verify(
    project: Path, kept: Path | None, key: Path | None, *, as_json: bool
) -> None:
    """Verify every chain; a broken one ends with its first bad event."""
    root = place(project)
    public = anchor.signing_key(root).public_key() if kept else None
    heads = anchor.heads(kept, public) if kept else {}
    first = bytes.fromhex(key.read_text("ascii")) if key else None
    names = {folder.name for folder in reading.chains(root)} | set(heads)
    told = [chain.verify(root / name, first, heads.get(name)) for name in sorted(names)]
    if as_json:
        listed = [{"chain": h.chain, "events": h.seq, "head": h.hash} for h in told]
        click.echo(json.dumps(listed))
        return
    for head in told:
        say = Say(f"whole, {head.seq:,} events", f"完整，共 {head.seq:,} 条")
        click.echo(f"{head.chain}: {said(say.en, say.zh)}  {head.hash}")


@command.command(
    "anchor",
    help=said(
        "Sign the heads of the audit and append them to FILE on another host.",
        "签署审计锚点并追加到他处的 FILE。",
    ),
)
@PROJECT
@click.option("--file", type=click.Path(path_type=Path))
def anchored(project: Path, file: Path | None) -> None:
    """Sign and keep; print the line, so that it can be kept on paper."""
    root = place(project)
    heads: list[Head] = [chain.verify(folder) for folder in reading.chains(root)]
    click.echo(anchor.checkpoint(root, heads, file))


@command.command(help=said("Say who looked at a person.", "查询谁看过某人的信息。"))
@PROJECT
@click.option("--person", type=int)
@click.option("--who")
@click.option("--json", "as_json", is_flag=True, help="JSON")
def looks(project: Path, person: int | None, who: str | None, *, as_json: bool) -> None:
    """List the events, the newest first."""
    events = reading.looks(place(project), person, who).to_pylist()
    if as_json:
        click.echo(json.dumps(events, ensure_ascii=False))
        return
    for one in events:
        parts = (one["at"], one["who"], one["role"], one["action"], one["purpose"])
        click.echo("  ".join(map(str, (*parts, one["asked"], one["outcome"]))))


def place(project: Path) -> Path:
    """Return the folder of a project's audit."""
    return project / "audit"
