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
from datong.standards.records import all_kinds

NAME = "datong.toml"
SHIPPED = "shipped:"  # before the name of mappings that come with datong
KNOWN = {
    "": ["project", "organization", "vocabulary", "terms", "lake", "check"],
    "project": ["name"],
    "organization": ["id", "name", "tier", "folder", "mappings", "zone"],
    "vocabulary": ["athena"],
    "terms": ["fields", "table", "system", "edition", "persons"],
    "lake": ["keep_days"],
    "check": ["stop_at"],
}
STOPS = ("error", "warning", "note", "never")
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

# [[terms]]                    # what written words mean, in your code table
# fields = ["diagnosis.diagnosis"]
# table = "terms/icd10.csv"    # code,name,synonyms; or a folder of `datong terms train`
# system = "ICD-10"
# edition = "2019"

[lake]
keep_days = 30               # how long old releases can be restored

# [check]
# stop_at = "error"          # judge each run; end with status 1 where one fails
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
class Vocabulary:
    """A `[[terms]]`: which words are looked up, and where their concepts stand."""

    fields: tuple[str, ...]  # KIND.FIELD
    table: Path  # a code table, or a folder of models
    system: str  # of its codes, as the records name it
    edition: str = ""
    persons: int = 1  # who must agree on a decision

    @property
    def name(self) -> str:
        """Name it by its first field."""
        return self.fields[0]


@dataclass(frozen=True, slots=True)
class Settings:
    """What a project is made of."""

    root: Path
    name: str
    organizations: tuple[Organization, ...]
    athena: Path | None
    keep_days: int
    terms: tuple[Vocabulary, ...] = ()
    stop_at: str = ""  # judge each run; a failure as grave as this, or graver, ends it


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
        terms=tuple(_vocabulary(one, root) for one in content.get("terms", [])),
        stop_at=content.get("check", {}).get("stop_at", ""),
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


def _vocabulary(said: Map[str, Any], root: Path) -> Vocabulary:
    """Read one `[[terms]]`."""
    return Vocabulary(
        fields=tuple(said["fields"]),
        table=root / said["table"],
        system=said["system"],
        edition=str(said.get("edition", "")),
        persons=int(said.get("persons", 1)),
    )


def _check(content: Map[str, Any], place: Path) -> None:
    """Refuse unknown words, missing ones, and two organizations of one id."""
    _words(content, "", place)
    for part in ("project", "vocabulary", "lake", "check"):
        _words(content.get(part, {}), part, place)
    _gate(content, place)
    organizations = content.get("organization", [])
    if not organizations:
        raise Trouble(SETTINGS, where=place, said="[[organization]] ?")
    for one in organizations:
        _words(one, "organization", place)
        for word in ("id", "folder", "mappings"):
            if not one.get(word):
                raise Trouble(SETTINGS, where=place, said=f"[[organization]] {word} ?")
    for one in content.get("terms", []):
        _check_terms(one, place)
    ids = [one["id"] for one in organizations]
    for twice in {one for one in ids if ids.count(one) > 1}:
        raise Trouble(
            SETTINGS, where=place, said=f'[[organization]] id = "{twice}" x 2'
        )


def _check_terms(said: Map[str, Any], place: Path) -> None:
    """Refuse a `[[terms]]` whose fields no record has, or that lacks a word."""
    _words(said, "terms", place)
    for word in ("fields", "table", "system"):
        if not said.get(word):
            raise Trouble(SETTINGS, where=place, said=f"[[terms]] {word} ?")
    if not isinstance(said["fields"], list):
        raise Trouble(SETTINGS, where=place, said='[[terms]] fields = ["KIND.FIELD"]')
    for name in said["fields"]:
        kind, _, field = str(name).partition(".")
        known = all_kinds()[kind].fields if kind in all_kinds() else {}
        if field not in known or known[field].letter != "c":
            coded = [f for f, one in known.items() if one.letter == "c"]
            near = ", ".join(f"{kind}.{f}" for f in coded) or ", ".join(all_kinds())
            raise Trouble(SETTINGS, where=place, said=f"[[terms]] {name} ? ({near})")


def _gate(content: Map[str, Any], place: Path) -> None:
    """Refuse a gate that is no severity."""
    stop_at = content.get("check", {}).get("stop_at", "never")
    if stop_at not in STOPS:
        said = f"[check] stop_at = {stop_at!r} ({', '.join(STOPS)})"
        raise Trouble(SETTINGS, where=place, said=said)


def _words(content: Map[str, Any], part: str, place: Path) -> None:
    """Refuse a word that means nothing."""
    for word in content:
        if word not in KNOWN[part]:
            known = ", ".join(KNOWN[part])
            raise Trouble(SETTINGS, where=place, said=f"[{part}] {word} ({known})")
