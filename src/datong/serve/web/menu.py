"""The pages that there are, found in their folder.

A page is a file in `pages/` with a `router` and, to be in the menu, a `page`.
"""

from collections.abc import Sequence
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from fastapi import APIRouter

from datong.serve.web import pages
from datong.serve.web.page import Page


@cache
def routers() -> Sequence[APIRouter]:
    """Load every page file and return its router."""
    return tuple(import_module(name).router for name in _names())


@cache
def listed() -> Sequence[Page]:
    """Return the pages that stand in the menu, in its order."""
    loaded = [getattr(import_module(name), "page", None) for name in _names()]
    found = [page for page in loaded if isinstance(page, Page)]
    return tuple(sorted(found, key=lambda page: (page.order, page.path)))


def _names() -> list[str]:
    """Name the page files."""
    return [f"{pages.__name__}.{one.name}" for one in iter_modules(pages.__path__)]
