"""Who goes where, when and why: visits, stays, their diagnoses, courses, outbreaks."""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from datong.sample.chance import draw, draw_by_row, happens, ranks, stream
from datong.sample.courses import (
    CHECKUP,
    DEATH,
    EMERGENCY,
    INPATIENT,
    OUTPATIENT,
    WANTED,
    make_courses,
    make_outbreak,
)
from datong.sample.identity import numbered
from datong.sample.leaving import present
from datong.sample.people import YEAR, People
from datong.sample.transfers import BEYOND, NOBODY, WAYS, times, transfer
from datong.sample.words import Column, Table, lasting, positions, words

BANDS = np.array([1, 4, 10, 15, 20, 30, 45, 60, 75])
# Recorded visits a person and year, by band of age; stays likewise. Their means are
# those of the national communiqué (docs/how-to/sample.md), their ages our estimate.
VISITS = np.array([6.0, 4.8, 3.0, 1.9, 1.9, 2.7, 3.1, 4.2, 5.8, 6.3])
STAYS = np.array([0.27, 0.1, 0.05, 0.05, 0.06, 0.14, 0.13, 0.22, 0.38, 0.5])
# Which tier they go to: tertiary, secondary, community.
TIERS = np.array([[0.45, 0.35, 0.20], [0.55, 0.43, 0.02]])
REFERRED = 0.03  # of visits at community centres are referred up
FATAL = ("I63.9", "I21.9", "I50.9", "I61.9", "C34.1", "J18.9", "J44.9")


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
    referred: NDArray[np.int64]  # the tier that it is referred up to, -1 not at all
    to: NDArray[np.int64]  # slot where a stay goes on, NOBODY or BEYOND
    comes: NDArray[np.bool_]  # from another hospital
    dies: NDArray[np.bool_]  # in this stay
    number: Column

    def __len__(self) -> int:
        """Count them."""
        return len(self.person)


def make_visits(seed: int, chunk: int, people: People) -> tuple[Visits, Table, Table]:
    """Make the encounters of a chunk; also the truth of courses and of outbreaks."""
    rng = stream(seed, chunk, "visits")
    course, courses = make_courses(rng, people)
    outbreak, outbreaks = make_outbreak(rng, people)
    parts = [_usual(rng, people), course, outbreak]
    wanted = {n: np.concatenate([part[n] for part in parts]) for n in course}
    wanted = _refer(rng, _until_death(rng, people, wanted, courses))
    day = wanted["day"]
    here = (people.birth[wanted["person"]] <= YEAR + day) & (day < 366)
    here &= present(people, wanted["person"], YEAR + day)
    wanted = {name: column[here] for name, column in wanted.items()}
    wanted = transfer(stream(seed, chunk, "transfers"), people, wanted)
    return _finish(rng, people, chunk, wanted), courses, outbreaks


def _until_death(
    rng: np.random.Generator, people: People, wanted: Table, courses: Table
) -> Table:
    """End everybody's visits with their death; most die in a last stay."""
    alive = np.isnat(people.death)
    last = np.where(alive, 10_000, (people.death - YEAR).astype(np.int64))
    who = np.flatnonzero(~alive & happens(rng, 0.7, len(people)))
    last[who] -= rng.integers(0, 12, len(who))
    last[who] = np.maximum(last[who], 0)
    early = wanted["day"] < last[wanted["person"]]
    before = {name: column[early] for name, column in wanted.items()}
    place = positions("diagnoses")
    codes = np.array([place[code] for code in FATAL])
    diagnosis = codes[rng.integers(0, len(codes), len(who))]
    ends = courses["stage"] == DEATH
    of_course = dict(zip(courses["number"][ends], courses["code"][ends], strict=True))
    for row in np.flatnonzero(np.isin(people.number[who], list(of_course))):
        diagnosis[row] = place[of_course[people.number[who[row]]]]
    fatal = {
        "person": who,
        "tier": rng.integers(0, 2, len(who)),
        "kind": np.full(len(who), INPATIENT),
        "day": last[who],
        "diagnosis": diagnosis,
    }
    dies = np.arange(len(before["day"]) + len(who)) >= len(before["day"])
    joined = {n: np.concatenate([before[n], fatal[n]]) for n in before}
    return joined | {"dies": dies}


