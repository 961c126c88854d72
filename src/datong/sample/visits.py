"""Who goes where, when and why: visits, stays, their diagnoses, courses, outbreaks."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from datong.sample.chance import draw, draw_by_row, happens, stream
from datong.sample.identity import numbered
from datong.sample.people import YEAR, People
from datong.sample.words import Column, Table, positions, words

OUTPATIENT, EMERGENCY, INPATIENT, CHECKUP = range(4)
BANDS = np.array([1, 4, 10, 15, 20, 30, 45, 60, 75])
# Recorded visits a person and year, by band of age; stays likewise.
VISITS = np.array([4.0, 3.2, 2.0, 1.2, 1.2, 1.8, 2.0, 2.8, 3.8, 4.2])
STAYS = np.array([0.25, 0.10, 0.05, 0.04, 0.06, 0.13, 0.12, 0.20, 0.34, 0.45])
# Which tier they go to: tertiary, secondary, community.
TIERS = np.array([[0.34, 0.32, 0.34], [0.55, 0.43, 0.02]])
# The course of a lung cancer: (day, tier, class, diagnosis, stage).
LUNG = (
    (0, 2, CHECKUP, "Z00.0", "found"),
    (12, 0, OUTPATIENT, "R91", "nodule"),
    (40, 0, INPATIENT, "C34.1", "operated"),
    (75, 0, OUTPATIENT, "C34.1", "follow-up"),
    (90, 0, INPATIENT, "Z51.1", "chemotherapy 1"),
    (111, 0, INPATIENT, "Z51.1", "chemotherapy 2"),
    (170, 0, OUTPATIENT, "C34.1", "follow-up"),
)


@dataclass(frozen=True, slots=True)
class Visits:
    """The encounters of a chunk in order of time; arrays of one length."""

    person: NDArray[np.int64]  # position in the chunk
    slot: NDArray[np.int64]  # which of the six near hospitals: two of each tier
    kind: NDArray[np.int64]
    start: Column  # seconds
    end: Column
    diagnosis: NDArray[np.int64]  # place in the lexicon
    age: NDArray[np.int64]
    number: Column

    def __len__(self) -> int:
        """Count them."""
        return len(self.person)


def make_visits(seed: int, chunk: int, people: People) -> tuple[Visits, Table, Table]:
    """Make the encounters of a chunk; also the truth of courses and of outbreaks."""
    rng = stream(seed, chunk, "visits")
    usual = _usual(rng, people)
    course, courses = _courses(rng, people)
    outbreak, outbreaks = _outbreak(rng, people, chunk)
    parts = zip(usual, course, outbreak, strict=True)
    person, tier, kind, day, diagnosis = (np.concatenate(part) for part in parts)
    alive = people.birth[person] <= YEAR + day
    person, tier, kind = person[alive], tier[alive], kind[alive]
    day, diagnosis = day[alive], diagnosis[alive]
    clock = 8 * 3600 + rng.integers(0, 9 * 3600, len(day))
    start = (YEAR + day).astype("datetime64[s]") + clock
    order = np.lexsort((person, start))
    other = happens(rng, 0.2, len(day))
    slot = tier * 2 + ((people.household[person] % 2) ^ other)
    ordered = (a[order] for a in (person, slot, kind, start, diagnosis))
    visits = _finish(rng, people, chunk, tuple(ordered))
    courses["number"] = people.number[courses.pop("position")]
    return visits, courses, outbreaks


def _finish(
    rng: np.random.Generator, people: People, chunk: int, made: tuple[Column, ...]
) -> Visits:
    """Give each encounter its end and its number."""
    person, slot, kind, start, diagnosis = made
    stay = words("diagnoses")["stay"][diagnosis] * rng.lognormal(0, 0.35, len(start))
    length = np.where(kind == INPATIENT, np.maximum(stay, 1) * 86_400, 2_400)
    end = start + length.astype(np.int64)
    number = numbered("24", np.arange(len(start)) + chunk * 10**5, 9)
    age = people.age(start, person)
    return Visits(person, slot, kind, start, end, diagnosis, age, number)


def _usual(rng: np.random.Generator, people: People) -> tuple[Column, ...]:
    """Draw everyday visits and stays."""
    everyone = np.arange(len(people))
    band = np.digitize(people.age(np.array(YEAR + 365), everyone), BANDS)
    parts = []
    for kind, rates in ((OUTPATIENT, VISITS), (INPATIENT, STAYS)):
        who = np.repeat(everyone, rng.poisson(rates[band]))
        day = rng.integers(0, 366, len(who))
        weekend = (YEAR + day).astype(np.int64) % 7 % 5 >= 2
        day = np.where(weekend & happens(rng, 0.1, len(who)), day // 7 * 7, day)
        diagnosis = _diagnoses(rng, people, who, day, kind)
        tier = draw_by_row(rng, TIERS, np.full(len(who), int(kind == INPATIENT)))
        kinds = np.where(
            (kind == OUTPATIENT) & (tier < 2) & happens(rng, 0.09, len(who)),
            EMERGENCY,
            kind,
        )
        kinds = np.where(diagnosis == positions("diagnoses")["Z00.0"], CHECKUP, kinds)
        parts.append((who, tier, kinds, day, diagnosis))
    return tuple(np.concatenate(part) for part in zip(*parts, strict=True))


def _diagnoses(
    rng: np.random.Generator,
    people: People,
    who: NDArray[np.int64],
    day: NDArray[np.int64],
    kind: int,
) -> NDArray[np.int64]:
    """Draw what each comes for: a lasting disease of theirs, or by age and season."""
    quarter = (day // 92) % 4
    band = np.digitize(people.age(YEAR + day, who), BANDS)
    row = (band * 2 + people.male[who]) * 4 + quarter
    acute = draw_by_row(rng, _weights(kind), row)
    usual = words("diagnoses")["in" if kind == INPATIENT else "out"]
    wish = people.chronic[who] * rng.random((len(who), len(usual))) * usual
    lasting = (wish.max(axis=1) > 0) & happens(rng, 0.62, len(who))
    return np.where(lasting, wish.argmax(axis=1), acute)


def _weights(kind: int) -> NDArray[np.float64]:
    """Weigh diagnoses by band of age, sex and quarter (rows) for a kind of visit."""
    table = words("diagnoses")
    base = table["in" if kind == INPATIENT else "out"] * (table["chronic"] == 0)
    middle = np.array([0, 2, 6, 12, 17, 25, 37, 52, 67, 82])
    cold = np.array([1.7, 0.6, 0.4, 1.3])
    warm = np.array([0.4, 1.4, 1.8, 0.5])
    rows = []
    for age in middle:
        fits = base * (table["low"] <= age) * (age <= table["high"])
        for sex in ("F", "M"):
            here = fits * ((table["sex"] == "") | (table["sex"] == sex))
            for quarter in range(4):
                season = np.where(table["season"] == "winter", cold[quarter], 1)
                season = np.where(table["season"] == "summer", warm[quarter], season)
                rows.append(here * season)
    return np.array(rows) + 1e-9


def _courses(
    rng: np.random.Generator, people: People
) -> tuple[tuple[Column, ...], Table]:
    """Lead some people through the course of a lung cancer."""
    age = people.age(np.array(YEAR), np.arange(len(people)))
    able = (age >= 45) & (age <= 80)
    who = np.flatnonzero(able & happens(rng, 0.006, len(people)))
    first = rng.integers(0, 190, len(who))
    place = positions("diagnoses")
    day = (first[:, None] + np.array([step[0] for step in LUNG])).ravel()
    steps = [np.array([step[k] for step in LUNG]) for k in (1, 2, 3, 4)]
    tier, kind, code, stage = (np.tile(step, len(who)) for step in steps)
    person = np.repeat(who, len(LUNG))
    truth = {"position": person, "course": np.full(len(day), "lung cancer")}
    truth |= {"stage": stage, "day": (YEAR + day), "code": code}
    diagnosis = np.array([place[str(c)] for c in steps[2]], dtype=np.int64)
    return (person, tier, kind, day, np.tile(diagnosis, len(who))), truth


def _outbreak(
    rng: np.random.Generator, people: People, chunk: int
) -> tuple[tuple[Column, ...], Table]:
    """Let hand, foot and mouth disease break out among the small of one county."""
    county = words("places")["code"][chunk % len(words("places")["code"])]
    first = 150 + int(rng.integers(0, 30))
    age = people.age(np.array(YEAR + first), np.arange(len(people)))
    small = (age >= 1) & (age <= 7) & (people.area == county)
    who = np.flatnonzero(small & happens(rng, 0.35, len(people)))
    day = first + draw(rng, np.array([1, 2, 4, 7, 9, 8, 6, 4, 2, 1.0]), len(who))
    size = len(who)
    diagnosis = np.full(size, positions("diagnoses")["B08.4"])
    truth = {
        "code": np.array(["B08.4"]),
        "area": np.array([county]),
        "first": np.array([YEAR + first]),
        "last": np.array([YEAR + first + 9]),
        "cases": np.array([size]),
    }
    tier = draw(rng, TIERS[0], size)
    return (who, tier, np.full(size, OUTPATIENT), day, diagnosis), truth


def diagnoses_of(visits: Visits, people: People) -> Table:
    """List every encounter's diagnoses: the principal first, then lasting ones."""
    held = people.chronic[visits.person].copy()
    held[np.arange(len(visits)), visits.diagnosis] = False
    most = np.where(visits.kind == INPATIENT, 4, 1)
    held &= np.cumsum(held, axis=1) <= most[:, None]
    held &= (visits.kind != CHECKUP)[:, None]
    encounter, place = np.nonzero(held)
    every = np.arange(len(visits))
    encounter = np.concatenate([every, encounter])
    term = np.concatenate([visits.diagnosis, place])
    order = np.argsort(encounter, kind="stable")
    encounter, term = encounter[order], term[order]
    return {"encounter": encounter, "term": term, "rank": ranks(encounter)}


def ranks(group: NDArray[np.int64]) -> NDArray[np.int64]:
    """Number the rows of each group from 1; rows of a group lie together."""
    first = np.flatnonzero(np.diff(group, prepend=-1))
    return (
        np.arange(len(group)) - np.repeat(first, np.diff(first, append=len(group))) + 1
    )
