"""One message in both languages, of which the page shows one."""

from html import escape

from datong.core.say import Say


def both(say: Say, **details: object) -> str:
    """Write a message in both languages."""
    said = say.with_(**details) if details else say
    return (
        f'<span lang="en">{escape(said.en)}</span>'
        f'<span lang="zh">{escape(said.zh)}</span>'
    )
