"""Who leaves for another catchment in the year, and who is taken there in a stay.

The people of a chunk go to the next chunk, which lies in another catchment. Both
reckon them by themselves from the seed, so catchments are still made side by side.
"""

from dataclasses import fields, replace

import numpy as np
from numpy.typing import NDArray

from datong.sample.chance import happens, stream
from datong.sample.people import CITY, YEAR, People, addresses, make_people
from datong.sample.words import Column, Table, positions

LEAVING = 0.012  # of those of 18 to 60 in a year: our estimate
CARRIED = 0.001  # of the grown are taken on to another city: our estimate
GRAVE = ("C34.1", "C16.9", "I21.9", "I61.9", "K85.9", "S72.0")


def part(seed: int, chunk: int, people: People) -> People:
    """Say of those who leave until which day, of those taken on when and why."""
    rng = stream(seed, chunk, "leaving")
    age = people.age(np.array(YEAR), np.arange(len(people)))
    able = (age >= 18) & (age < 60) & np.isnat(people.death)
    goes = able & happens(rng, np.full(len(people), LEAVING), len(people))
    day = rng.integers(20, 340, len(people))
    goes_on = ~goes & (age >= 18) & np.isnat(people.death)
    goes_on &= happens(rng, CARRIED, len(people))
    codes = [positions("diagnoses")[code] for code in GRAVE]
    grave = np.array(codes)[rng.integers(0, len(codes), len(people))]
    return replace(
        people,
        until=np.where(goes, day, people.until),
        carried=np.where(goes_on, grave, -1),
        carried_on=day,
    )


def welcome(seed: int, chunk: int, people: People, size: int) -> People:
    """Take in those who left the chunk before (of `size` people), or lie ill here."""
    before = part(seed, chunk - 1, make_people(seed, chunk - 1, size))
    who = np.flatnonzero((before.until < 366) | (before.carried >= 0))
    if not len(who):
        return people
    own = np.arange(len(who))
    rng = stream(seed, chunk, "welcome")
    _, area, address = addresses(rng, own, chunk // CITY)
    guests = {f.name: getattr(before, f.name)[who] for f in fields(before)}
    stays = guests["carried"] >= 0  # their home is where it was
    guests["address"] = np.where(stays, guests["address"], address)
    guests["area"] = np.where(stays, guests["area"], area)
    guests["mother"] = np.full(len(who), -1)
    guests["since"] = np.where(stays, guests["carried_on"], guests["until"])
    guests["until"] = np.where(stays, guests["carried_on"] + 1, 366)
    guests["household"] = people.household.max() + 1 + own
    joined = {n: np.concatenate([getattr(people, n), c]) for n, c in guests.items()}
    return People(**joined)


def present(people: People, who: NDArray[np.int64], day: Column) -> NDArray[np.bool_]:
    """Say whether people are here at some days."""
    at = (day.astype("datetime64[D]") - YEAR).astype(np.int64)
    here: NDArray[np.bool_] = (people.since[who] <= at) & (at < people.until[who])
    return here


def only_present(people: People, made: Table, day: str) -> Table:
    """Keep what befalls people while they are here."""
    here = present(people, made["person"], made[day])
    return {name: column[here] for name, column in made.items()}
