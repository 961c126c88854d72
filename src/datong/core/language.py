"""Which of our two languages a person reads."""

import os

from datong.core.say import Language


def spoken() -> Language:
    """Return the language of this process.

    `DATONG_LANG` decides (`en` or `zh`); without it, the locale of the terminal.
    """
    names = ("DATONG_LANG", "LC_ALL", "LC_MESSAGES", "LANG")
    stated = next((os.environ[name] for name in names if os.environ.get(name)), "en")
    return "zh" if stated.lower().startswith("zh") else "en"
