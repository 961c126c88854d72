"""The master index of a project: keys that last, decisions that hold, erasure."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from bench.population import population
from datong.core.decision import State
from datong.core.reason import Trouble
from datong.link import facts
from datong.link.arrivals import Arrivals
from datong.link.events import Deed
from datong.link.judged import ONE, TWO, Judgement, judge
from datong.link.registry import Registry, Resolved

AT = "2026-01-01T00:00:00"
TYPES = {
    "name": "name",
    "sex": "sex",
    "birth_date": "birth",
    "id_number": "id_card",
    "phone": "phone",
    "address": "address",
}


@pytest.fixture(scope="module")
def people() -> pa.Table:
    return population(1_500, seed=7)


def told(people: pa.Table) -> tuple[pa.Table, pa.Table]:
    """Write records as the run collects them: who, and facts."""
    who = pa.table(
        {
            "organization": pc.binary_join_element_wise(
                pa.repeat("h", len(people)), people["hospital"].cast(pa.string()), ""
            ),
            "system": pa.repeat("his", len(people)),
            "value": people["record"].cast(pa.string()),
        }
    )
    facts = [
        who.append_column("type", pa.repeat(kind, len(who)))
        .append_column("text", people[name].cast(pa.string()))
        .filter(pc.is_valid(people[name]))
        for name, kind in TYPES.items()
    ]
    return who, pa.concat_tables(facts)


def resolved(
    root: Path, people: pa.Table, *judgements: Judgement
) -> tuple[Registry, Resolved]:
    registry = Registry(root)
    return registry, registry.resolve(*told(people), judgements, AT)


def groups(found: Resolved) -> dict[int, int]:
    """Count the records of each person."""
    counted = found.persons["person"].value_counts().to_pylist()
    return {one["values"]: one["counts"] for one in counted}


def judgement(registry: Registry, one: int, two: int, deed: str) -> Judgement:
    decision = judge(registry.log, one, two, deed)
    return Judgement(1, replace(decision, state=State.ACCEPTED, who="ann"))


def test_keys_last(people: pa.Table, tmp_path: Path) -> None:
    _, half = resolved(tmp_path, people.slice(0, 1_000))
    registry, whole = resolved(tmp_path, people)
    _, again = resolved(tmp_path, people)
    assert whole.is_new
    assert not again.is_new
    assert again.persons.equals(whole.persons)
    assert whole.entry.read == len(people) == whole.entry.kept + whole.entry.merged
    rows = [{tuple(row)[:3]: row[3] for row in zip(*t.columns, strict=True)}
            for t in (half.persons, whole.persons)]  # fmt: skip
    old, new = ({k: v.as_py() for k, v in one.items()} for one in rows)
    kept = sum(new[source] == key for source, key in old.items())
    assert kept > 0.98 * len(old)
    living = set(new.values())
    assert all(registry.log.state.resolve(key) in living for key in old.values())


def test_what_is_worked_again_is_the_same(people: pa.Table, tmp_path: Path) -> None:
    registry, first = resolved(tmp_path, people)
    order = pa.array(range(len(people) - 1, -1, -1))
    who, facts = told(people.take(order))
    again = registry.resolve(who, facts, [], AT, fresh=True)
    assert again.is_new
    assert again.persons.equals(first.persons)
    assert len(registry.log.events) == 1


def test_a_merge_holds_and_comes_undone(people: pa.Table, tmp_path: Path) -> None:
    registry, first = resolved(tmp_path, people)
    one, two = sorted(groups(first))[:2]
    merge = judgement(registry, one, two, ONE)
    assert merge.decision.effect.rows == groups(first)[one] + groups(first)[two]
    registry, merged = resolved(tmp_path, people, merge)
    assert groups(merged)[one] == merge.decision.effect.rows
    assert two not in groups(merged)
    assert registry.log.state.resolve(two) == one
    assert not resolved(tmp_path, people, merge)[1].is_new
    apart = judgement(registry, one, two, TWO)
    registry, back = resolved(tmp_path, people, replace(apart, number=2))
    assert back.persons.equals(first.persons)
    assert list(registry.log.state.parted())
    assert registry.log.as_of(2).resolve(two) == one
    deeds = [event.deed for event in registry.log.history(two)]
    assert deeds[-2:] == [Deed.MERGED, Deed.UNMERGED]


def test_what_contradicts_is_told_and_left_out(
    people: pa.Table, tmp_path: Path
) -> None:
    registry, first = resolved(tmp_path, people)
    one, two = sorted(groups(first))[:2]
    apart = judgement(registry, one, two, TWO)
    one_person = replace(judgement(registry, one, two, ONE), number=2)
    _, found = resolved(tmp_path, people, apart, one_person)
    assert [t.reason.code for t in found.troubles] == ["LINK-CONTRADICTION"]
    assert found.persons.equals(first.persons)


def test_nobody_is_judged_who_is_not_there(people: pa.Table, tmp_path: Path) -> None:
    registry, first = resolved(tmp_path, people)
    one = min(groups(first))
    for pair in ((one, one), (one, 999_999)):
        with pytest.raises(Trouble, match="LINK-PERSON"):
            judge(registry.log, *pair, ONE)


def test_few_patients_are_read_as_many_are(
    people: pa.Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The plain way and the engine's say the same, of facts that contradict too."""
    who, told_facts = told(people.slice(0, 30))
    more = [("name", "王 一"), ("id_card", " 11010519491231002x "), ("name", "  ")]
    more += [("id_card", "440524188001010014"), ("passport", "E1"), ("military", "A2")]
    twice = [
        who.slice(k, n)
        .append_column("type", pa.repeat(kind, n))
        .append_column("text", pa.repeat(text, n))
        for k, (kind, text) in enumerate(more)
        for n in (1, 4)
    ]
    some = pa.concat_tables([told_facts.slice(0, 120), *twice])
    source = who.append_column("key", pa.array(range(len(who), 0, -1)))
    monkeypatch.setattr(facts, "FEW", 10_000)
    few = facts.people_of(source, some)
    monkeypatch.setattr(facts, "FEW", 0)
    assert facts.people_of(source, some).to_pylist() == few.to_pylist()


