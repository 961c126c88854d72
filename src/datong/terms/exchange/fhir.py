"""FHIR R4 ConceptMap as JSON.

Who mapped and when stand in extensions of the target: R4 has no place for them.
"""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from datong.terms.exchange import Layout
from datong.terms.mapped import Mapped, Relation, refused
from datong.terms.written import read_text

# FHIR R4 says what the target is to the source.
_EQUIVALENCE = {
    Relation.EQUAL: "equivalent",
    Relation.BROADER: "wider",
    Relation.NARROWER: "narrower",
    Relation.INEXACT: "inexact",
    Relation.NONE: "unmatched",
}
_RELATION = {word: relation for relation, word in _EQUIVALENCE.items()} | {
    "equal": Relation.EQUAL,
    "relatedto": Relation.INEXACT,
    "subsumes": Relation.NARROWER,
    "specializes": Relation.BROADER,
}
_AUTHOR = ("urn:datong:mapped-by", "valueString")
_TIME = ("urn:datong:mapped-at", "valueDateTime")


def read(path: Path) -> list[Mapped]:
    """Read a ConceptMap; raises Trouble TERMS-LAYOUT where it is none."""
    try:
        resource = json.loads(read_text(path))
        kind = resource["resourceType"]
        groups = resource.get("group", ()) if kind == "ConceptMap" else None
        mappings = [one for group in groups or () for one in _group(group)]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise refused(path, "fhir", str(error)) from error
    if groups is None:
        raise refused(path, "fhir", f"resourceType {kind}")
    return mappings


def _group(group: dict[str, Any]) -> Iterator[Mapped]:
    """Read the mappings between two systems."""
    for element in group.get("element", ()):
        text = element.get("display") or element["code"]
        source = "" if element["code"] == text else element["code"]
        for target in element.get("target") or ({"equivalence": "unmatched"},):
            relation = _RELATION.get(target.get("equivalence", ""), Relation.INEXACT)
            yield Mapped(
                text=text,
                code=target.get("code", ""),
                name=target.get("display", ""),
                system=group.get("target", ""),
                edition=group.get("targetVersion", ""),
                source_code=source,
                source_system=group.get("source", ""),
                relation=relation,
                comment=target.get("comment", ""),
                who=_extended(target, *_AUTHOR),
                at=_extended(target, *_TIME),
            )


def _extended(target: dict[str, Any], url: str, part: str) -> str:
    """Read what an extension says; empty where it is missing."""
    for one in target.get("extension", ()):
        if one.get("url") == url:
            return str(one.get(part, ""))
    return ""


def write(mappings: Sequence[Mapped], path: Path) -> None:
    """Write the approved mappings as one ConceptMap."""
    text = json.dumps(concept_map(mappings), ensure_ascii=False, indent=1)
    path.write_text(text + "\n", encoding="utf-8")


def concept_map(mappings: Sequence[Mapped]) -> dict[str, Any]:
    """Build the resource, one group for each couple of systems.

    A source code that was written in several ways has an element for each of them.
    """
    groups: dict[tuple[str, str, str], dict[tuple[str, str], dict[str, Any]]] = {}
    for one in mappings:
        if not one.approved:
            continue
        elements = groups.setdefault((one.source_system, one.system, one.edition), {})
        code = one.source_code or one.text
        new = {"code": code, "display": one.text}
        element = elements.setdefault((code, one.text), new)
        element.setdefault("target", []).append(_target(one))
    return {
        "resourceType": "ConceptMap",
        "status": "active",
        "group": [
            {
                **_filled(source=source, target=target, targetVersion=edition),
                "element": list(elements.values()),
            }
            for (source, target, edition), elements in groups.items()
        ],
    }


def _target(one: Mapped) -> dict[str, Any]:
    """Write one target; empty fields are left out."""
    told = (
        {"url": url, part: value}
        for (url, part), value in ((_AUTHOR, one.who), (_TIME, one.at))
        if value
    )
    return _filled(
        extension=list(told),
        code=one.code,
        display=one.name,
        equivalence=_EQUIVALENCE[one.relation],
        comment=one.comment,
    )


def _filled(**fields: Any) -> dict[str, Any]:
    """Leave out empty fields, which FHIR does not allow."""
    return {name: value for name, value in fields.items() if value}


LAYOUT = Layout(read, write)
