"""What goes a known way: diseases with a course, and an outbreak."""

import numpy as np

from datong.sample.chance import draw, happens
from datong.sample.people import YEAR, People
from datong.sample.words import Table, positions, words

KINDS = ("outpatient", "emergency", "inpatient", "checkup")
DEATH = "death"  # the last step of some courses
OUTPATIENT, EMERGENCY, INPATIENT, CHECKUP = range(4)
# What a wish for care says: who, to which tier, as what, on which day, for what.
WANTED = ("person", "tier", "kind", "day", "diagnosis")


def make_courses(rng: np.random.Generator, people: People) -> tuple[Table, Table]:
    """Lead some people through the courses of the lexicon; also return the truth.

    A course with a step `death` is led by people who die in the year, of what it says.
    """
    table = words("courses")
    parts = [
        _lead(
            rng,
            people,
            {n: column[table["course"] == name] for n, column in table.items()},
        )
        for name in dict.fromkeys(table["course"].tolist())
    ]
    wanted, truth = (
        {n: np.concatenate([part[k][n] for part in parts]) for n in parts[0][k]}
        for k in (0, 1)
    )
    return wanted, truth


def _lead(
    rng: np.random.Generator, people: People, steps: Table
) -> tuple[Table, Table]:
    """Lead some of the right age and sex through the steps of one course."""
    age = people.age(np.array(YEAR), np.arange(len(people)))
    able = (age >= steps["low"][0]) & (age <= steps["high"][0])
    able &= (people.since == 0) & (people.until == 366)  # they are seen to the end
    able &= ~people.male if steps["course"][0] == "birth" else True
    days = steps["day"].astype(np.int64)
    died = np.where(np.isnat(people.death), 10_000, (people.death - YEAR).astype(int))
    to_death = DEATH in steps["stage"]
    able &= (died > days.max()) & (died < 366) if to_death else died > 366
    who = np.flatnonzero(able & happens(rng, steps["weight"][0], len(people)))
    first = rng.integers(0, 366 - int(days.max()), len(who))
    first = died[who] - days.max() if to_death else first
    day = (first[:, None] + days).ravel()
    place = positions("diagnoses")
    person = np.repeat(who, len(days))
    care = np.tile(steps["stage"] != DEATH, len(who))
    kinds = [KINDS.index(kind) if kind else 0 for kind in steps["kind"]]
    wanted = {
        "person": person[care],
        "tier": np.tile(steps["tier"].astype(np.int64), len(who))[care],
        "kind": np.tile(kinds, len(who))[care],
        "day": day[care],
        "diagnosis": np.tile([place[code] for code in steps["code"]], len(who))[care],
    }
    truth = {"number": people.number[person], "day": YEAR + day}
    truth |= {n: np.tile(steps[n], len(who)) for n in ("course", "stage", "code")}
    return wanted, truth


def make_outbreak(rng: np.random.Generator, people: People) -> tuple[Table, Table]:
    """Let hand, foot and mouth disease break out among the small of one county."""
    county = np.unique(people.area)[0]
    first = 150 + int(rng.integers(0, 30))
    age = people.age(np.array(YEAR + first), np.arange(len(people)))
    small = (age >= 1) & (age <= 7) & (people.area == county)
    small &= np.isnat(people.death) & (people.since == 0) & (people.until == 366)
    who = np.flatnonzero(small & happens(rng, 0.35, len(people)))
    day = first + draw(rng, np.array([1, 2, 4, 7, 9, 8, 6, 4, 2, 1.0]), len(who))
    size = len(who)
    diagnosis = np.full(size, positions("diagnoses")["B08.4"])
    tier = draw(rng, np.array([0.34, 0.32, 0.34]), size)
    columns = (who, tier, np.full(size, OUTPATIENT), day, diagnosis)
    truth = {
        "code": np.array(["B08.4"]),
        "area": np.array([county]),
        "first": np.array([YEAR + first]),
        "last": np.array([YEAR + first + 9]),
        "cases": np.array([size]),
    }
    return dict(zip(WANTED, columns, strict=True)), truth
