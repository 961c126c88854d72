"""The menu: the five systems of the mission, and what they stand on.

A page is a file in `pages/` with a `router` and, to be in the menu, a `page`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from fastapi import APIRouter

from datong.core.say import Say
from datong.guard.policy import Policy
from datong.guard.signin import Person
from datong.serve.web import pages

SYSTEMS: Mapping[str, Say] = {
    "region": Say("Region", "区域数据"),
    "standards": Say("Standards", "标准体系"),
    "payment": Say("Payment & insurance", "支付与保险"),
    "specialty": Say("Specialty database", "专科数据库"),
    "patient": Say("Patient", "患者"),
    "tiered": Say("Tiered care", "分级诊疗"),
    "governance": Say("Governance", "治理"),
}


@dataclass(frozen=True, slots=True)
class Page:
    """One entry of the menu."""

    path: str
    system: str
    title: Say
    order: int = 50
    right: str = ""  # needed beside the account; empty: none
    key: str = ""  # `g` and this letter go there


@dataclass(frozen=True, slots=True)
class Section:
    """One system and its pages that somebody may open."""

    title: Say
    pages: Sequence[Page]


@cache
def routers() -> Sequence[APIRouter]:
    """Load every page file and return its router."""
    return tuple(import_module(name).router for name in _names())


@cache
def listed() -> Sequence[Page]:
    """Return the pages that stand in the menu."""
    loaded = [getattr(import_module(name), "page", None) for name in _names()]
    found = [page for page in loaded if isinstance(page, Page)]
    return sorted(found, key=lambda page: (page.order, page.path))


def sections(person: Person | None, policy: Policy) -> list[Section]:
    """Return the menu of somebody; a system without a page is left out."""
    if person is None:
        return []
    mine = [p for p in listed() if not p.right or person.may(policy, p.right)]
    by_system = {name: [p for p in mine if p.system == name] for name in SYSTEMS}
    return [Section(SYSTEMS[name], own) for name, own in by_system.items() if own]


def _names() -> list[str]:
    """Name the page files."""
    return [f"{pages.__name__}.{one.name}" for one in iter_modules(pages.__path__)]
