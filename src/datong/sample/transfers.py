"""Stays that go on elsewhere: up a tier, down a tier, and in the next catchment.

The first hospital discharges in the afternoon of some day, the other one admits in the
evening of the same day, for the same disease. Down to a community centre means a visit
there. Both ends are told of in the truth by person and day.
"""

import numpy as np

from datong.sample.chance import happens
from datong.sample.courses import INPATIENT, OUTPATIENT
from datong.sample.people import YEAR, People
from datong.sample.words import Column, Table

# Of stays at a tertiary, secondary and community hospital; our estimates.
TRANSFERRED = np.array([0.03, 0.035, 0.3])
STAY = 2 / 3  # of those who go down are admitted; the others are seen at the community
NOBODY = -1
BEYOND = -2  # the other hospital lies in the next catchment
WAYS = np.array(["", "up", "down", "across"])


def transfer(rng: np.random.Generator, people: People, wanted: Table) -> Table:
    """Let some stays go on in another hospital.

    Adds `wait` (days until the transfer, 0: none), `comes` (is the second part) and
    `other`: the row of the other part, NOBODY, or BEYOND.
    """
    last = np.where(np.isnat(people.death), people.until, 0)[wanted["person"]]
    tier, size = wanted["tier"], len(wanted["day"])
    wait = rng.integers(1, 4, size)
    goes = (wanted["kind"] == INPATIENT) & ~wanted["dies"]
    goes &= wanted["day"] + wait < last
    goes &= happens(rng, TRANSFERRED[tier], size)
    first = np.flatnonzero(goes)
    low = np.where(happens(rng, STAY, len(first)), 1, 2)
    to = np.where(tier[first] == 0, low, np.maximum(tier[first] - 1, 0))
    again = {name: column[first] for name, column in wanted.items()}
    again |= {"tier": to, "day": again["day"] + wait[first]}
    again["kind"] = np.where(to == 2, OUTPATIENT, INPATIENT)
    again["referred"] = np.full(len(first), -1)
    joined = {n: np.concatenate([wanted[n], again[n]]) for n in wanted}
    joined["wait"] = np.zeros(size + len(first), dtype=np.int64)
    joined["wait"][first] = wait[first]
    joined["comes"] = np.arange(size + len(first)) >= size
    joined["other"] = np.full(size + len(first), NOBODY)
    joined["other"][first] = size + np.arange(len(first))
    joined["other"][size:] = first
    return _across(people, joined)


def _across(people: People, wanted: Table) -> Table:
    """Add the parts of stays that begin here or end here, of two catchments."""
    who = np.flatnonzero(people.carried >= 0)
    comes = people.since[who] > 0
    size = len(who)
    made = {
        "person": who,
        "tier": np.where(comes, 0, 1),
        "kind": np.full(size, INPATIENT),
        "day": people.carried_on[who] - np.where(comes, 0, 1),
        "diagnosis": people.carried[who],
        "dies": np.zeros(size, dtype=bool),
        "referred": np.full(size, -1),
        "wait": np.where(comes, 0, 1),
        "comes": comes,
        "other": np.full(size, BEYOND),
    }
    return {name: np.concatenate([wanted[name], made[name]]) for name in wanted}


def times(
    rng: np.random.Generator, wanted: Table, start: Column, end: Column
) -> tuple[Column, Column]:
    """Put the parts of a stay behind each other; they end and begin on one day."""
    day = (YEAR + wanted["day"]).astype("datetime64[s]")
    length = end - start
    evening = day + 16 * 3600 + rng.integers(0, 4 * 3600, len(day))
    start = np.where(wanted["comes"], evening, start)
    afternoon = day + wanted["wait"] * 86_400 + 15 * 3600
    return start, np.where(wanted["wait"] > 0, afternoon, start + length)
