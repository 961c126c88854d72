"""An entry of the menu: the five systems of the mission, and what they stand on."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from datong.core.say import Say
from datong.guard.policy import Policy
from datong.guard.signin import Person

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


def sections(
    pages: Iterable[Page], person: Person | None, policy: Policy
) -> list[Section]:
    """Return the menu of somebody; a system without a page is left out."""
    if person is None:
        return []
    mine = [p for p in pages if not p.right or person.may(policy, p.right)]
    by_system = {name: [p for p in mine if p.system == name] for name in SYSTEMS}
    return [Section(SYSTEMS[name], own) for name, own in by_system.items() if own]
