"""ConceptMap/$translate over HTTP: through sign-in and right, decisions counted."""

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from datong.run.project import Project
from datong.store import decisions
from datong.store.decisions import Filter, propose
from datong.terms.cards import Asked, cards
from tests.serve.conftest import Signed

PLACE = "/api/v1/fhir/ConceptMap/$translate"


@pytest.fixture
def reviewer(signed: Signed, tmp_path: Path) -> TestClient:
    """A steward of a project with one code table."""
    (tmp_path / "codes.csv").write_text("code,name\nJ18.9,肺炎\nI10,高血压\n", "utf-8")
    (tmp_path / "datong.toml").write_text(
        '[[organization]]\nid = "H"\nfolder = "h"\nmappings = "m"\n'
        '[[terms]]\nfields = ["diagnosis.diagnosis"]\n'
        'table = "codes.csv"\nsystem = "ICD-10"\nedition = "2019"\n',
        "utf-8",
    )
    return signed("steward")


def told(answer: dict[str, object]) -> tuple[bool, list[tuple[str, str]]]:
    """Take result and matches (equivalence, code) out of a Parameters resource."""
    listed = answer["parameter"]
    assert isinstance(listed, list)
    values = {one["name"]: one for one in listed}
    parts = [{p["name"]: p for p in one["part"]} for one in listed if "part" in one]
    found = [
        (p["equivalence"]["valueCode"], p["concept"]["valueCoding"]["code"])
        for p in parts
    ]
    return values["result"]["valueBoolean"], found


def test_a_word_is_translated(reviewer: TestClient) -> None:
    answer = reviewer.get(PLACE, params={"text": "肺 炎。", "targetsystem": "ICD-10"})
    assert answer.headers["content-type"].startswith("application/fhir+json")
    assert told(answer.json()) == (True, [("equivalent", "J18.9")])
    concept = {"name": "codeableConcept", "valueCodeableConcept": {"text": "重症肺炎"}}
    body = {"resourceType": "Parameters", "parameter": [concept]}
    is_sure, found = told(reviewer.post(PLACE, json=body).json())
    assert (is_sure, found[0]) == (False, ("inexact", "J18.9"))


def test_a_decision_counts_at_once(reviewer: TestClient, tmp_path: Path) -> None:
    params = {"text": "重症肺炎"}
    assert not told(reviewer.get(PLACE, params=params).json())[0]
    store, near = Project(tmp_path).store, {"code": "I10", "name": "高血压"}
    row = {"text": "重症肺炎", "codes": "I10", "names": "高血压", "score": 0.5}
    row |= {"reason": "near", "reason_zh": "近", "decision": "ask", "rows": 1}
    row |= {"persons": 1, "money": 0, "candidates": [{**near, "chance": 0.5}]}
    propose(store, cards(Asked("diagnosis.diagnosis", "ICD-10", "2019"), [row]))
    card = decisions.queue(store, Filter(room="terms"), 1)[0]
    decisions.decide(store, card.id, decisions.Verdict("accept", "steward"))
    assert told(reviewer.get(PLACE, params=params).json()) == (
        True,
        [("equivalent", "I10")],
    )


def test_what_is_asked_wrongly_is_told(reviewer: TestClient) -> None:
    asked = {"": "SERVE-NO-TEXT", "肺炎": "SERVE-TERMS"}
    for text, code in asked.items():
        params = {"text": text, "targetsystem": "LOINC"}
        answer = reviewer.get(PLACE, params=params)
        assert (answer.status_code, answer.json()["code"]) == (400, code)
    for body in ({"parameter": 1}, {"parameter": [{"name": "coding"}, 3]}):
        assert reviewer.post(PLACE, json=body).json()["code"] == "SERVE-NO-TEXT"


def test_only_reviewers_are_answered(signed: Signed, client: TestClient) -> None:
    assert client.get(PLACE, params={"text": "肺炎"}).status_code == 401
    assert signed("auditor").get(PLACE, params={"text": "肺炎"}).status_code == 403
