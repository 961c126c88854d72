"""Who changes house or marries in the year, and which desks hear of it.

Streams of their own, so that nothing else of the region depends on them. A household
moves as a whole; of two singles who marry, she moves to him. Surnames stay.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from datong.sample.chance import happens, stream
from datong.sample.people import CITY, YEAR, People, addresses
from datong.sample.words import Column, Table

MOVING = 0.04  # of households in a year: our estimate, within a city
WEDDINGS = 0.1  # of the pairs that singles of 22 to 45 could make: our estimate
HEARD = 6  # of ten desks know the new address when the year is delivered


@dataclass(frozen=True, slots=True)
class Moves:
    """What changed for each person of a chunk."""

    day: Column  # NaT: stayed
    address: Column  # the new one; the old where nobody moved
    area: Column
    spouse: NDArray[np.int64]  # position of who was married in the year, -1 nobody
    wed: Column  # NaT: did not marry

    def truth(self, people: People) -> tuple[Table, Table]:
        """Say who moved, and who married whom."""
        gone = np.flatnonzero(~np.isnat(self.day))
        moved = {
            "number": people.number[gone],
            "day": self.day[gone],
            "before": people.address[gone],
            "after": self.address[gone],
        }
        wives = np.flatnonzero((self.spouse >= 0) & ~people.male)
        married = {
            "husband": people.number[self.spouse[wives]],
            "wife": people.number[wives],
            "day": self.wed[wives],
        }
        return moved, married


def unmarried(people: People) -> NDArray[np.bool_]:
    """Say who was single when the year began."""
    age = people.age(np.array(YEAR), np.arange(len(people)))
    single: NDArray[np.bool_] = (age < 26) | (people.number % 9 == 0)
    return single


def make_moves(seed: int, chunk: int, people: People) -> Moves:
    """Let households move and singles marry."""
    rng = stream(seed, chunk, "moves")
    local = people.household - people.household.min()
    _, area, address = addresses(rng, local, chunk // CITY)
    goes = happens(rng, np.full(local.max() + 1, MOVING), local.max() + 1)[local]
    day = (YEAR + rng.integers(10, 356, local.max() + 1))[local]
    day = np.where(goes & (people.birth < day), day, np.datetime64("NaT", "D"))
    address = np.where(goes, address, people.address)
    area = np.where(goes, area, people.area)
    spouse, wed = _weddings(rng, people, goes)
    wives = np.flatnonzero((spouse >= 0) & ~people.male)
    husbands = spouse[wives]
    address[wives], area[wives] = people.address[husbands], people.area[husbands]
    day[wives] = wed[wives]
    return Moves(day, address, area, spouse, wed)


def _weddings(
    rng: np.random.Generator, people: People, goes: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], Column]:
    """Pair singles by age."""
    age = people.age(np.array(YEAR), np.arange(len(people)))
    able = (age >= 22) & (age <= 45) & unmarried(people) & np.isnat(people.death)
    able &= (people.nation == "CHN") & (people.until == 366) & ~goes
    he, she = (np.flatnonzero(able & (people.male == sex)) for sex in (True, False))
    he, she = (who[np.argsort(age[who], kind="stable")] for who in (he, she))
    pairs = min(len(he), len(she))
    chosen = np.flatnonzero(happens(rng, np.full(pairs, WEDDINGS), pairs))
    he, she = he[chosen], she[chosen]
    spouse = np.full(len(people), -1)
    spouse[he], spouse[she] = she, he
    wed = np.full(len(people), np.datetime64("NaT", "D"))
    day = YEAR + rng.integers(5, 350, len(chosen))
    wed[he], wed[she] = day, day
    return spouse, wed


def heard(code: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Say which registrations were brought up to date: second ones always were."""
    told: NDArray[np.bool_] = (code % 2 == 1) | (code // 2 * 7 % 10 < HEARD)
    return told
