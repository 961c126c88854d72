"""The texts that are the source of truth: read, checked, and turned into the model.

In:  CSV for elements and values, TOML for editions, data sets, profiles and rules.
Out: a `Catalogue`; or Trouble that names the file, the line and what to do.
"""

import csv
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from datong.core.check import Severity
from datong.core.reason import Trouble
from datong.core.say import Say
from datong.standards import formats
from datong.standards.definitions import Grades, Words, define
from datong.standards.fields import names, spread
from datong.standards.grammar import identify
from datong.standards.hierarchy import check_hierarchy
from datong.standards.model import (
    Correspondence,
    DataElement,
    DataSet,
    Document,
    Edition,
    Item,
    Kind,
    PermissibleValue,
    Profile,
    Rule,
    State,
    ValueDomain,
    ValueSet,
)
from datong.standards.reasons import BROKEN_SOURCE, MISSING_ELEMENT, TWO_CODES

TEXT = files("datong.standards") / "text"


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
    for one in _toml(text / "editions.toml")["edition"]:
        edition = _edition(one)
        catalogue.editions[edition.key] = edition
    catalogue.sets = read_sets(text / "values")
    catalogue.elements = _elements(text, catalogue)
    for row in _rows(text / "documents.csv"):
        catalogue.documents[row["id"]] = _document(row)
    for place in _sorted(text / "profiles", ".toml"):
        profile = read_profile(place, catalogue)
        catalogue.profiles[profile.id] = profile
    catalogue.maps = [
        Correspondence(r["subject"], r["predicate"], r["object"], r["note"])
        for r in _rows(text / "maps.csv")
    ]
    return catalogue


def _sorted(folder: Traversable, end: str) -> list[Traversable]:
    """List the files of a folder by name."""
    found = [place for place in folder.iterdir() if place.name.endswith(end)]
    return sorted(found, key=lambda place: place.name)


