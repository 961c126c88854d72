"""What the page promises of people, care and mistakes, at about its rate."""

from collections import Counter

import numpy as np
import pytest

from datong.sample.courses import CHECKUP, INPATIENT
from datong.sample.hospitals import make_hospitals
from datong.sample.people import YEAR, People, make_people
from datong.sample.rates import rates_of
from datong.sample.records import Chunk, Place, make_chunk
from datong.sample.visits import Visits, make_visits
from datong.sample.words import words

SIZE = 6_000


@pytest.fixture(scope="module")
def people() -> People:
    return make_people(7, 0, SIZE)


@pytest.fixture(scope="module")
def visits(people: People) -> Visits:
    return make_visits(7, 0, people)[0]


@pytest.fixture(scope="module")
def chunk() -> Chunk:
    return make_chunk(Place(7, 0, SIZE, make_hospitals(6)), rates_of())


def test_surnames_come_as_often_as_in_the_nation(people: People) -> None:
    first = Counter(str(name)[0] for name in people.name[people.ethnic == "汉族"])
    table = words("surnames")
    for name, percent in list(zip(table["name"], table["percent"], strict=True))[:5]:
        assert 100 * first[str(name)] / SIZE == pytest.approx(percent, abs=1.5)


def test_some_have_minority_names_and_some_come_from_abroad(people: People) -> None:
    others = people.ethnic != "汉族"
    assert 0.01 < others.mean() < 0.035
    assert any("·" in str(name) for name in people.name[others])
    assert 0.0003 < (people.identity_type == "护照").mean() < 0.004


def test_children_have_a_mother_of_their_household_and_some_are_twins(
    people: People,
) -> None:
    child = np.flatnonzero(people.mother >= 0)
    mother = people.mother[child]
    assert len(child) > SIZE / 5
    assert not people.male[mother].any()
    assert (people.household[mother] == people.household[child]).all()
    pairs = Counter(
        zip(mother.tolist(), people.birth[child].astype(str).tolist(), strict=True)
    )
    assert max(pairs.values()) == 2


def test_people_are_born_and_die(people: People) -> None:
    assert 0.003 < (people.birth >= YEAR).mean() < 0.012
    died = ~np.isnat(people.death)
    age = people.age(np.array(YEAR), np.arange(SIZE))
    assert 0.004 < died.mean() < 0.013
    assert age[died].mean() > age.mean() + 20


def test_care_follows_age_tier_and_season(people: People, visits: Visits) -> None:
    stay = visits.kind == INPATIENT
    old = visits.age >= 75
    share = people.age(np.array(YEAR), np.arange(SIZE)) >= 75
    assert (stay & old).sum() / share.sum() > 2 * stay.sum() / SIZE
    assert (visits.slot[stay] // 2 == 2).mean() < 0.1, "few stay at the community"
    assert (visits.kind == CHECKUP).any()
    season = words("diagnoses")["season"][visits.diagnosis]
    month = visits.start.astype("datetime64[M]").astype(int) % 12 + 1
    winter = np.isin(month[season == "winter"], [1, 2, 3, 10, 11, 12]).mean()
    summer = np.isin(month[season == "summer"], [4, 5, 6, 7, 8, 9]).mean()
    assert winter > 0.6
    assert summer > 0.6


@pytest.mark.parametrize(
    ("mistake", "table", "column"),
    [
        ("name_homophone", "patients", "registration"),
        ("name_space", "patients", "registration"),
        ("phone_missing", "patients", "registration"),
        ("phone_placeholder", "patients", "registration"),
        ("birth_day_month", "patients", "registration"),
        ("sex_wrong", "patients", "registration"),
        ("address_missing", "patients", "registration"),
        ("value_missing", "results", "result"),
        ("cancelled", "results", "result"),
        ("reported_late", "results", "result"),
        ("code_missing", "diagnoses", "diagnosis"),
        ("twice", "orders", "row"),
    ],
)
def test_mistakes_come_at_their_rate(
    chunk: Chunk, mistake: str, table: str, column: str
) -> None:
    rates = rates_of()
    slot = np.asarray(chunk.tables[table]["slot"])
    factor = np.repeat(list(rates["tier"].values()), 2)
    wanted = rates[column][mistake] * factor[slot].sum()
    made = chunk.truth["mistakes"]
    found = ((made["mistake"] == mistake) & (made["table"] == table)).sum()
    assert found == pytest.approx(wanted, abs=4.5 * np.sqrt(wanted) + 1)


def test_every_mistake_of_the_rates_happens() -> None:
    often = {
        table: {
            name: rate if table == "tier" else min(8 * rate, 1)
            for name, rate in one.items()
        }
        for table, one in rates_of().items()
    }
    chunk = make_chunk(Place(7, 0, 1_500, make_hospitals(6)), often)
    made = set(chunk.truth["mistakes"]["mistake"].tolist())
    named = {name for table in often.values() for name in table}
    apart = {"tertiary", "secondary", "community", "second_registration"}
    apart |= {"month_again", "broken_line"}
    assert named - apart <= made
    assert (chunk.truth["registrations"]["copy"] == 1).any()
