"""The doors of a project's persons: decide, run, look back, erase."""

import json
from pathlib import Path

import pyarrow as pa
import pytest
from click.testing import CliRunner, Result

from datong.link.registry import Registry
from datong.link.survivors import golden_of
from datong.run.persons import Persons
from datong.run.project import Project
from datong.serve.cli import main

PEOPLE = {
    "H1": "no,name,sex,born,card,phone\n"
    "1,王建国,1,1961-03-04,11010519491231002X,13911112222\n"
    "2,李小红,2,1980-07-08,,13922223333\n"
    "3,赵丽,2,1990-01-02,,13933334444\n",
    "H2": "no,name,sex,born,card,phone\n"
    "7,王建国,1,1961-03-04,11010519491231002X,13911112222\n"
    "8,李晓红,2,1980-08-07,,13955556666\n"
    "9,,2,1980,,\n",
}
MAPPING = """
edition = "2026-01-01"
reads = "his.patients"
grain = ["no"]
zone = "Asia/Shanghai"

[files]
glob = "patients*.csv"

[person]
system = "his.patient"
value = '"no"'

[[record]]
kind = "person"
[record.set]
birth = '''partial_of("born", '%Y-%m-%d', '%Y')'''
[record.code]
sex = { code = '''"sex"''', system = "GB/T 2261.1" }
"""
FACT = """
[[record]]
kind = "identifier"
when = '''trim("{column}") <> '''''
[record.set]
value = '''"{column}"'''
[record.code]
type = {{ code = ''''{kind}'''', system = "house" }}
"""
TOML = """
[project]
name = "两家医院"
[[organization]]
id = "H1"
name = "一院"
folder = "silos/H1"
mappings = "mappings"
[[organization]]
id = "H2"
name = "二院"
folder = "silos/H2"
mappings = "mappings"
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two hospitals that hand patients over, run once."""
    root = tmp_path_factory.mktemp("two")
    (root / "datong.toml").write_text(TOML, "utf-8")
    (root / "mappings").mkdir()
    facts = {"name": "name", "card": "id_card", "phone": "phone"}
    parts = [FACT.format(column=c, kind=k) for c, k in facts.items()]
    (root / "mappings/patients.toml").write_text("".join([MAPPING, *parts]), "utf-8")
    for hospital, text in PEOPLE.items():
        (root / "silos" / hospital).mkdir(parents=True)
        (root / "silos" / hospital / "patients.csv").write_text(text, "utf-8")
    Project(root).run()
    return root


def asked(project: Path, *words: str, given: str = "") -> Result:
    return CliRunner().invoke(main, [*words, "-p", str(project)], input=given)


def persons(project: Path) -> dict[str, int]:
    """Return the key of each patient, by hospital and number."""
    from datong.link.keys import keys_of  # noqa: PLC0415 - only here

    rows = keys_of(project).to_pylist()
    return {f"{r['organization']}/{r['value']}": r["person"] for r in rows}


def counted(project: Path) -> int:
    """Count the persons of the published view."""
    with Project(project).read() as reader:
        return int(reader.query("select count(*) n from person").to_pylist()[0]["n"])


def test_decisions_reach_the_published_tables(project: Path) -> None:
    found = persons(project)
    assert found["H1/1"] == found["H2/7"]
    assert len(set(found.values())) == 5
    assert counted(project) == 5
    one, two = str(found["H1/2"]), str(found["H2/8"])

    shown = asked(project, "link", "merge", one, two, "--dry-run")
    assert "2 records of 2 persons" in shown.output
    first = asked(project, "link", "merge", one, two, "--who", "ann", "--why", "called")
    assert first.exit_code == 0
    assert "asks for two persons" in first.output
    waiting = json.loads(asked(project, "link", "history", two, "--json").output)
    assert waiting["now"] == int(two)
    again = asked(project, "link", "merge", one, two, "--who", "ann")
    assert again.exit_code == 1  # one person cannot agree twice
    merged = asked(project, "link", "merge", two, one, "--who", "bob")
    assert "Decided" in merged.output
    assert "LINK-PERSON" in asked(project, "link", "merge", one, two).output
    told = json.loads(asked(project, "link", "history", two, "--json").output)
    assert told["now"] == int(one)
    assert told["events"][-1]["deed"] == "merged"
    report = Project(project).run()
    assert report.is_new
    assert report.rested > 0
    assert counted(project) == 4
    assert not Project(project).run().is_new