def _toml(place: Traversable) -> dict[str, Any]:
    """Read a TOML text."""
    try:
        return tomllib.loads(place.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise Trouble(BROKEN_SOURCE, place.name, said=str(error)) from error


def _rows(place: Traversable) -> Iterator[dict[str, str]]:
    """Read a CSV text; each row knows its `place`."""
    lines = place.read_text(encoding="utf-8").splitlines()
    for row in csv.DictReader(lines):
        if None in row or None in row.values():
            where = f"{place.name}: {row}"
            raise Trouble(BROKEN_SOURCE, where, said="a line has other columns")
        yield row | {"place": f"{place.name}: {row[next(iter(row))]}"}


def _say(row: Mapping[str, Any]) -> Say:
    """Take the two languages of a row."""
    return Say(row["en"], row["zh"])


def _edition(row: Mapping[str, str]) -> Edition:
    """Build an edition."""
    return Edition(
        row["standard"],
        row["edition"],
        _say(row),
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
    heads = list(_rows(folder / "sets.csv"))
    concepts = {head["id"]: head["concept"] for head in heads}
    for place in _sorted(folder, ".csv"):
        if place.name == "sets.csv":
            continue
        for row in _rows(place):
            if row["set"] not in concepts:
                said = f"the set {row['set']} has no line in sets.csv"
                raise Trouble(BROKEN_SOURCE, row["place"], said=said)
            listed = values.setdefault(row["set"], [])
            listed.append(_value(row, concepts[row["set"]], len(listed)))
    return {head["id"]: _set(head, values.get(head["id"], [])) for head in heads}


def _value(row: Mapping[str, str], concept: str, order: int) -> PermissibleValue:
    """Build a value; its meaning is the concept and the English label, or given."""
    meaning = f"{concept}/{row['meaning'] or slug(row['en'])}"
    return PermissibleValue(
        row["code"], _say(row), meaning, row["parent"], order, row["note"]
    )


def _set(head: Mapping[str, str], values: list[PermissibleValue]) -> ValueSet:
    """Build a value set and check it."""
    built = ValueSet(
        head["id"],
        _say(head),
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
            listed = ", ".join(codes)
            raise Trouble(
                TWO_CODES, head["place"], set=built.id, codes=listed, meaning=meaning
            )
    if len(built.labels) != len(values):
        raise Trouble(BROKEN_SOURCE, head["place"], said="a code is there twice")
    return built


def _elements(text: Traversable, catalogue: Catalogue) -> dict[str, DataElement]:
    """Read the data elements of every class."""
    words = Words.read(list(_rows(text / "objects.csv")))
    grades = Grades.read(_toml(text / "grades.toml"))
    evidence: dict[str, list[str]] = {}
    for row in _rows(text / "evidence.csv"):
        evidence.setdefault(row["id"], []).append(row["source"])
    found: dict[str, DataElement] = {}
    for place in _sorted(text / "ws363", ".csv"):
        for row in _rows(place):
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
        name=_say(row),
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
        _say(row),
        f"2.16.156.10011.2.1.1.{20 + number}",
        f"WS/T 500.{number}@2016",
        State(row["state"]),
        sections,
    )


def read_profile(place: Traversable, catalogue: Catalogue) -> Profile:
    """Read a profile and its table of items; refuse one that names what is not."""
    head = _toml(place)
    folder = TEXT / "profiles"
    rows = _rows(folder / head["items"])
    grades = Grades.read(_toml(TEXT / "grades.toml"))
    items = tuple(_item(row, head, grades) for row in rows)
    profile = Profile(
        id=head["id"],
        name=_say(head),
        edition=head["edition"],
        length_unit=head["length_unit"],
        data_set=DataSet(head["id"], _say(head), head["edition"], items),
        rules=tuple(_rule(rule) for rule in head["rule"]),
        labels=_labels(head.get("labels", {})),
        weights=head["weights"],
        systems=head["systems"],
        rivals={k: tuple(v) for k, v in head.get("rivals", {}).items()},
        examples={k: tuple(v) for k, v in head.get("examples", {}).items()},
        make=head.get("make", {}),
        triggers=head.get("triggers", {}),
    )
    _check_profile(profile, catalogue, place.name)
    return profile


KINDS = {"whole": Kind.NUMBER, "decimal": Kind.NUMBER}


def _item(row: Mapping[str, str], head: Mapping[str, Any], grades: Grades) -> Item:
    """Build an item of a profile."""
    kind = row["kind"]
    formats.strict(row["format"], KINDS.get(kind, Kind.TEXT))
    grade, method = grades.of(row["element"] or row["id"], row["zh"])
    return Item(
        id=row["id"],
        name=_say(row),
        group=row["group"],
        kind=kind,
        format=row["format"],
        need=row["need"],
        when=row["when"],
        value_set=row["set"],
        system=row["system"],
        element=row["element"],
        filler=head.get("fillers", {}).get(row["id"], ""),
        severity=Severity(head.get("severities", {}).get(row["id"], "error")),
        repeats=spread(row["id"]),
        grade=grade,
        method=method,
    )


def _labels(pairs: Mapping[str, str]) -> dict[str, str]:
    """Write out which column holds the label of which code column."""
    return {
        code: label
        for key, value in pairs.items()
        for code, label in zip(
            spread(key) or (key,), spread(value) or (value,), strict=True
        )
    }


def _rule(row: Mapping[str, Any]) -> Rule:
    """Build a rule."""
    return Rule(
        id=row["id"],
        say=_say(row),
        must=row["must"],
        when=row.get("when", ""),
        each=row.get("each", ""),
        severity=Severity(row.get("severity", "error")),
        breaks=row.get("breaks", {}),
        source=row.get("source", "published"),
    )


def _check_profile(profile: Profile, catalogue: Catalogue, where: str) -> None:
    """Refuse names of fields, value sets and elements that do not exist."""
    columns = set(profile.items)
    for item in profile.data_set.items:
        _known(profile, item.value_set, catalogue.sets, where)
        _known(profile, item.element, catalogue.elements, where)
        for name in names(item.when):
            _known(profile, name, columns, f"{where} {item.id}")
    for rule in profile.rules:
        first = rule.each.split("..")[0]
        said = " ".join((rule.must, rule.when)).replace("{n}", first)
        for name in names(said) | set(rule.breaks):
            _known(profile, name, columns, f"{where} {rule.id}")


def _known(
    profile: Profile, name: str, there: Mapping[str, object] | set[str], where: str
) -> None:
    """Refuse a name that is not there; a starred one must match something."""
    pattern = re.compile(re.escape(name).replace(r"\*", r"\d+"))
    starred = "*" in name and any(pattern.fullmatch(one) for one in there)
    if not name or name in there or starred:
        return
    near = ", ".join(get_close_matches(name, list(there), 3)) or "–"
    raise Trouble(MISSING_ELEMENT, where, profile=profile.id, name=name, near=near)
