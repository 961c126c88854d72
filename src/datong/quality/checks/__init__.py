"""Every check that is written by hand, one file each; a new file is found by itself.

A file has a `CHECK`, or `CHECKS` where one rule holds for several kinds of record.
"""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from datong.quality.own import OwnCheck


@cache
def all_checks() -> tuple[OwnCheck, ...]:
    """Return the checks of every module, in the order of their names."""
    found: list[OwnCheck] = []
    for module in iter_modules(__path__, prefix=f"{__name__}."):
        loaded = import_module(module.name)
        found += getattr(loaded, "CHECKS", None) or [loaded.CHECK]
    return tuple(found)
