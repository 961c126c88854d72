"""The index that lives: new records find their persons, and nothing else changes."""

import numpy as np
import pyarrow as pa
import pytest

from bench.population import population
from datong.link.kinds import Kind
from datong.link.linkage import link
from datong.link.live import Live
from datong.link.measure import measure

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
