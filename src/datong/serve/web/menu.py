"""The pages and calls that there are, found in their folders.

A page is a file in `pages/` with a `router` and, to be in the menu, a `page`; a call
for programs is a file in `api/` with a `router`.
"""

from collections.abc import Sequence
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

from fastapi import APIRouter

from datong.serve.web import api, pages
from datong.serve.web.page import Page


@cache
def routers() -> Sequence[APIRouter]:
    """Load every page file and return its router."""
    loaded = [import_module(name) for name in (*_names(pages), *_names(api))]
    return tuple(one.router for one in loaded if hasattr(one, "router"))


@cache
def listed() -> Sequence[Page]:
    """Return the pages that stand in the menu, in its order."""
    loaded = [getattr(import_module(name), "page", None) for name in _names(pages)]
    found = [page for page in loaded if isinstance(page, Page)]
    return tuple(sorted(found, key=lambda page: (page.order, page.path)))


def _names(folder: ModuleType) -> list[str]:
    """Name the files of a folder."""
    return [f"{folder.__name__}.{one.name}" for one in iter_modules(folder.__path__)]