def test_older_vaults_keep_their_keys(people: pa.Table, tmp_path: Path) -> None:
    _, first = resolved(tmp_path / "new", people)
    shifted = pc.add(first.persons["person"], 5_000)
    old = first.persons.set_column(3, "person", shifted)
    registry = Registry(tmp_path / "old")
    registry.vault.write("person", old)
    found = registry.resolve(*told(people), [], AT)
    assert found.persons.equals(old)


def test_a_patient_of_two_numbers_has_none(tmp_path: Path) -> None:
    who = pa.table({"organization": ["h"], "system": ["s"], "value": ["1"]})
    both = pa.concat_tables([who, who])
    texts = ["11010519491231002X", "440524188001010014"]
    facts = both.append_column("type", [["id_card", "id_card"]])
    registry = Registry(tmp_path)
    registry.resolve(who, facts.append_column("text", [texts]), [], AT)
    assert registry.people()["identity_number"].to_pylist() == [None]


def test_nobody_and_nothing(tmp_path: Path) -> None:
    texts = pa.schema([(n, pa.string()) for n in ("organization", "system", "value")])
    facts = pa.schema([*texts, ("type", pa.string()), ("text", pa.string())])
    who = pa.table({"organization": ["h"], "system": ["s"], "value": ["1"]})
    for rows in (texts.empty_table(), who):
        found = Registry(tmp_path).resolve(rows, facts.empty_table(), [], AT)
        assert found.persons.num_rows == len(rows)


def test_a_newborn_finds_its_mother(tmp_path: Path) -> None:
    rows = [("1", "王芳", "2", "1990-01-01", "13911112222"),
            ("2", "王芳之女", "2", "2026-01-01", "13911112222"),
            ("3", "王芳", "2", "1991-01-01", "13933334444"),
            ("4", "李娜之子", "1", "2026-01-01", "13955556666")]  # fmt: skip
    who = pa.table({"organization": ["h"] * 4, "system": ["s"] * 4,
                    "value": [row[0] for row in rows]})  # fmt: skip
    facts = pa.concat_tables([
        who.append_column("type", [[kind] * 4])
        .append_column("text", [[row[at] for row in rows]])
        for at, kind in enumerate(("name", "sex", "birth", "phone"), 1)
    ])  # fmt: skip
    registry = Registry(tmp_path)
    found = registry.resolve(who, facts, [], AT)
    assert len(set(found.persons["person"].to_pylist())) == 4
    keys = {
        row["value"]: row["key"] for row in registry.vault.read("source").to_pylist()
    }
    assert registry.vault.read("family").to_pylist() == [
        {"child": keys["2"], "mother": keys["1"], "shared": 1}
    ]


def test_who_arrives_is_known_kept_and_can_be_erased(
    people: pa.Table, tmp_path: Path
) -> None:
    old, new = people.slice(0, 600), people.slice(600, 60)
    registry, first = resolved(tmp_path, old)
    arrivals = Arrivals(registry)
    found = arrivals.add(*told(new), AT).persons
    again = arrivals.add(*told(new), AT).persons
    assert again.equals(found)
    known = set(groups(first))
    keys = found["person"].to_pylist()
    assert any(key in known for key in keys)
    assert any(key not in known for key in keys)
    # Opened anew, as after a kill: the log and the journal know them.
    registry = Registry(tmp_path)
    opened = Arrivals(registry)
    assert (
        opened.live.person[-len(new) :].tolist()
        == arrivals.live.person[-len(new) :].tolist()
    )
    assert opened.add(*told(new), AT).persons.equals(found)


