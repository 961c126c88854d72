"""The index that lives: new records find their persons, and nothing else changes."""

import numpy as np
import pyarrow as pa
import pytest

from bench.population import population
from datong.core.reason import Trouble
from datong.link.kinds import Kind
from datong.link.linkage import link
from datong.link.live import Live
from datong.link.match import match
from datong.link.measure import measure
from datong.link.review import queue

FIELDS = {
    "name": Kind.FULL_NAME,
    "sex": Kind.SEX,
    "birth_date": Kind.BIRTH_DATE,
    "id_number": Kind.IDENTITY,
    "phone": Kind.PHONE,
    "address": Kind.ADDRESS,
}
OLD = 5_000


@pytest.fixture(scope="module")
def people() -> pa.Table:
    return population(6_000, seed=11)


def added(people: pa.Table, step: int) -> tuple[np.ndarray, Live]:
    """Link the first records, then add the others in steps."""
    run = link(people.slice(0, OLD), FIELDS)
    live = Live(run)
    parts = [
        live.add(people.slice(k, step)).person for k in range(OLD, len(people), step)
    ]
    return np.concatenate([run.person, *parts]), live


def test_new_records_find_their_persons(people: pa.Table) -> None:
    person, _ = added(people, 250)
    scores = measure(person, people["person"].to_numpy())
    assert scores.precision > 0.995
    assert scores.recall > 0.95


def test_the_size_of_batches_changes_little(people: pa.Table) -> None:
    many, _ = added(people, 500)
    few, _ = added(people, 50)
    assert measure(many, few).f1 > 0.999


def test_two_verified_numbers_stay_apart(people: pa.Table) -> None:
    _, live = added(people, 250)
    for rows in live.members.values():
        assert len({int(n) for n in live.number[rows] if n >= 0}) <= 1


def test_looking_leaves_nothing_behind(people: pa.Table) -> None:
    _, live = added(people, 500)
    last, size, members = live.last, live.table.size, dict(live.members)
    found = live.find(people.slice(0, 3))
    again = live.find(people.slice(0, 3))
    assert found == again
    assert found[0]
    assert found[0][0][1] >= live.theta
    assert (live.last, live.table.size, live.members) == (last, size, members)


@pytest.fixture(scope="module")
def desk() -> tuple[pa.Table, Live]:
    """An index with the columns that `$match` knows."""
    people = population(3_000, seed=4)
    names = {"birth_date": "birth", "id_number": "identity_number"}
    people = people.rename_columns(names)
    fields = {names.get(name, name): kind for name, kind in FIELDS.items()}
    return people, Live(link(people, fields))


def asked(row: dict[str, str]) -> dict[str, object]:
    """Write a record as a FHIR Patient."""
    return {
        "resourceType": "Patient",
        "name": [{"text": row["name"]}],
        "gender": {"男": "male", "女": "female"}[row["sex"]],
        "birthDate": row["birth"],
        "identifier": [{"value": row["identity_number"]}],
        "telecom": [{"system": "phone", "value": row["phone"]}],
        "address": [{"text": row["address"]}],
    }


def test_match_finds_the_person(desk: tuple[pa.Table, Live]) -> None:
    people, live = desk
    rows = [
        (at, row)
        for at, row in enumerate(people.to_pylist())
        if row["identity_number"] and row["phone"] and not row["trap"]
    ]
    for at, row in rows[:20]:
        best = match(live, asked(row))["entry"][0]
        own = live.person[live.table.row_of[at]]
        assert best["resource"]["id"] == str(own)
        assert best["search"]["score"] > 0.9


def test_match_refuses_a_trawl(desk: tuple[pa.Table, Live]) -> None:
    _, live = desk
    with pytest.raises(Trouble, match="LINK-WEAK"):
        match(live, {"name": [{"family": "张", "given": ["伟"]}]})
    answer = match(live, {"name": [{"text": "查无此人"}], "birthDate": "1901-02-03"})
    assert answer["total"] == 0


def test_doubtful_pairs_wait_for_a_person() -> None:
    run = link(population(5_000, seed=12), FIELDS)
    tasks = queue(run, most=5)
    assert 0 < len(tasks) <= 5
    assert len({task.decision.subject for task in tasks}) == len(tasks)
    for task in tasks:
        one, two = map(int, task.decision.subject.split("+"))
        assert one != two
        assert task.decision.effect.persons == 2
        assert task.decision.evidence