def test_what_was_joined_is_parted(project: Path) -> None:
    found = persons(project)
    one, two = str(found["H1/2"]), "4"
    assert json.loads(asked(project, "link", "history", two, "--json").output)[
        "now"
    ] == int(one)
    parted = asked(project, "link", "unmerge", two, "--who", "ann")
    assert "waits for a second person" in parted.output
    waiting = asked(project, "review", "list", "--room", "link", "--json").output
    number = str(next(one["id"] for one in json.loads(waiting) if "two" in str(one)))
    for who in ("ann", "bob"):
        told = asked(project, "review", "accept", number, "--who", who)
    assert told.exit_code == 0, told.output
    Project(project).run()
    assert "LINK-MERGE" in asked(project, "link", "unmerge", two).output
    asked(project, "link", "merge", one, two, "--who", "ann")
    refused = asked(project, "link", "merge", one, two, "--who", "bob")
    assert "LINK-CONTRADICTION" in refused.output


def test_what_is_erased_stays_away(project: Path) -> None:
    found = persons(project)
    two = str(found["H2/8"])
    gone = str(found["H1/3"])
    assert asked(project, "link", "erase", gone).exit_code == 2
    assert asked(project, "link", "erase", gone, "--yes").exit_code == 0
    assert "LINK-PERSON" in asked(project, "link", "erase", gone, "--yes").output
    ledger = {str(line["step"]): line for line in Project(project).run().ledger}
    assert ledger["map:H1/his.patients"]["silent"] == 1
    assert ledger["link:persons"]["silent"] == 1
    assert counted(project) == 4
    after = persons(project)
    assert after["H2/8"] == int(two)
    assert "H1/3" not in after
    assert "erased" in asked(project, "link", "history", gone).output
    vault = project / ".datong/vault"
    kept = [p for p in vault.glob("*") if p.is_file()]
    kept += list((vault / "who").glob("*-identifier.parquet"))
    for secret in ("赵丽", "13933334444"):
        assert not any(secret.encode() in place.read_bytes() for place in kept)


def test_why_and_match_answer_for_a_project(project: Path) -> None:
    found = persons(project)
    one, two = str(found["H1/1"]), str(found["H2/8"])
    shown = asked(project, "link", "why", one, two)
    assert "two persons" in shown.output
    assert "王" not in shown.output
    assert json.loads(asked(project, "link", "why", one, two, "--json").output)["steps"]
    patient = {
        "resourceType": "Patient",
        "name": [{"text": "王建国"}],
        "identifier": [{"value": "11010519491231002X"}],
        "birthDate": "1961-03-04",
    }
    bundle = asked(project, "link", "match", "-", given=json.dumps(patient))
    best = json.loads(bundle.output)["entry"][0]
    assert best["resource"]["id"] == one
    assert best["search"]["extension"][0]["valueCode"] == "certain"


