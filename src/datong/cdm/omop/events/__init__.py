"""What each kind of standard record says of an event, one file a kind."""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from datong.cdm.omop.event import Event


@cache
def all_events() -> tuple[Event, ...]:
    """Return every event; the first of a kind is its main one."""
    modules = iter_modules(__path__, prefix=f"{__name__}.")
    return tuple(e for m in modules for e in import_module(m.name).EVENTS)
