"""The command line: one file for each command, found by its name.

A module here has a `command` (click) and nothing else that others use. It is imported
when it is called, so that `datong --help` and small commands answer at once.
"""

import sys
from importlib import import_module
from pkgutil import iter_modules

import click

from datong import __version__
from datong.core.language import spoken
from datong.core.reason import Trouble
from datong.core.say import Say
from datong.serve.reasons import NOT_INSTALLED


def said(en: str, zh: str) -> str:
    """Return a help text in the language of this process."""
    return Say(en, zh).in_(spoken())


class Commands(click.Group):
    """The commands of this folder, loaded one by one."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's
        """Name every command file."""
        return sorted(module.name for module in iter_modules(__path__))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load one command."""
        if cmd_name not in self.list_commands(ctx):
            return None
        try:
            loaded: click.Command = import_module(f"{__name__}.{cmd_name}").command
        except ModuleNotFoundError as missing:
            if (missing.name or "").startswith("datong"):
                raise
            return _absent(cmd_name, missing.name or "?")
        return loaded

    def invoke(self, ctx: click.Context) -> object:
        """Run it; a trouble is told to the person, without a traceback."""
        try:
            return super().invoke(ctx)
        except Trouble as trouble:
            click.echo(trouble.in_(spoken()), err=True)
            click.echo(f"  datong explain {trouble.reason.code}", err=True)
            sys.exit(1)


def _absent(command: str, package: str) -> click.Command:
    """Return a command that says what has to be installed for it."""

    @click.command(
        command,
        help=said(
            f"(needs `pip install 'datong[all]'`: {package} is not installed)",
            f"（需要 `pip install 'datong[all]'`：缺少 {package}）",
        ),
        context_settings={"ignore_unknown_options": True},
        add_help_option=False,
    )
    @click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
    def absent(arguments: tuple[str, ...]) -> None:  # noqa: ARG001 - whatever was typed
        raise Trouble(NOT_INSTALLED, where=f"datong {command}", package=package)

    return absent


main = Commands(
    name="datong",
    help=said(
        "Bring health data from many silos together.",
        "打通：把分散的健康数据汇成一份标准病历。",
    ),
)
click.version_option(__version__, prog_name="datong")(main)