def _refer(rng: np.random.Generator, wanted: Table) -> Table:
    """Refer some visits at community centres up; they are seen there in a week."""
    able = (wanted["tier"] == 2) & (wanted["kind"] == OUTPATIENT)
    up = np.flatnonzero(able & happens(rng, REFERRED, len(able)))
    to = draw(rng, np.array([0.4, 0.6]), len(up))
    referred = np.full(len(able) + len(up), -1)
    referred[up] = to
    again = {name: column[up] for name, column in wanted.items()}
    again["tier"], again["dies"] = to, np.zeros(len(up), dtype=bool)
    again["day"] = again["day"] + rng.integers(1, 7, len(up))
    joined = {n: np.concatenate([wanted[n], again[n]]) for n in wanted}
    return joined | {"referred": referred}


def _finish(
    rng: np.random.Generator, people: People, chunk: int, wanted: Table
) -> Visits:
    """Put the encounters into order, give each its hospital, its end, its number."""
    size = len(wanted["day"])
    clock = 8 * 3600 + rng.integers(0, 9 * 3600, size)
    start = (YEAR + wanted["day"]).astype("datetime64[s]") + clock
    stay = words("diagnoses")["stay"][wanted["diagnosis"]] * rng.lognormal(
        0.15, 0.35, size
    )
    length = np.where(wanted["kind"] == INPATIENT, np.maximum(stay, 1) * 86_400, 2_400)
    start, end = times(rng, wanted, start, start + length.astype(np.int64))
    side = people.household[wanted["person"]] % 2
    slot = wanted["tier"] * 2 + (side ^ happens(rng, 0.2, size))
    leaves, other = wanted["wait"] > 0, wanted["other"]
    to = np.where(leaves, np.where(other >= 0, slot[other], other), NOBODY)
    order = np.lexsort((wanted["person"], start))
    made, start, end = (
        {n: c[order] for n, c in wanted.items()},
        start[order],
        end[order],
    )
    person = made["person"]
    died = people.death[person].astype("datetime64[s]") + 82_800
    end = np.where(made["dies"] | (end > died), died, end)
    return Visits(
        person=person,
        slot=slot[order],
        kind=made["kind"],
        start=start,
        end=end,
        diagnosis=made["diagnosis"],
        age=people.age(start, person),
        referred=made["referred"],
        to=to[order],
        comes=made["comes"],
        dies=made["dies"],
        number=numbered("24", np.arange(size) + chunk * 10**5, 9),
    )


def transfers_of(visits: Visits, people: People) -> Table:
    """List both ends of every transfer: its person and day, and which way it goes.

    A `way` is told where somebody leaves; who comes was sent by the row of that day.
    """
    leaves = np.flatnonzero(visits.to != NOBODY)
    to, tier = visits.to[leaves], visits.slot[leaves] // 2
    way = np.where(to // 2 < tier, 1, 2)
    ends = np.concatenate([leaves, np.flatnonzero(visits.comes)])
    ways = np.zeros(len(ends), dtype=np.int64)
    ways[: len(leaves)] = np.where(to == BEYOND, 3, way)
    when = np.where(visits.comes, visits.start, visits.end)[ends]
    return {
        "number": people.number[visits.person[ends]],
        "day": when.astype("datetime64[D]"),
        "end": np.where(np.arange(len(ends)) < len(leaves), "leaves", "comes"),
        "way": WAYS[ways],
        "slot": visits.slot[ends],
        "encounter": visits.number[ends],
    }


def _usual(rng: np.random.Generator, people: People) -> Table:
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
    columns = [np.concatenate(part) for part in zip(*parts, strict=True)]
    return dict(zip(WANTED, columns, strict=True))


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
    held = people.chronic[who]
    wish = held * rng.random(held.shape) * usual[lasting()]
    for_lasting = (wish.max(axis=1) > 0) & happens(rng, 0.62, len(who))
    return np.where(for_lasting, lasting()[wish.argmax(axis=1)], acute)


@cache
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


def diagnoses_of(visits: Visits, people: People) -> Table:
    """List every encounter's diagnoses: the principal first, then lasting ones."""
    held = people.chronic[visits.person].copy()
    held &= visits.diagnosis[:, None] != lasting()
    most = np.where(visits.kind == INPATIENT, 4, 1)
    held &= np.cumsum(held, axis=1, dtype=np.int16) <= most[:, None]
    held &= (visits.kind != CHECKUP)[:, None]
    encounter, place = np.nonzero(held)
    place = lasting()[place]
    every = np.arange(len(visits))
    encounter = np.concatenate([every, encounter])
    term = np.concatenate([visits.diagnosis, place])
    order = np.argsort(encounter, kind="stable")
    encounter, term = encounter[order], term[order]
    return {"encounter": encounter, "term": term, "rank": ranks(encounter)}
