"""Mappings to and from other programs: one file a layout, found by its name.

In:  files of Usagi, source_to_concept_map, FHIR ConceptMap, SSSOM.
Out: mappings with all that was said of them; and the same files.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from datong.terms.mapped import Mapped


@dataclass(frozen=True, slots=True)
class Layout:
    """How one program writes mappings."""

    read: Callable[[Path], list[Mapped]]
    write: Callable[[Sequence[Mapped], Path], None]


LAYOUTS = frozenset(module.name for module in iter_modules(__path__))


def layout_of(name: str) -> Layout:
    """Find a layout by its name; raises KeyError where there is none."""
    if name not in LAYOUTS:
        raise KeyError(name)
    layout: Layout = import_module(f"{__name__}.{name}").LAYOUT
    return layout
