"""`datong explain CODE`: what a code means, how it comes about, what to do."""

import click

from datong.core.language import spoken
from datong.run.explain import all_reasons
from datong.run.explain import explain as explained
from datong.serve.cli import said
from datong.serve.console import OUT, table


@click.command(
    help=said(
        "Explain an error or reject code: cause, example, cure; all without CODE.",
        "解释错误或拒收代码：原因、示例、处理办法。不写代码则全部列出。",
    )
)
@click.argument("code", default="")
def command(code: str) -> None:
    """Explain a code."""
    language = spoken()
    if not code:
        rows = ([c, r.what.in_(language)] for c, r in all_reasons().items())
        table([said("code", "代码"), said("meaning", "含义")], rows)
        return
    reason = explained(code)
    OUT.print(f"{reason.code}  {reason.what.in_(language)}", style="bold", markup=False)
    OUT.print(f"\n{said('Cause', '原因')}: {reason.why.in_(language)}", markup=False)
    if reason.example:
        OUT.print(f"\n{said('Example', '示例')}:\n  {reason.example}", markup=False)
    OUT.print(f"\n{said('Cure', '处理')}: {reason.next.in_(language)}", markup=False)
