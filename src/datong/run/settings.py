"""`datong.toml`: what a project is made of.

In:  the project's folder.
Out: its settings, checked.
"""

import tomllib
from collections.abc import Mapping as Map
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from datong.core.reason import Trouble
from datong.run.reasons import EXISTS, NO_PROJECT, SETTINGS

NAME = "datong.toml"
SHIPPED = "shipped:"  # before the name of mappings that come with datong
KNOWN = {
    "": ["project", "organization", "vocabulary", "lake"],
    "project": ["name"],
    "organization": ["id", "name", "tier", "folder", "mappings", "zone"],
    "vocabulary": ["athena"],
    "lake": ["keep_days"],
}
TEMPLATE = """\
# A datong project. Every word is explained in docs/reference/project.md.
[project]
name = "{name}"

# One for each hospital, centre or payer that hands over data.
[[organization]]
id = "H001"
name = "第一医院"
folder = "silos/H001"        # what it handed over; datong only reads it
mappings = "mappings/H001"   # one TOML file a table; "shipped:fhir" for FHIR R4

# [vocabulary]
# athena = "athena"          # CONCEPT.csv and its kin, from athena.ohdsi.org

[lake]
keep_days = 30               # how long old releases can be restored
"""


@dataclass(frozen=True, slots=True)
class Organization:
    """Somebody who hands over data."""

    id: str
    name: str
    folder: Path
    mappings: str
    tier: str = ""
    zone: str = ""


@dataclass(frozen=True, slots=True)
class Settings:
    """What a project is made of."""

    root: Path
    name: str
    organizations: tuple[Organization, ...]
    athena: Path | None
    keep_days: int


def read_settings(root: Path) -> Settings:
    """Read a project's settings; raise `Trouble` where they are wrong."""
    place = root / NAME
    if not place.exists():
        raise Trouble(NO_PROJECT, where=root.resolve())
    try:
        content = tomllib.loads(place.read_text(encoding="utf-8-sig"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise Trouble(SETTINGS, where=place, said=str(error)) from error
    _check(content, place)
    athena = content.get("vocabulary", {}).get("athena")
    return Settings(
        root=root,
        name=content.get("project", {}).get("name", root.resolve().name),
        organizations=tuple(_organization(o, root) for o in content["organization"]),
        athena=root / athena if athena else None,
        keep_days=int(content.get("lake", {}).get("keep_days", 30)),
    )


def init(root: Path) -> None:
    """Make a project folder with the settings of one hospital."""
    if (root / NAME).exists():
        raise Trouble(EXISTS, where=root / NAME, folder=root)
    for folder in ("silos/H001", "mappings/H001"):
        (root / folder).mkdir(parents=True, exist_ok=True)
    text = TEMPLATE.format(name=root.resolve().name)
    (root / NAME).write_text(text, encoding="utf-8")


def _organization(said: Map[str, Any], root: Path) -> Organization:
    """Read one `[[organization]]`."""
    return Organization(
        id=said["id"],
        name=said.get("name", said["id"]),
        folder=root / said["folder"],
        mappings=said["mappings"],
        tier=str(said.get("tier", "")),
        zone=said.get("zone", ""),
    )


def _check(content: Map[str, Any], place: Path) -> None:
    """Refuse unknown words, missing ones, and two organizations of one id."""
    _words(content, "", place)
    for part in ("project", "vocabulary", "lake"):
        _words(content.get(part, {}), part, place)
    organizations = content.get("organization", [])
    if not organizations:
        raise Trouble(SETTINGS, where=place, said="[[organization]] ?")
    for one in organizations:
        _words(one, "organization", place)
        for word in ("id", "folder", "mappings"):
            if not one.get(word):
                raise Trouble(SETTINGS, where=place, said=f"[[organization]] {word} ?")
    ids = [one["id"] for one in organizations]
    for twice in {one for one in ids if ids.count(one) > 1}:
        raise Trouble(
            SETTINGS, where=place, said=f'[[organization]] id = "{twice}" x 2'
        )


def _words(content: Map[str, Any], part: str, place: Path) -> None:
    """Refuse a word that means nothing."""
    for word in content:
        if word not in KNOWN[part]:
            known = ", ".join(KNOWN[part])
            raise Trouble(SETTINGS, where=place, said=f"[{part}] {word} ({known})")
