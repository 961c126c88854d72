"""The texts that are the source of truth: read, checked, and turned into the model.

In:  CSV for elements and values, TOML for editions, data sets, profiles and rules.
Out: a `Catalogue`; or Trouble that names the file, the line and what to do.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources.abc import Traversable

from datong.core.reason import Trouble
from datong.core.say import Say
from datong.standards import formats
from datong.standards.definitions import Grades, Words, define
from datong.standards.grammar import identify
from datong.standards.hierarchy import check_hierarchy
from datong.standards.model import (
    Correspondence,
    DataElement,
    Document,
    Edition,
    Kind,
    PermissibleValue,
    Profile,
    State,
    ValueDomain,
    ValueSet,
)
from datong.standards.profiles import read_profile
from datong.standards.reasons import BROKEN_SOURCE, TWO_CODES
from datong.standards.texts import TEXT, listed, rows_of, say_of, toml


@dataclass(slots=True)
class Catalogue:
    """All that the texts say."""

    editions: dict[str, Edition] = field(default_factory=dict)
    elements: dict[str, DataElement] = field(default_factory=dict)
    sets: dict[str, ValueSet] = field(default_factory=dict)
    documents: dict[str, Document] = field(default_factory=dict)
    profiles: dict[str, Profile] = field(default_factory=dict)
    maps: list[Correspondence] = field(default_factory=list)


def compile_texts(text: Traversable = TEXT) -> Catalogue:
    """Read and check all texts."""
    catalogue = Catalogue()
    for one in toml(text / "editions.toml")["edition"]:
        edition = _edition(one)
        catalogue.editions[edition.key] = edition
    catalogue.sets = read_sets(text / "values")
    catalogue.elements = _elements(text, catalogue)
    for row in rows_of(text / "documents.csv"):
        catalogue.documents[row["id"]] = _document(row)
    for place in listed(text / "profiles", ".toml"):
        profile = read_profile(place, catalogue, text / "profiles")
        catalogue.profiles[profile.id] = profile
    catalogue.maps = [
        Correspondence(r["subject"], r["predicate"], r["object"], r["note"])
        for r in rows_of(text / "maps.csv")
    ]
    return catalogue


def _edition(row: Mapping[str, str]) -> Edition:
    """Build an edition."""
    return Edition(
        row["standard"],
        row["edition"],
        say_of(row),
        row["publisher"],
        row.get("status", "published"),
        row.get("effective", ""),
        row.get("note", ""),
    )


def slug(text: str) -> str:
    """Make the last part of a meaning's name from an English label."""
    return re.sub(r"[^a-z0-9<>.+]+", "-", text.lower()).strip("-")


def read_sets(folder: Traversable) -> dict[str, ValueSet]:
    """Read value sets and their values; refuse two codes for one meaning, circles."""
    values: dict[str, list[PermissibleValue]] = {}
    heads = list(rows_of(folder / "sets.csv"))
    concepts = {head["id"]: head["concept"] for head in heads}
    for place in listed(folder, ".csv"):
        if place.name == "sets.csv":
            continue
        for row in rows_of(place):
            if row["set"] not in concepts:
                said = f"the set {row['set']} has no line in sets.csv"
                raise Trouble(BROKEN_SOURCE, row["place"], said=said)
            held = values.setdefault(row["set"], [])
            held.append(_value(row, concepts[row["set"]], len(held)))
    return {head["id"]: _set(head, values.get(head["id"], [])) for head in heads}


def _value(row: Mapping[str, str], concept: str, order: int) -> PermissibleValue:
    """Build a value; its meaning is the concept and the English label, or given."""
    meaning = f"{concept}/{row['meaning'] or slug(row['en'])}"
    return PermissibleValue(
        row["code"], say_of(row), meaning, row["parent"], order, row["note"]
    )