KILLED = """
import os, sys
from pathlib import Path
sys.path.insert(0, {root!r})
from bench.population import population
from datong.link.arrivals import Arrivals
from datong.link.registry import Registry
from tests.link.test_registry import AT, told
people, place = population(1_000, seed=11), Path({place!r})
registry = Registry(place)
registry.resolve(*told(people.slice(0, 960)), [], AT)
arrivals = Arrivals(registry)
parts = [arrivals.add(*told(people.slice(*part)), AT) for part in ((960, 30), (990, 1))]
print([key for part in parts for key in part.persons["person"].to_pylist()], flush=True)
with (registry.folder / "living.journal").open("ab") as file:
    file.write(b"\\x99\\x00\\x00")
os.kill(os.getpid(), 9)
"""


def test_what_was_acknowledged_is_there_after_a_kill(tmp_path: Path) -> None:
    place, root = tmp_path / "killed", str(Path(__file__).parents[2])
    code = KILLED.format(root=root, place=str(place))
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )
    assert done.returncode == -9, done.stderr
    keys = json.loads(done.stdout)
    people = population(1_000, seed=11)
    opened = Arrivals(Registry(place))
    assert sorted(opened.live.person[-31:].tolist()) == sorted(keys)
    known = opened.add(*told(people.slice(960, 31)), AT)
    assert known.persons["person"].to_pylist() == keys
    through = Registry(tmp_path / "through")
    through.resolve(*told(people.slice(0, 960)), [], AT)
    alive = Arrivals(through)
    for part in ((960, 30), (990, 1)):
        alive.add(*told(people.slice(*part)), AT)
    rest = told(people.slice(991, 9))
    assert opened.add(*rest, AT).persons.equals(alive.add(*rest, AT).persons)
    journal = opened.registry.folder / "living.journal"
    journal.write_bytes(journal.read_bytes().replace(b"ARROW", b"arrow", 1))
    with journal.open("r+b") as file:
        file.seek(60)
        file.write(b"?")
    with pytest.raises(Trouble, match="LINK-LOG"):
        Arrivals(Registry(place))


def test_numbers_of_who_arrived_stay_when_a_run_brings_them(
    people: pa.Table, tmp_path: Path
) -> None:
    registry, _ = resolved(tmp_path, people.slice(0, 600))
    came = Arrivals(registry).add(*told(people.slice(600, 40)), AT).persons
    registry, _ = resolved(tmp_path, people)
    source = registry.vault.read("source")
    assert source is not None
    numbers = {row["value"]: row["key"] for row in source.to_pylist()}
    assert len(set(numbers.values())) == len(people)
    for row in came.to_pylist():
        assert numbers[row["value"]] == row["key"]


def test_who_arrived_and_was_erased_is_in_no_file(
    people: pa.Table, tmp_path: Path
) -> None:
    new = people.slice(600, 60)
    registry, _ = resolved(tmp_path, people.slice(0, 600))
    found = Arrivals(registry).add(*told(new), AT).persons
    at = next(
        k for k, row in enumerate(new.to_pylist())
        if row["id_number"]
        and len(registry.log.state.members(person_of(row["record"], found))) == 1
    )  # fmt: skip
    number = new["id_number"][at].as_py().encode()
    assert holding(registry.folder, number)
    registry.erase(person_of(new["record"][at].as_py(), found), "ann", AT)
    assert not holding(registry.folder, number)
    reopened = Arrivals(Registry(tmp_path))
    assert len(reopened.add(*told(new), AT).persons) == len(new) - 1
    # The next delivery brings them to the run with the keys that they have.
    _, whole = resolved(tmp_path, people.slice(0, 660))
    later = {r["value"]: r["person"] for r in whole.persons.to_pylist()}
    kept = [later[r["value"]] == r["person"] for r in found.to_pylist()]
    assert sum(kept) >= len(new) - 2


def holding(folder: Path, text: bytes) -> list[Path]:
    """Find the files that hold a text."""
    files = [p for p in folder.rglob("*") if p.is_file()]
    return [p for p in files if text in p.read_bytes()]


def person_of(record: object, found: pa.Table) -> int:
    return next(
        int(r["person"]) for r in found.to_pylist() if r["value"] == str(record)
    )


def test_a_bridge_of_two_persons_is_a_decision(
    people: pa.Table, tmp_path: Path
) -> None:
    """A record that fits two persons, of two numbers, joins one; both are told."""
    rows = people.slice(0, 600).to_pylist()
    one = next(r for r in rows if r["id_number"] and r["phone"] and r["address"])
    other = next(r for r in rows if r["id_number"] and r["person"] != one["person"])
    twin = one | {"id_number": other["id_number"], "record": 9001}
    alone = [r for r in rows if r["person"] not in (one["person"], other["person"])]
    registry, first = resolved(
        tmp_path, pa.Table.from_pylist([*alone, one, twin], people.schema)
    )
    two = {person_of(r["record"], first.persons) for r in (one, twin)}
    assert len(two) == 2
    new = pa.Table.from_pylist(
        [one | {"id_number": None, "record": 9002}], people.schema
    )
    arrived = Arrivals(registry).add(*told(new), AT)
    assert arrived.persons["person"][0].as_py() in two
    assert [set(b.proposal["persons"]) for b in arrived.bridges] == [two]
    assert registry.log.state.resolve(min(two)) != registry.log.state.resolve(max(two))
