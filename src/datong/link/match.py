"""FHIR `Patient/$match` as a function: a patient in, candidate persons out."""

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from datong.core.reason import Trouble
from datong.link.calibrate import probability
from datong.link.live import Live
from datong.link.reasons import NO_PATIENT, WEAK_QUERY

GRADE = "http://hl7.org/fhir/StructureDefinition/match-grade"
_GRADES = ((0.99, "certain"), (0.8, "probable"), (0.2, "possible"))
_LEAST = 2  # fields that a question must have


def match(
    live: Live,
    patient: Mapping[str, Any],
    *,
    count: int = 10,
    only_certain: bool = False,
) -> dict[str, Any]:
    """Answer `$match` with a searchset Bundle; `live` has the columns of `resolve`.

    An entry holds a person key, a score between 0 and 1 and a match grade; whoever may
    see more gets it from the gate. Certain is a person that is alone at the top.
    Raises Trouble for a question with less than two fields: it would be a trawl.
    """
    asked = read_patient(patient)
    names = [column.name for column in live.table.columns]
    told = [name for name in names if asked.get(name)]
    if len(told) < _LEAST:
        raise Trouble(WEAK_QUERY, "", fields=", ".join(names))
    row = pa.table({n: pa.array([asked.get(n)], pa.string()) for n in names})
    found = [(key, float(probability(np.array(b)))) for key, b in live.find(row)[0]]
    graded = [(key, p, _grade(p)) for key, p in found if p >= _GRADES[-1][0]]
    if len(graded) > 1 and graded[1][2] == "certain":
        graded = [(key, p, "probable" if g == "certain" else g) for key, p, g in graded]
    if only_certain:
        graded = [one for one in graded if one[2] == "certain"]
    entries = [_entry(*one) for one in graded[:count]]
    return {
        "resourceType": "Bundle",
        "type": "searchset",
        "total": len(entries),
        "entry": entries,
    }


def read_question(text: str) -> dict[str, Any]:
    """Read a FHIR Patient from JSON. Raises Trouble where it is none."""
    try:
        patient = json.loads(text)
    except ValueError:
        patient = None
    is_patient = isinstance(patient, dict) and patient.get("resourceType") == "Patient"
    if not is_patient:
        raise Trouble(NO_PATIENT)
    found: dict[str, Any] = patient
    return found


def read_patient(patient: Mapping[str, Any]) -> dict[str, str | None]:
    """Read the fields of a FHIR Patient that tell who it is."""
    name = _first(patient.get("name"))
    parts = [*(name.get("given") or ()), name.get("family") or ""]
    address = _first(patient.get("address"))
    lines = "".join(address.get("line") or ())
    area = "".join(address.get(part) or "" for part in ("state", "city", "district"))
    phones = [t for t in patient.get("telecom") or () if t.get("system") == "phone"]
    return {
        "name": name.get("text") or _written(parts) or None,
        "sex": patient.get("gender"),
        "birth": patient.get("birthDate"),
        "identity_number": _first(patient.get("identifier")).get("value"),
        "phone": _first(phones).get("value"),
        "address": address.get("text") or f"{area}{lines}" or None,
        "postcode": address.get("postalCode"),
    }


def _written(parts: list[str]) -> str:
    """Write a name in one: the family first and without spaces where it is Chinese."""
    *given, family = parts
    if family and "\u3400" <= family[0] <= "\u9fff":
        return family + "".join(given)
    return " ".join([*given, family]).strip()


def _first(several: Any) -> Mapping[str, Any]:
    """Return the first of several elements, or an empty one."""
    found: Mapping[str, Any] = several[0] if several else {}
    return found


def _grade(p: float) -> str:
    """Name the grade of a probability."""
    return next(name for least, name in _GRADES if p >= least)


def _entry(person: int, p: float, grade: str) -> dict[str, Any]:
    """Write one entry of the Bundle."""
    return {
        "resource": {"resourceType": "Patient", "id": str(person)},
        "search": {
            "extension": [{"url": GRADE, "valueCode": grade}],
            "mode": "match",
            "score": round(p, 4),
        },
    }
