"""Real FHIR, by the mappings that ship: the bulk export of SMART's ten patients."""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from datong.run.project import Project
from datong.run.runner import Report

ZONE = "America/New_York"
SETTINGS = """
[[organization]]
id = "SMART"
folder = "{folder}"
mappings = "shipped:fhir"
zone = "{zone}"
"""


def resources(real: Path) -> Iterator[dict[str, object]]:
    """Read every line the plain way."""
    for file in sorted((real / "cdm" / "smart-bulk-fhir-10").glob("*.ndjson")):
        for line in file.read_text("utf-8").splitlines():
            yield json.loads(line)


@pytest.fixture(scope="module")
def smart(
    real_data: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Project, Report]:
    """The export, run once."""
    root = tmp_path_factory.mktemp("smart")
    place = (real_data / "cdm" / "smart-bulk-fhir-10").as_posix()
    text = SETTINGS.format(folder=place, zone=ZONE)
    (root / "datong.toml").write_text(text, encoding="utf-8")
    project = Project(root)
    return project, project.run()


def test_every_resource_is_in_the_ledger(
    smart: tuple[Project, Report], real_data: Path
) -> None:
    held = Counter(str(r.get("resourceType", "")) for r in resources(real_data))
    read = {
        str(e["step"]).rpartition(".")[2]: e
        for e in smart[1].ledger
        if str(e["step"]).startswith("map:")
    }
    for kind, rows in held.items():
        if kind:
            assert read[kind]["read"] == rows, kind
            assert read[kind]["kept"] in (rows, 0), kind
    left = {kind for kind, entry in read.items() if entry["silent"]}
    assert left == {"Device", "Location", "PractitionerRole"}
    assert smart[1].rejects == {"SOURCE-RESOURCE": held[""]}  # the export's own log


def test_patients_and_visits_are_who_and_when_they_were(
    smart: tuple[Project, Report], real_data: Path
) -> None:
    visits = [r for r in resources(real_data) if r.get("resourceType") == "Encounter"]
    starts = sorted(
        datetime.fromisoformat(str(r["period"]["start"]))  # type: ignore[index]  # JSON
        .astimezone(ZoneInfo(ZONE))
        .replace(tzinfo=None)
        for r in visits
    )
    with smart[0].read() as reader:
        found = reader.query(
            "select visit_start_datetime as t from visit_occurrence order by 1"
        )["t"].to_pylist()
        people = reader.query("select count(*) n from person").to_pylist()[0]["n"]
        apart = reader.query(
            "select count(*) n from records.diagnosis d join records.encounter e"
            " using (encounter) where d.person <> e.person"
        ).to_pylist()[0]["n"]
        named = reader.query(
            "select count(*) n from records.diagnosis where encounter is null"
        ).to_pylist()[0]["n"]
    assert found == starts
    assert (people, apart, named) == (13, 0, 0)
