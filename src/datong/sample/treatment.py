"""What is done: orders, dispensing, administration, operations, vaccinations."""

from dataclasses import dataclass

import numpy as np

from datong.sample.chance import draw, draw_by_row, happens, ranks, stream
from datong.sample.courses import INPATIENT
from datong.sample.people import YEAR, People
from datong.sample.visits import Visits
from datong.sample.words import Table, links, words

GIVEN = np.array(["已执行", "拒绝", "暂停"])
STATES = np.array(["已执行", "已停止", "已作废"])
HOURS = {"qd": 1, "bid": 2, "tid": 3, "qid": 4, "q12h": 2, "qn": 1}


def make_orders(rng: np.random.Generator, visits: Visits, diagnoses: Table) -> Table:
    """Order drugs for each diagnosis of each encounter."""
    drugs = links("diagnoses", "drugs", "drugs")[diagnoses["term"]]
    inside = visits.kind[diagnoses["encounter"]] == INPATIENT
    rate = np.where(inside, 0.85, np.where(diagnoses["rank"] == 1, 0.62, 0.4))
    wanted = (drugs >= 0) & (rng.random(drugs.shape) < rate[:, None])
    row, slot = np.nonzero(wanted)
    encounter, drug = diagnoses["encounter"][row], drugs[row, slot]
    _, first = np.unique(encounter * 1000 + drug, return_index=True)
    encounter, drug = encounter[np.sort(first)], drug[np.sort(first)]
    order = np.argsort(encounter, kind="stable")
    encounter, drug = encounter[order], drug[order]
    inside = visits.kind[encounter] == INPATIENT
    stay = (visits.end - visits.start)[encounter].astype(np.int64) // 86_400 + 1
    days = np.where(
        inside, np.minimum(stay, 14), rng.choice([3, 5, 7, 14, 28], len(drug))
    )
    wait = rng.integers(300, 2_000, len(drug))
    state = draw(rng, np.array([0.93, 0.055, 0.015]), len(drug))
    return {
        "state": state,
        "cancelled": state == 2,
        "encounter": encounter,
        "drug": drug,
        "days": days,
        "quantity": np.where(inside, days, -(-days // 5)),
        "time": visits.start[encounter] + wait,
        "inside": inside,
    }


# What images and recordings there are, their price in fen, and which of a hundred
# visits have them; of stays three times as many.
EXAMINATIONS = (
    ("胸部CT平扫", 36_000, 0, 8),
    ("彩色多普勒超声", 16_000, 8, 19),
    ("磁共振平扫", 65_000, 19, 23),
    ("常规心电图检查", 3_500, 23, 32),
)


def make_examinations(visits: Visits) -> Table:
    """Take images and recordings: in most stays, at a third of visits."""
    turn = (np.arange(len(visits)) * 7_919 + visits.person * 31) % 100
    inside, upper = visits.kind == INPATIENT, visits.slot < 4
    codes = words("diagnoses")["code"]
    lungs = (np.char.startswith(codes, "C34") | (codes == "R91"))[visits.diagnosis]
    seen = []
    for place, (_, _, first, last) in enumerate(EXAMINATIONS):
        of_stays, of_visits = inside & (turn >= 100 - last * 3), upper & ~inside
        has = of_stays | (of_visits & (turn >= first) & (turn < last))
        seen.append(np.flatnonzero(has | (lungs & upper) if place == 0 else has))
    kind = np.repeat(np.arange(len(seen)), [len(one) for one in seen])
    return {"encounter": np.concatenate(seen), "kind": kind}


@dataclass(frozen=True, slots=True)
class Done:
    """What was done in a chunk, table by table; rows name their encounter."""

    orders: Table
    results: Table
    operations: Table
    examinations: Table


def make_requests(visits: Visits, done: Done) -> Table:
    """Ask for what is no drug: report, image, operation, nursing, diet of a stay."""
    results, operations = done.results, done.operations
    seen = done.examinations["encounter"]
    images = np.array([one[0] for one in EXAMINATIONS])[done.examinations["kind"]]
    first = np.flatnonzero(np.diff(results["report"], prepend=-1))
    report = results["encounter"][first]
    inside = np.flatnonzero(visits.kind == INPATIENT)
    begun = visits.start[inside] + 1_200
    panels = np.array(list(dict.fromkeys(words("laboratory")["panel"].tolist())))
    named = words("procedures")["name"][operations["term"]]
    parts = (
        ("检验", report, panels[results["panel"][first]], results["collected"][first]),
        ("检查", seen, images, visits.start[seen] + 1_500),
        ("手术", operations["encounter"], named, operations["time"] - 50_000),
        ("护理", inside, np.full(len(inside), "二级护理"), begun),
        ("膳食", inside, np.full(len(inside), "普食"), begun + 60),
    )
    kind = np.concatenate([np.full(len(who), name) for name, who, *_ in parts])
    columns = zip(*(part[1:] for part in parts), strict=True)
    encounter, text, time = (np.concatenate(column) for column in columns)
    time = np.maximum(time, visits.start[encounter])
    order = np.argsort(encounter, kind="stable")
    made = {"encounter": encounter, "kind": kind, "text": text, "time": time}
    return {name: column[order] for name, column in made.items()}


def make_administrations(rng: np.random.Generator, orders: Table) -> Table:
    """Give what was ordered for a stay: the first two days, at its frequency."""
    frequency = words("drugs")["frequency"]
    times = np.array([HOURS.get(str(f), 1) for f in frequency])[orders["drug"]]
    wanted = orders["inside"] & ~orders["cancelled"]
    many = np.where(wanted, np.minimum(times, 3) * np.minimum(orders["days"], 2), 0)
    order = np.repeat(np.arange(len(many)), many)
    turn = ranks(order) - 1
    gap = 86_400 // np.maximum(times[order], 1)
    given = draw(rng, np.array([0.97, 0.02, 0.01]), len(order))
    scheduled = orders["time"][order] + 1_800 + turn * gap
    time = scheduled + rng.integers(0, 2_400, len(order))
    return {"order": order, "time": time, "scheduled": scheduled, "given": given}


def make_operations(rng: np.random.Generator, visits: Visits) -> Table:
    """Operate in stays at hospitals of the upper tiers, mostly once."""
    lists = links("diagnoses", "operations", "procedures")[visits.diagnosis]
    able = (visits.kind == INPATIENT) & (visits.slot < 4) & (lists[:, 0] >= 0)
    encounter = np.flatnonzero(able & happens(rng, 0.8, len(visits)))
    known = (lists[encounter] >= 0) * np.array([3.0, 1.5, 1.0])[: lists.shape[1]]
    pick = draw_by_row(rng, known + 1e-9, np.arange(len(encounter)))
    stay = (visits.end - visits.start)[encounter].astype(np.int64)
    wait = (stay * (0.15 + 0.3 * rng.random(len(encounter)))).astype(np.int64)
    return {
        "encounter": encounter,
        "term": lists[encounter, pick],
        "rank": np.ones(len(encounter), dtype=np.int64),
        "time": visits.start[encounter] + wait,
        "minutes": rng.integers(30, 260, len(encounter)),
    }


def make_vaccinations(seed: int, chunk: int, people: People) -> Table:
    """Vaccinate those whom a programme of the lexicon names, at the community."""
    rng = stream(seed, chunk, "vaccinations")
    table = words("vaccines")
    age = people.age(np.array(YEAR + 365), np.arange(len(people)))[:, None]
    fits = (age >= table["low"]) & (age <= table["high"])
    rate = np.where(age < 7, table["weight"] / 40, table["weight"] / 400)
    person, vaccine = np.nonzero(fits & (rng.random(fits.shape) < rate))
    time = (YEAR + rng.integers(0, 366, len(person))).astype("datetime64[s]") + 36_000
    late = people.birth[person].astype("datetime64[s]") + 86_400
    return {
        "person": person,
        "vaccine": vaccine,
        "time": np.maximum(time, late),
        "dose": rng.integers(1, 4, len(person)),
        "slot": np.where(person % 6 == 0, 2, 4 + people.household[person] % 2),
    }


def make_days(seed: int, chunk: int, people: People) -> Table:
    """Let a few grown people wear a watch for a month; one row a day."""
    rng = stream(seed, chunk, "wearables")
    grown = people.age(np.array(YEAR), np.arange(len(people))) >= 18
    wearer = np.flatnonzero(grown & happens(rng, 0.004, len(people)))
    person = np.repeat(wearer, 30)
    first = np.repeat(rng.integers(0, 330, len(wearer)), 30)
    usual = np.repeat(rng.lognormal(8.7, 0.4, len(wearer)), 30)
    size, rest = len(person), np.repeat(rng.normal(66, 7, len(wearer)), 30)
    return {
        "person": person,
        "day": YEAR + first + np.tile(np.arange(30), len(wearer)),
        "steps": np.round(usual * rng.lognormal(0, 0.35, size)).astype(np.int64),
        "resting": np.round(rest + rng.normal(0, 2, size)).astype(np.int64),
        "asleep": np.round(rng.normal(415, 55, size)).astype(np.int64),
        "slot": 4 + people.household[person] % 2,
    }


def make_allergies(seed: int, chunk: int, people: People) -> Table:
    """Give one person in sixteen an allergy."""
    rng = stream(seed, chunk, "allergies")
    person = np.flatnonzero(happens(rng, 0.06, len(people)))
    substance = draw(rng, words("allergies")["weight"], len(person))
    return {"person": person, "substance": substance}
