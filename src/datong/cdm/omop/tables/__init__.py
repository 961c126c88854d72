"""The OMOP tables, one file each, found by themselves and ordered by what they read."""

from collections.abc import Collection
from graphlib import TopologicalSorter
from importlib import import_module
from pkgutil import iter_modules

from datong.cdm.omop.event import view_of
from datong.cdm.omop.events import all_events
from datong.cdm.omop.view import View, sources
from datong.standards.records import all_kinds


def views(kinds: Collection[str] | None = None) -> tuple[View, ...]:
    """Return every view, each after those that it reads.

    `kinds` are the kinds of standard record that exist (all, if not given): a view
    reads no other.
    """
    named = frozenset(all_kinds() if kinds is None else kinds)
    present = {k: v for k, v in sources(named).items() if k in named}
    told = tuple(event for event in all_events() if event.kind in named)
    made = {}
    for module in map(import_module, _names()):
        if hasattr(module, "TABLE"):
            view = view_of(module.TABLE, told, present)
        else:
            view = module.view(sources(named))
        made[view.name] = view
    graph = {name: set(view.reads) & made.keys() for name, view in made.items()}
    return tuple(made[name] for name in TopologicalSorter(graph).static_order())


def _names() -> list[str]:
    """Name the modules of the tables, sorted."""
    return sorted(m.name for m in iter_modules(__path__, prefix=f"{__name__}."))
