"""Profiles: a data set with its rules, read from a TOML and its table of items.

In:  the package's own profiles, or a person's `.toml` with its CSV beside it.
Out: a `Profile`; or Trouble that names the file, the line and what to do.
"""

import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Protocol

from datong.core.check import Severity
from datong.core.reason import Trouble
from datong.standards import formats
from datong.standards.definitions import Grades
from datong.standards.fields import names, spread
from datong.standards.model import (
    DataElement,
    DataSet,
    Item,
    Kind,
    Profile,
    Rule,
    State,
    ValueSet,
)
from datong.standards.reasons import BROKEN_SOURCE, MISSING_ELEMENT
from datong.standards.texts import TEXT, rows_of, say_of, toml


class Known(Protocol):
    """What a profile may name: a catalogue that is compiled, or a library."""

    @property
    def elements(self) -> Mapping[str, DataElement]:
        """Return the data elements."""
        ...

    @property
    def sets(self) -> Mapping[str, ValueSet]:
        """Return the value sets."""
        ...


def read_profile(
    place: Traversable, catalogue: Known, folder: Traversable | None = None
) -> Profile:
    """Read a profile and its table of items; refuse one that names what is not.

    The table lies in `folder`, or beside a person's own profile.
    """
    head = toml(place)
    _complete(head, PARTS_OF_A_PROFILE, place.name)
    beside = folder or Path(str(place)).parent
    rows = list(rows_of(_items_of(head, beside, place.name)))
    for row in rows:
        _complete(row, PARTS_OF_AN_ITEM, row["place"])
    for rule in head["rule"]:
        _complete(rule, ("id", "en", "zh", "must"), f"{place.name} [[rule]]")
    grades = Grades.read(toml(TEXT / "grades.toml"))
    items = tuple(_item(row, head, grades) for row in rows)
    profile = Profile(
        id=head["id"],
        name=say_of(head),
        edition=head["edition"],
        length_unit=head["length_unit"],
        data_set=DataSet(head["id"], say_of(head), head["edition"], items),
        rules=tuple(_rule(rule, head) for rule in head["rule"]),
        labels=_labels(head.get("labels", {})),
        weights=head["weights"],
        systems=head.get("systems", {}),
        rivals={k: tuple(v) for k, v in head.get("rivals", {}).items()},
        examples={k: tuple(v) for k, v in head.get("examples", {}).items()},
        make=head.get("make", {}),
        triggers=head.get("triggers", {}),
        state=State(head.get("state", "single")),
        sources=tuple(head.get("sources", [head["edition"]])),
    )
    _check_profile(profile, catalogue, place.name)
    return profile


PARTS_OF_A_PROFILE = (
    *("id", "en", "zh", "edition", "length_unit", "items", "weights", "rule"),
)
PARTS_OF_AN_ITEM = (
    *("id", "zh", "en", "group", "kind", "format", "need", "when", "set", "system"),
    "element",
)


def _complete(found: Mapping[str, Any], parts: Iterable[str], where: str) -> None:
    """Refuse a text that lacks a part."""
    missing = [part for part in parts if part not in found]
    if missing:
        raise Trouble(BROKEN_SOURCE, where, said=f"missing: {', '.join(missing)}")


def _items_of(head: Mapping[str, Any], folder: Traversable, where: str) -> Traversable:
    """Find the table of items that a profile names."""
    place: Traversable = folder / head["items"]
    if not place.is_file():
        raise Trouble(BROKEN_SOURCE, where, said=f"there is no file {head['items']}")
    return place


KINDS = {"whole": Kind.NUMBER, "decimal": Kind.NUMBER}


def _item(row: Mapping[str, str], head: Mapping[str, Any], grades: Grades) -> Item:
    """Build an item of a profile."""
    kind = row["kind"]
    formats.strict(row["format"], KINDS.get(kind, Kind.TEXT))
    grade, method = grades.of(row["element"] or row["id"], row["zh"])
    return Item(
        id=row["id"],
        name=say_of(row),
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


def _rule(row: Mapping[str, Any], head: Mapping[str, Any]) -> Rule:
    """Build a rule; it is as well known as the profile that it belongs to."""
    return Rule(
        id=row["id"],
        say=say_of(row),
        must=row["must"],
        when=row.get("when", ""),
        each=row.get("each", ""),
        severity=Severity(row.get("severity", "error")),
        breaks=row.get("breaks", {}),
        source=row.get("source", "published"),
        edition=head["edition"],
        state=State(head.get("state", "single")),
    )


def _check_profile(profile: Profile, catalogue: Known, where: str) -> None:
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
