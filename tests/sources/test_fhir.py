"""FHIR as files: NDJSON, bundles, single resources."""

import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from datong.core.ledger import Entry
from datong.engine.land import Landing
from datong.sources import fhir


def land(content: bytes, folder: Path, name: str) -> tuple[Entry, list[Any], list[Any]]:
    """Land one file."""
    file = folder / name
    file.write_bytes(content)
    with Landing(folder / "rows", folder / "rejects", 1, name) as sink:
        entry, _ = fhir.read(file, sink)
    rows = pq.read_table(folder / "rows").to_pylist()
    return entry, rows, pq.read_table(folder / "rejects").to_pylist()


def test_a_line_is_a_resource_and_keeps_its_text(tmp_path: Path) -> None:
    text = '{"resourceType" : "Patient",  "id":"1"}'
    content = f'{text}\nnonsense\n{{"id":"2"}}\n\n{text}'.encode()
    entry, rows, rejects = land(content, tmp_path, "all.ndjson")
    assert [(row["_row"] & 0xFF, row["type"]) for row in rows] == [
        (1, "Patient"),
        (4, "Patient"),
    ]
    assert rows[0]["resource"] == text
    assert [r["code"] for r in rejects] == ["SOURCE-JSON", "SOURCE-RESOURCE"]
    assert entry == Entry("land", 5, 2, rejected=2, framing=1)


def test_a_bundle_is_taken_apart_and_its_references_resolve(tmp_path: Path) -> None:
    bundle = {
        "resourceType": "Bundle",
        "entry": [
            {"fullUrl": "urn:uuid:a", "resource": {"resourceType": "Patient"}},
            {
                "fullUrl": "urn:uuid:b",
                "resource": {
                    "resourceType": "Condition",
                    "id": "c",
                    "subject": {"reference": "urn:uuid:a"},
                },
            },
            {"request": {"method": "DELETE"}},
        ],
    }
    content = json.dumps(bundle).encode()
    entry, rows, _ = land(content, tmp_path, "bundle.json")
    assert entry.read == entry.kept == 2
    assert json.loads(rows[0]["resource"])["id"] == "a"
    subject = json.loads(rows[1]["resource"])["subject"]
    assert subject == {"reference": "Patient/a"}


def test_a_bundle_that_was_cut_is_one_reject(tmp_path: Path) -> None:
    entry, rows, rejects = land(b'{"resourceType": "Bun', tmp_path, "cut.json")
    assert rows == []
    assert rejects[0]["code"] == "SOURCE-JSON"
    assert entry == Entry("land", 1, 0, rejected=1)


def test_the_smart_export_is_landed_whole(real_data: Path, tmp_path: Path) -> None:
    folder = real_data / "cdm" / "smart-bulk-fhir-10"
    for file in sorted(folder.glob("[A-Z]*.ndjson")):
        lines = sum(1 for line in file.read_bytes().splitlines() if line.strip())
        entry, rows, rejects = land(file.read_bytes(), tmp_path, file.name)
        assert (entry.kept, len(rejects)) == (lines, 0), file.name
        assert {row["type"] for row in rows} == {file.name.partition(".")[0]}
