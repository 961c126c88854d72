"""A card on identity: two records side by side, and nothing of them in the clear."""

from pathlib import Path

import pyarrow as pa
from fastapi.testclient import TestClient

from datong.link.judged import ONE, judge
from datong.link.registry import Registry
from datong.store.decisions import Card, Filter, propose, queue
from tests.serve.conftest import Signed

AT = "2026-01-01T00:00:00"
FACTS = {"name": ("李小红", "李晓红"), "phone": ("13922223333", "13922223333")}


def test_two_records_stand_side_by_side_masked(
    client: TestClient, signed: Signed, tmp_path: Path
) -> None:
    who = pa.table(
        {"organization": ["h"] * 2, "system": ["s"] * 2, "value": ["1", "2"]}
    )
    facts = pa.concat_tables([
        who.append_column("type", [[kind] * 2]).append_column("text", [list(texts)])
        for kind, texts in FACTS.items()
    ])  # fmt: skip
    registry = Registry(tmp_path)
    found = registry.resolve(who, facts, [], AT).persons["person"].to_pylist()
    store = client.app.state.datong.store  # type: ignore[attr-defined]  # Starlette's
    propose(store, [Card(judge(registry.log, found[0], found[1], ONE), score=0.5)])
    number = queue(store, Filter(room="link"))[0].id
    page = signed("steward").get(f"/review/{number}").text
    assert "李***" in page
    assert "***3333" in page
    for texts in FACTS.values():
        assert not any(text in page for text in texts)
