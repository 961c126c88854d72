"""FHIR JSON: CodeSystem, ValueSet (expansion or compose) and ConceptMap."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from datong.core.reason import Trouble
from datong.core.say import Say
from datong.standards.importers.reading import Reading, codes, counted, pairs
from datong.standards.reasons import UNREADABLE

NAME = "fhir"
SAYS = Say(
    "FHIR CodeSystem, ValueSet, ConceptMap (.json)", "FHIR 代码系统、值集、概念映射"
)


def fits(path: Path) -> bool:
    """Take JSON files."""
    return path.suffix == ".json"


def read(path: Path) -> Reading:
    """Read a resource; raise Trouble where it is none of the three."""
    try:
        resource: dict[str, Any] = json.loads(path.read_bytes())
    except ValueError as error:
        said = f"not JSON: {error}"
        raise Trouble(
            UNREADABLE, path, file=path.name, said=said, known=NAME
        ) from error
    kind = resource.get("resourceType")
    if kind == "ConceptMap":
        return pairs(path.name, _mapped(resource))
    if kind == "CodeSystem":
        return _declared(codes(path.name, _concepts(resource["concept"], "")), resource)
    if kind == "ValueSet":
        listed = resource.get("expansion", {}).get("contains") or [
            one
            for part in resource.get("compose", {}).get("include", ())
            for one in part.get("concept", ())
        ]
        paged = int(resource.get("expansion", {}).get("total", 0))
        return counted(codes(path.name, _concepts(listed, "")), paged)
    said = f"resourceType {kind}"
    known = "CodeSystem, ValueSet, ConceptMap"
    raise Trouble(UNREADABLE, path, file=path.name, said=said, known=known)


def _concepts(listed: list[dict[str, Any]], parent: str) -> Iterator[list[str]]:
    """Walk concepts, children after their parent."""
    for one in listed:
        yield [one["code"], one.get("display", ""), parent, "", ""]
        for inner in ("concept", "contains"):
            yield from _concepts(one.get(inner, []), one["code"])


def _mapped(resource: dict[str, Any]) -> Iterator[list[str]]:
    """Walk the pairs of a map."""
    for group in resource.get("group", ()):
        for element in group.get("element", ()):
            for target in element.get("target", ()):
                yield [element.get("code", ""), target.get("code", "")]


def _declared(reading: Reading, resource: dict[str, Any]) -> Reading:
    """Compare what was read with the count that the resource declares."""
    fragment = resource.get("content", "complete") != "complete"
    return reading if fragment else counted(reading, int(resource.get("count", 0)))
