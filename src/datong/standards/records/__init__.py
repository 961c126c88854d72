"""Every kind of standard record, one file each; a new file is found by itself."""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from datong.standards.record import RecordKind


@cache
def all_kinds() -> dict[str, RecordKind]:
    """Return every kind by its name."""
    modules = iter_modules(__path__, prefix=f"{__name__}.")
    kinds = [import_module(module.name).KIND for module in modules]
    return {kind.name: kind for kind in kinds}