def test_a_person_has_a_golden_record(project: Path) -> None:
    found = persons(project)
    one, two = found["H1/1"], found["H2/8"]
    told = json.loads(asked(project, "link", "golden", str(one), "--json").output)
    by = {line["field"]["en"]: line for line in told["fields"]}
    assert by["name"]["value"].startswith("王")
    assert "王建国" not in str(told)
    assert by["name"]["source"].startswith("H")
    assert "#" in by["name"]["source"]
    clear = golden_of(Registry(project), [one], project)
    assert clear["name"].value == "王建国"
    both = golden_of(Registry(project), [one, two], project)
    assert both["name"].conflicts
    assert "name" in asked(project, "link", "golden", str(one), str(two)).output
    (project / "golden.toml").write_text('name = ["H2"]\n', "utf-8")
    preferred = golden_of(Registry(project), [one, two], project)["name"]
    assert (preferred.source[:2], preferred.rule) == ("H2", "H2")
    (project / "golden.toml").write_text("name = 1\n", "utf-8")
    assert "LINK-RULES" in asked(project, "link", "golden", str(one)).output
    (project / "golden.toml").unlink()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("link", "history", "999"), "LINK-PERSON"),
        (("link", "merge", "1", "999"), "LINK-PERSON"),
        (("link", "merge", "1", "1"), "LINK-PERSON"),
        (("link", "unmerge", "999"), "LINK-MERGE"),
        (("link", "why", "1", "999"), "LINK-PERSON"),
        (("link", "golden", "999"), "LINK-PERSON"),
        (("link", "why", "1"), "two numbers"),
        (("link", "match", "-"), "LINK-PATIENT"),
    ],
)
def test_mistakes_are_told(project: Path, words: tuple[str, ...], said: str) -> None:
    answer = asked(project, *words, given="[]")
    assert answer.exit_code
    assert said in answer.output
    assert "Traceback" not in answer.output


def test_who_arrives_is_found_before_the_next_run(project: Path) -> None:
    patient = {"name": "钱学文", "birth": "1957-05-05", "phone": "13977778888"}
    who = pa.table({"organization": ["H1"], "system": ["his.patient"], "value": ["55"]})
    facts = pa.concat_tables(
        [
            who.append_column("type", [[kind]]).append_column("text", [[text]])
            for kind, text in patient.items()
        ]
    )
    persons = Persons(Project(project))
    arrived = persons.arrive(who, facts)
    key = arrived.persons["person"][0].as_py()
    assert persons.registry.log.state.members(key)
    asked_for = {
        "resourceType": "Patient",
        "name": [{"text": "钱学文"}],
        "birthDate": "1957-05-05",
        "telecom": [{"system": "phone", "value": "13977778888"}],
    }
    found = Persons(Project(project)).match(asked_for)["entry"]
    assert found[0]["resource"]["id"] == str(key)


def test_who_arrives_by_the_terminal_is_explained(
    project: Path, tmp_path: Path
) -> None:
    table = tmp_path / "today.csv"
    head = "organization,system,value,name,sex,birth,id_card,phone\n"
    known = "H2,his.patient,70,王建国,1,1961-03-04,11010519491231002X,13911112222\n"
    new = "H2,his.patient,71,司马相如,1,1999-09-09,,13000001111\n"
    table.write_text(head + known + new, "utf-8")
    told = json.loads(asked(project, "link", "arrive", str(table), "--json").output)
    old, fresh = told
    assert old["person"] == persons(project)["H1/1"] == old["beside"]
    assert not old["is_new"]
    assert sum(step["bits"] for step in old["evidence"]["steps"]) == pytest.approx(
        old["evidence"]["score"]
    )
    assert fresh["is_new"]
    assert fresh["person"] not in set(persons(project).values())
    shown = asked(project, "link", "arrive", str(table))  # known by now
    assert f"H2 70: person {old['person']}" in shown.output
    # A run that brings them finds the keys that they were given.
    silo = project / "silos" / "H2" / "patients.csv"
    row = "71,司马相如,1,1999-09-09,,13000001111\n"
    silo.write_text(PEOPLE["H2"] + row, "utf-8")
    Project(project).run()
    assert persons(project)["H2/71"] == fresh["person"]
    table.write_text("organization,value\nH2,1\n", "utf-8")
    assert "LINK-FIELD" in asked(project, "link", "arrive", str(table)).output