def _set(head: Mapping[str, str], values: list[PermissibleValue]) -> ValueSet:
    """Build a value set and check it."""
    built = ValueSet(
        head["id"],
        say_of(head),
        head["edition"],
        head["concept"],
        head["complete"] == "yes",
        State(head["state"]),
        tuple(head["sources"].split("|")),
        head["reference"],
        tuple(values),
    )
    check_hierarchy(built.id, {v.code: v.parent for v in values})
    meanings: dict[str, list[str]] = {}
    for value in values:
        meanings.setdefault(value.meaning, []).append(value.code)
    for meaning, codes in meanings.items():
        if len(codes) > 1:
            two = ", ".join(codes)
            raise Trouble(
                TWO_CODES, head["place"], set=built.id, codes=two, meaning=meaning
            )
    if len(built.labels) != len(values):
        raise Trouble(BROKEN_SOURCE, head["place"], said="a code is there twice")
    return built


def _elements(text: Traversable, catalogue: Catalogue) -> dict[str, DataElement]:
    """Read the data elements of every class."""
    words = Words.read(list(rows_of(text / "objects.csv")))
    grades = Grades.read(toml(text / "grades.toml"))
    evidence: dict[str, list[str]] = {}
    for row in rows_of(text / "evidence.csv"):
        evidence.setdefault(row["id"], []).append(row["source"])
    found: dict[str, DataElement] = {}
    for place in listed(text / "ws363", ".csv"):
        for row in rows_of(place):
            seen = tuple(evidence.get(row["id"], ()))
            element = _element(row, seen, words, grades)
            if element.id in found:
                raise Trouble(
                    BROKEN_SOURCE, row["place"], said="an element is there twice"
                )
            if element.domain.value_set not in ("", *catalogue.sets):
                said = f"no value set {element.domain.value_set}"
                raise Trouble(BROKEN_SOURCE, row["place"], said=said)
            found[element.id] = element
    return found


def _element(
    row: Mapping[str, str], seen: tuple[str, ...], words: Words, grades: Grades
) -> DataElement:
    """Build a data element; its definition is ours, from what it is made of."""
    name = identify(row["id"], row["place"])
    kind = Kind(row["type"])
    domain = ValueDomain(
        kind,
        str(formats.strict(row["format"], kind)),
        row["raw"],
        row["set"],
        row["unit"],
    )
    part = PARTS[name.class_code]
    concept, representation, definition = define(row, domain, words)
    grade, method = grades.of(row["id"], row["zh"])
    mended = bool(row["raw"]) or row["note"].startswith("mended")
    # What a second source confirms is verified, mended or not; the note stays.
    state = State.VERIFIED if seen else State.MENDED if mended else State.SINGLE
    return DataElement(
        id=name.text,
        name=say_of(row),
        definition=definition,
        concept=concept,
        representation=representation,
        domain=domain,
        edition="WS 363@2011",
        part=f"WS 363.{part}-2011",
        state=state,
        sources=(f"WS 363.{part}-2011", *seen),
        grade=grade,
        method=method,
        note=row["note"],
    )


CLASSES = (
    *("01.00", "02.01", "02.10", "03.00", "04.01", "04.10", "04.30", "04.50"),
    *("05.01", "05.10", "06.00", "07.00", "08.10", "08.30", "08.50", "09.00"),
)
PARTS = {code: number for number, code in enumerate(CLASSES, start=2)}


def _document(row: Mapping[str, str]) -> Document:
    """Build a document's skeleton; its template OID follows from its number."""
    number = int(row["id"][1:])
    zh, en = row["sections_zh"].split("|"), row["sections_en"].split("|")
    sections = tuple(Say(e, z) for e, z in zip(en, zh, strict=True) if e)
    return Document(
        row["id"],
        say_of(row),
        f"2.16.156.10011.2.1.1.{20 + number}",
        f"WS/T 500.{number}@2016",
        State(row["state"]),
        sections,
        (f"WS/T 500.{number}-2016", "WS/T 500 public CDA templates"),
    )
