"""Every code, explained: the text of `datong explain` and of the docs page.

In:  the `reasons` modules of all rooms, found by themselves.
Out: reasons by code.
"""

from importlib import import_module
from pkgutil import walk_packages

import datong
from datong.core.reason import Reason, Trouble
from datong.run.reasons import EXPLAIN


def all_reasons() -> dict[str, Reason]:
    """Return every reason of every room, by code, in order."""
    packages = walk_packages(datong.__path__, prefix="datong.")
    found = {}
    for module in packages:
        if module.name.endswith(".reasons"):
            for value in vars(import_module(module.name)).values():
                if isinstance(value, Reason):
                    found[value.code] = value
    return dict(sorted(found.items()))


def explain(code: str) -> Reason:
    """Return one reason; raise `Trouble` for a code that is none."""
    reasons = all_reasons()
    if code.upper() not in reasons:
        raise Trouble(EXPLAIN, code=code)
    return reasons[code.upper()]


def codes_page() -> str:
    """Return the docs page of all codes, both languages."""
    made = "Generated from the rooms' `reasons.py` by `make docs`; do not edit."
    parts = [f"# Codes\n\n{made}\n"]
    for code, reason in all_reasons().items():
        parts.append(f"\n## {code}\n")
        for language in ("en", "zh"):
            cause, cure = ("Cause", "Cure") if language == "en" else ("原因", "处理")
            what, why, cure_text = (
                say.in_("zh" if language == "zh" else "en")
                for say in (reason.what, reason.why, reason.next)
            )
            parts.append(f"\n{what}\n\n- {cause}: {why}\n- {cure}: {cure_text}\n")
        if reason.example:
            parts.append(f"\n```\n{reason.example}\n```\n")
    return "".join(parts)
