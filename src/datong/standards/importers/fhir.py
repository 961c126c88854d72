"""FHIR JSON: CodeSystem, ValueSet (expansion or compose) and ConceptMap."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from datong.core.reason import Trouble
from datong.core.say import Say
from datong.standards.importers.reading import Reading, codes, counted, loss, pairs
from datong.standards.reasons import UNREADABLE

NAME = "fhir"
SAYS = Say(
    "FHIR CodeSystem, ValueSet, ConceptMap (.json)", "FHIR 代码系统、值集、概念映射"
)
PART = Say("the file says that it is a part only", "文件自称只是一部分")
OPEN = Say(
    "{n} parts of the value set are rules or whole systems, not lists of codes",
    "值集中有 {n} 个部分是规则或整个代码系统，而不是代码列表",
)
NOT = ("unmatched", "disjoint", "not-related-to")  # R4, R5: no mapping


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
        listed = resource.get("concept", [])
        return _declared(codes(path.name, _concepts(listed, "")), resource)
    if kind == "ValueSet":
        return _expanded(path.name, resource)
    said = f"resourceType {kind}"
    known = "CodeSystem, ValueSet, ConceptMap"
    raise Trouble(UNREADABLE, path, file=path.name, said=said, known=known)


def _concepts(listed: list[dict[str, Any]], parent: str) -> Iterator[list[str]]:
    """Walk concepts, children after their parent."""
    for one in listed:
        yield [one["code"], one.get("display", ""), parent, "", ""]
        for inner in ("concept", "contains"):
            yield from _concepts(one.get(inner, []), one["code"])


def _expanded(name: str, resource: dict[str, Any]) -> Reading:
    """Read a value set: its expansion, or the codes that it lists one by one."""
    expansion = resource.get("expansion", {})
    if expansion.get("contains"):
        found = codes(name, _concepts(expansion["contains"], ""))
        return counted(found, int(expansion.get("total", 0)))
    compose = resource.get("compose", {})
    parts = compose.get("include", [])
    listed = [one for part in parts for one in part.get("concept", ())]
    open_ = [_source(part) for part in parts if not part.get("concept")]
    open_ += [f"- {_source(part)}" for part in compose.get("exclude", ())]
    found = codes(name, _concepts(listed, ""))
    return replace(found, losses=(*found.losses, *loss(OPEN, open_)))


def _source(part: dict[str, Any]) -> str:
    """Name where a part of a value set takes its codes from."""
    return str(part.get("system") or ", ".join(part.get("valueSet", ())))


def _mapped(resource: dict[str, Any]) -> Iterator[list[str] | None]:
    """Walk the pairs of a map; None for a code that it maps to nothing."""
    for group in resource.get("group", ()):
        for element in group.get("element", ()):
            for target in element.get("target") or [{}]:
                said = target.get("relationship") or target.get("equivalence")
                holds = bool(target) and said not in NOT
                pair = [element.get("code", ""), target.get("code", "")]
                yield pair if holds else None


def _declared(reading: Reading, resource: dict[str, Any]) -> Reading:
    """Compare what was read with what the resource declares."""
    content = resource.get("content", "complete")
    if content == "complete":
        return counted(reading, int(resource.get("count", 0)))
    return replace(reading, losses=(*reading.losses, *loss(PART, [content])))
