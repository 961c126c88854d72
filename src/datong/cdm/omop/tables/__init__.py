"""The OMOP tables, one file each, found by themselves and ordered by what they read."""

from collections.abc import Collection
from functools import cache
from graphlib import TopologicalSorter
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from datong.cdm.omop.event import ANY, view_of
from datong.cdm.omop.events import all_events
from datong.cdm.omop.view import View, nothing, sources
from datong.standards.records import all_kinds


def views(
    kinds: Collection[str] | None = None, routed: Collection[str] | None = None
) -> tuple[View, ...]:
    """Return every view, each after those that it reads.

    `kinds` are the kinds of standard record that exist, `routed` the tables that some
    concept sends records to (`Resolved.routed`); all, if not given. What cannot have
    rows is not asked for: that matters where there are hundreds of organizations.
    """
    named = frozenset(all_kinds() if kinds is None else kinds)
    made = {
        view.name: view if _has_source(module, named) else _without(view)
        for module in map(import_module, _names())
        for view in [_view(module, named, ANY if routed is None else routed)]
    }
    graph = {name: set(view.reads) & made.keys() for name, view in made.items()}
    return tuple(made[name] for name in TopologicalSorter(graph).static_order())


def _view(module: Any, kinds: frozenset[str], routed: Collection[str]) -> View:
    """Make the view of a module over the kinds that exist."""
    if not hasattr(module, "TABLE"):
        view: View = module.view(sources(kinds))
        return view
    told = (event for event in all_events() if event.kind in kinds)
    table = module.TABLE
    events = tuple(e for e in told if e.table == table.table or table.table in routed)
    return view_of(table, events, sources(kinds))


@cache
def _kinds_of(module: Any) -> frozenset[str]:
    """Return the kinds of record that the view of a module may read."""
    every = frozenset(all_kinds())
    return every & set(_view(module, every, ANY).reads)


def _has_source(module: Any, kinds: frozenset[str]) -> bool:
    """Say whether there are records for a table, or it is made of other tables."""
    may_read = _kinds_of(module)
    return not may_read or bool(may_read & kinds)


def _without(view: View) -> View:
    """Return a view of no rows, to be run once, for a table that has no records."""
    if view.grain == "all":
        return view
    return View(view.table, nothing(view.table), "all", view.published)


def _names() -> list[str]:
    """Name the modules of the tables, sorted."""
    return sorted(m.name for m in iter_modules(__path__, prefix=f"{__name__}."))
