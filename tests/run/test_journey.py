"""The main job, end to end: silos in, one release out, and the way back."""

from collections import defaultdict
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from datong.run.digest import digest
from datong.run.project import Project
from datong.run.trace import Tracer


def test_every_source_row_is_in_the_ledger(region: Path) -> None:
    """What was landed is what the mappings read, organization by organization."""
    ledger = next(iter(Project(region).releases.all())).ledger
    landed: dict[str, int] = defaultdict(int)
    mapped: dict[str, int] = defaultdict(int)
    for entry in ledger:
        stage, _, rest = str(entry["step"]).partition(":")
        organization = rest.partition("/")[0]
        if stage == "land":
            landed[organization] += int(str(entry["kept"]))
        elif stage == "map":
            mapped[organization] += int(str(entry["read"]))
    assert len(landed) == 3
    assert landed == mapped


def test_the_view_accounts_for_every_record(region: Path) -> None:
    with Project(region).read() as reader:
        ledger = reader.query("from ledger.entries").to_pylist()
        rows = reader.tables()
    accounted = {e["step"].removeprefix("omop:"): e["read"] for e in ledger}
    for name, count in rows.items():
        kind = name.removeprefix("records.")
        if name.startswith("records.") and kind in accounted:
            assert accounted[kind] == count, kind


def test_no_identifier_leaves_the_vault(region: Path) -> None:
    """No name, number, phone or address of a patient is a text of a release."""
    vault = sorted((region / ".datong/vault/records/identifier").glob("*.parquet"))
    secrets = {v for f in vault for v in pq.read_table(f)["value"].to_pylist()}
    assert len(secrets) > 500
    looked = 0
    with Project(region).read() as reader:
        for name in reader.tables():
            if name == "ledger.rejects":
                continue  # the quarantine is identifying, and lies at the vault's grade
            schema, table = name.split(".")
            for field in reader.query(f'from {schema}."{table}" limit 0').schema:
                if field.type == pa.string():
                    sql = f'select distinct "{field.name}" as t from {schema}."{table}"'
                    told = set(reader.query(sql)["t"].to_pylist())
                    assert not told & secrets, (name, field.name)
                    looked += 1
    assert looked > 100


def test_a_value_leads_to_its_source_line_and_back(region: Path) -> None:
    project = Project(region)
    with project.read() as reader:
        tracer = Tracer(project.settings, reader)
        asked = reader.query(
            "select measurement_id, value_source_value, source_row from measurement"
            " join ledger.lineage on target = measurement_id"
            " and target_table = 'measurement' where value_source_value is not null"
            " using sample 20 (reservoir, 5)"
        ).to_pylist()
        assert asked
        for row in asked:
            (trace,) = tracer.value("measurement", row["measurement_id"])
            assert trace.place.line > 0
            assert row["value_source_value"] in trace.place.text
            back = tracer.line(trace.place.file, trace.place.line)
            assert row["source_row"] == back.records[0]["_row"]
            ids = [one["measurement_id"] for one in back.rows["measurement"]]
            assert row["measurement_id"] in ids


def test_all_that_is_known_is_the_release(region: Path) -> None:
    """As known long after everything: the view over all hospitals, made on asking."""
    project = Project(region)
    with project.read() as reader:
        whole = digest(reader)
    with project.read(as_known_on=date(2999, 1, 1)) as reader:
        known = digest(reader)
    assert len([name for name in known if name.startswith("omop.")]) > 20
    for name, told in known.items():
        if name.startswith("omop."):
            assert told == whole[name], name


def test_the_same_person_of_several_hospitals_is_one(region: Path) -> None:
    with Project(region).read() as reader:
        counted = reader.query(
            "select count(*) as records, count(distinct person) as people,"
            " (select count(*) from omop.person) as published from records.person"
        ).to_pylist()[0]
    assert counted["records"] > counted["people"] == counted["published"]


def test_running_again_changes_nothing(project: Project) -> None:
    again = project.run()
    assert again.worked == 0
    assert not again.is_new
    assert again.release == 1


def test_every_step_anew_gives_the_same_release(project: Project) -> None:
    with project.read() as reader:
        before = digest(reader)
    project.run(fresh=True)
    with project.read() as reader:
        assert digest(reader) == before


def test_a_rebuild_from_nothing_gives_the_same_release(
    region: Path, fresh: Project
) -> None:
    fresh.run()
    with fresh.read() as mine, Project(region).read() as theirs:
        assert digest(mine) == digest(theirs)
