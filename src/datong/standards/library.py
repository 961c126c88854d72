"""The library: all standards that are installed, ready to be asked.

from datong.standards.library import load
std = load()
std.elements["DE02.01.039.00"].name.zh     # 姓名
std.set("W/RC002").labels["3"]             # 丧偶
std.profile("frontpage-western-2019")
"""

from collections import Counter
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path

from datong.core.reason import Trouble
from datong.standards.bundle import Lazy, load_bundle, revive
from datong.standards.model import (
    Correspondence,
    DataElement,
    Document,
    Edition,
    Profile,
    ValueSet,
)
from datong.standards.profiles import read_profile
from datong.standards.reasons import (
    BROKEN_SOURCE,
    NO_PROFILE,
    UNKNOWN,
    UNKNOWN_EDITION,
)

Thing = DataElement | ValueSet | Document | Profile | Edition


@dataclass(frozen=True, slots=True)
class Library:
    """What is installed; each part is a mapping from identifier to thing."""

    editions: Lazy[Edition]
    elements: Lazy[DataElement]
    sets: Lazy[ValueSet]
    documents: Lazy[Document]
    profiles: Lazy[Profile]
    maps: tuple[Correspondence, ...]
    fingerprint: str

    def find(self, name: str) -> Thing:
        """Return the thing of a name, `NAME@EDITION` allowed; or say what is near."""
        bare, _, edition = name.partition("@")
        if name in self.editions:
            return self.editions[name]
        for part in (self.elements, self.sets, self.documents, self.profiles):
            if bare in part:
                return _of_edition(part[bare], bare, edition)
        near = get_close_matches(bare, self.names(), 3, 0.5)
        raise Trouble(UNKNOWN, name=name, near=", ".join(near) or "–")

    def names(self) -> list[str]:
        """Name everything."""
        parts = (self.elements, self.sets, self.documents, self.profiles, self.editions)
        return [name for part in parts for name in part]

    def profile(self, name: str) -> Profile:
        """Return a profile by its name, or read a person's own from a `.toml`."""
        if name.endswith(".toml"):
            if not Path(name).is_file():
                raise Trouble(BROKEN_SOURCE, name, said="there is no such file")
            return read_profile(Path(name), self)
        found = self.find(name)
        if not isinstance(found, Profile):
            raise Trouble(NO_PROFILE, name=name, profiles=", ".join(self.profiles))
        return found

    def set(self, name: str) -> ValueSet:
        """Return a value set."""
        found = self.find(name)
        if not isinstance(found, ValueSet):
            near = ", ".join(get_close_matches(name, list(self.sets), 3)) or "–"
            raise Trouble(UNKNOWN, name=name, near=near)
        return found

    def counts(self) -> dict[str, int]:
        """Count what is installed."""
        states = Counter(one["state"] for one in self.elements.plain.values())
        sets = self.sets.plain.values()
        profiles = [self.profiles[name] for name in self.profiles]
        return {
            "elements": len(self.elements),
            "elements_verified": states["verified"],
            "elements_single": states["single"],
            "elements_mended": states["mended"],
            "value_sets": len(self.sets),
            "value_sets_complete": sum(one["complete"] for one in sets),
            "value_items": sum(len(one["values"]) for one in sets),
            "documents": len(self.documents),
            "profiles": len(profiles),
            "fields": sum(len(p.data_set.items) for p in profiles),
            "rules": sum(rules(p) for p in profiles),
            "editions": len(self.editions),
        }


def rules(profile: Profile) -> int:
    """Count a profile's rules: those between fields, and the conditions of fields."""
    return len(profile.rules) + sum(bool(item.when) for item in profile.data_set.items)


def _of_edition(thing: Thing, name: str, edition: str) -> Thing:
    """Refuse a thing of another edition than the one asked for."""
    has = getattr(thing, "edition", "").partition("@")[2]
    if edition and edition != has:
        raise Trouble(UNKNOWN_EDITION, name=name, edition=edition, have=has)
    return thing


@cache
def load() -> Library:
    """Open the library of this installation (under 100 ms after the first time)."""
    plain = load_bundle()
    return Library(
        Lazy(plain["editions"], Edition),
        Lazy(plain["elements"], DataElement),
        Lazy(plain["sets"], ValueSet),
        Lazy(plain["documents"], Document),
        Lazy(plain["profiles"], Profile),
        tuple(revive(Correspondence, one) for one in plain["maps"]),
        plain["fingerprint"],
    )
