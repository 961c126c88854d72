"""Corners that real deliveries found."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from datong.core.say import Say
from datong.run.progress import Silence
from datong.run.project import Project
from datong.serve.cli import main

MAPPING = """
edition = "1"
reads = "lab.{table}"
grain = ["code"]
[files]
glob = "{table}.csv"
[person]
system = "lab.patient"
value = '"raw"'
[[record]]
kind = "{kind}"
[record.set]
{number} = '"code"'
time = '''time_of("field", '%Y-%m-%d')'''
{extra}
[record.code]
item = {{ text = '"value"', system = "lab.item" }}
type = {{ code = "'drug'", system = "house" }}
[ignored]
"scope" = "says nothing"
"""
PEOPLE = """
edition = "1"
reads = "lab.people"
grain = ["raw"]
[files]
glob = "people.csv"
[person]
system = "lab.patient"
value = '"raw"'
[[record]]
kind = "person"
[record.set]
birth = '"born"'
"""


class Heard(Silence):
    """A progress that remembers its warnings."""

    def __init__(self) -> None:
        self.warnings: list[str] = []

    def warn(self, what: Say) -> None:
        self.warnings.append(what.en)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Orders and dispensings of a system, delivered outside of the project's folder."""
    root, silo = tmp_path / "project", tmp_path / "elsewhere"
    (root / "mappings").mkdir(parents=True)
    silo.mkdir()
    (root / "datong.toml").write_text(
        f'[[organization]]\nid = "H1"\nfolder = "{silo.as_posix()}"\n'
        'mappings = "mappings"\nzone = "America/New_York"\n',
        encoding="utf-8",
    )
    order = MAPPING.format(
        table="orders", kind="order", number="order_number", extra=""
    )
    given = MAPPING.format(
        table="drugs",
        kind="dispensing",
        number="dispense_number",
        extra="order = '\"order\"'",
    ).replace("type = { code", "unit = { code")
    for name, text in (("people", PEOPLE), ("orders", order), ("drugs", given)):
        (root / "mappings" / f"{name}.toml").write_text(text, encoding="utf-8")
    tables = {
        "people.csv": "raw,born\n1,1980\n",
        "orders.csv": "raw,code,field,value,scope\n1,A,2024-01-01,[lb_av],x\n",
        "drugs.csv": "raw,code,field,value,scope,order\n"
        "1,D,2024-01-02,aspirin,x,A\n1,E,2024-02-30,aspirin,x,A\n",
        "notes.txt": "read by nobody\n",
    }
    for name, text in tables.items():
        (silo / name).write_text(text, encoding="utf-8")
    return Project(root)


def test_columns_may_have_the_names_of_our_own(project: Project) -> None:
    report = project.run()
    assert report.rejects == {"MAP-TIME": 1}
    with project.read() as reader:
        (told,) = reader.query("select field, value, raw from rejects").to_pylist()
    assert (told["field"], told["value"]) == ("time", "2024-02-30")
    assert '"value":"aspirin"' in told["raw"]


def test_a_dispensing_finds_the_order_of_its_system(project: Project) -> None:
    report = project.run()
    assert report.tables["fact_relationship"] == 2  # both ways; one has no date
    with project.read() as reader:
        sources = reader.query("select source from records.order")["source"]
    assert sources.to_pylist() == ["lab"]


def test_a_delivery_may_lie_elsewhere(project: Project) -> None:
    heard = Heard()
    project.run(heard)
    assert "No mapping reads H1/notes.txt." in heard.warnings


def test_a_cell_is_shown_as_it_is(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATONG_LANG", "en")
    project.run()
    sql = "select item_text, 1980 as year from records.order"
    answer = CliRunner().invoke(main, ["query", "-p", str(project.root), sql])
    assert "[lb_av]" in answer.output
    assert "1980" in answer.output


def test_shipped_mappings_run_in_any_zone(tmp_path: Path) -> None:
    silo = tmp_path / "silo"
    silo.mkdir()
    (silo / "a.ndjson").write_text(
        '{"resourceType":"Patient","id":"1","birthDate":"1980"}\n'
        '{"resourceType":"Encounter","id":"2","status":"finished","class":{"code":"AMB"},'
        '"subject":{"reference":"Patient/1"},"period":{"start":"2024-01-01T08:00:00Z"}}\n'
        '{"exportId":"not a resource"}\n',
        encoding="utf-8",
    )
    (tmp_path / "datong.toml").write_text(
        '[[organization]]\nid = "H1"\nfolder = "silo"\nmappings = "shipped:fhir"\n'
        'zone = "America/New_York"\n',
        encoding="utf-8",
    )
    project = Project(tmp_path)
    report = project.run()
    assert report.rejects == {"SOURCE-RESOURCE": 1}
    with project.read() as reader:
        (visit,) = reader.query("select time from records.encounter").to_pylist()
    assert str(visit["time"]) == "2024-01-01 03:00:00"
