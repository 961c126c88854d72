"""The policy: one file, with an edition, reviewed like code.

Roles, the table of accesses (which role may come in which scenario for which purpose
on which basis), the rules, and how many persons a decision needs. What no access
lists and no rule permits is refused.
"""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from itertools import product
from pathlib import Path

from datong.core.reason import Trouble
from datong.core.say import Say
from datong.guard import masks
from datong.guard.facts import ACTIONS, BASES, PURPOSES, SCENARIOS, Facts
from datong.guard.grammar import Rule as When
from datong.guard.grammar import parse
from datong.guard.reasons import POLICY

SHIPPED = Path(__file__).with_name("policy.toml")
RIGHTS = (
    "runs",
    "review",
    "users",
    "policy",
    "audit",
    "glass",  # break it
    "glass_review",  # be told of it, and judge it
    "consent",  # write down what persons agree to
    "own",  # be told who looked at the own record
)
# A right that decides over others' rights; who holds it reads no health data.
APART = {"policy", "audit"}


class Effect(StrEnum):
    """What a rule does when it holds."""

    PERMIT = "permit"
    FORBID = "forbid"


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """One rule."""

    id: str
    effect: Effect
    actions: frozenset[str]
    when: When
    bases: frozenset[str] = frozenset()  # empty: any
    masks: Mapping[str, str] = field(default_factory=dict)
    duties: tuple[str, ...] = ()

    def applies(self, facts: Facts) -> bool:
        """Is the rule about this action, on this basis?"""
        on_basis = not self.bases or facts.get("basis") in self.bases
        return on_basis and facts.get("action") in self.actions


@dataclass(frozen=True, slots=True)
class Role:
    """A job: its names, how high it sees, and what it may do besides reading."""

    id: str
    name: Say
    level: int
    rights: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, eq=False)
class Policy:
    """Everything the gate knows before it is asked."""

    edition: str
    effective: date
    roles: Mapping[str, Role]
    accesses: frozenset[tuple[str, str, str, str]]
    rules: tuple[Rule, ...]
    persons: Mapping[str, int] = field(default_factory=dict)
    care_days: int = 0  # after a visit, for which who gave care may still look

    def lists(self, facts: Facts) -> bool:
        """Does the table of accesses have this role, scenario, purpose and basis?"""
        names = ("subject.role", "scenario", "purpose", "basis")
        return tuple(facts.get(name) for name in names) in self.accesses

    def reads(self, role: str) -> bool:
        """Does some access let the role read health data?"""
        return any(
            listed == role and purpose != "SECURITY"
            for listed, _, purpose, _ in self.accesses
        )

    def mixes(self, roles: Iterable[str]) -> bool:
        """Would somebody with these roles decide over access and read data too?"""
        known = [self.roles[role] for role in roles if role in self.roles]
        decides = any(role.rights & APART for role in known)
        return decides and any(self.reads(role.id) for role in known)

    def persons_for(self, room: str) -> int:
        """Say how many persons must agree on a decision of a room."""
        return self.persons.get(room, 1)


def load(path: Path = SHIPPED) -> Policy:
    """Read a policy file; a mistake in it is a Trouble that names the place."""
    try:
        text = path.read_text(encoding="utf-8")
        found = tomllib.loads(text)
        roles = {role.id: role for role in map(_role, found["role"])}
        accesses = frozenset(_accesses(found["access"], roles))
        rules = tuple(_rule(entry, path) for entry in found["rule"])
        persons = {one["room"]: int(one["persons"]) for one in found.get("review", [])}
        policy = Policy(
            found["edition"],
            found["effective"],
            roles,
            accesses,
            rules,
            persons,
            _whole(found.get("care", {}).get("days_after_visit", 0)),
        )
    except (OSError, tomllib.TOMLDecodeError, ValueError, TypeError) as error:
        raise Trouble(POLICY, path, said=str(error)) from error
    except KeyError as error:
        raise Trouble(POLICY, path, said=f"no {error}") from error
    _held_apart(policy, path)
    return policy


def _role(entry: Mapping[str, object]) -> Role:
    """Read one `[[role]]`."""
    name = Say(str(entry["en"]), str(entry["zh"]))
    rights = _among(entry.get("rights", []), RIGHTS)
    return Role(str(entry["id"]), name, _whole(entry["level"]), rights)


def _whole(value: object) -> int:
    """Take a whole number."""
    if not isinstance(value, int):
        raise TypeError(f"{value!r} is not a number")
    return value


def _among(values: object, allowed: Iterable[str]) -> frozenset[str]:
    """Take a list of words, each of which must be known."""
    if not isinstance(values, Sequence) or isinstance(values, str):
        raise TypeError(f"{values!r} is not a list")
    unknown = set(values) - set(allowed)
    if unknown:
        raise ValueError(f"{', '.join(map(str, sorted(unknown)))}: not known")
    return frozenset(values)


def _accesses(
    entries: Iterable[Mapping[str, object]], roles: Mapping[str, Role]
) -> Iterable[tuple[str, str, str, str]]:
    """Read the table of accesses, each combination a line of its own."""
    for entry in entries:
        yield from product(
            _among(entry["role"], roles),
            _among(entry["scenario"], SCENARIOS),
            _among(entry["purpose"], PURPOSES),
            _among(entry["basis"], BASES),
        )


def _rule(entry: Mapping[str, object], path: Path) -> Rule:
    """Read one `[[rule]]`."""
    name = str(entry["id"])
    mask = entry.get("mask", {})
    if not isinstance(mask, dict) or any(masks.read(m) is None for m in mask.values()):
        raise ValueError(f"{name}: mask {mask!r}")
    return Rule(
        name,
        Effect(str(entry["effect"])),
        _among(entry["action"], ACTIONS),
        parse(str(entry["when"]), f"{path} [{name}]"),
        _among(entry.get("basis", []), BASES),
        mask,
        tuple(sorted(_strings(entry.get("duty", [])))),
    )


def _strings(values: object) -> list[str]:
    """Take a list of words."""
    return [str(value) for value in values] if isinstance(values, list) else []


def _held_apart(policy: Policy, path: Path) -> None:
    """Refuse a role that both decides over access and reads health data."""
    both = [role for role in policy.roles if policy.mixes([role])]
    if both:
        raise Trouble(POLICY, path, said=f"{', '.join(both)}: rights {sorted(APART)}")
    doubled = [rule.id for rule in policy.rules]
    if len(doubled) != len(set(doubled)):
        raise Trouble(POLICY, path, said="two rules of one id")
