"""The invented region beside the nation: a table of both, written into the docs.

The national figures are public facts; each names its source. The region's are taken
from its true people and encounters, before hospitals make mistakes.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.figure import Figure, cost
from datong.sample.chance import stream
from datong.sample.courses import CHECKUP, INPATIENT
from datong.sample.measures import make_results
from datong.sample.money import make_fees
from datong.sample.people import YEAR, People, make_people
from datong.sample.treatment import (
    Done,
    make_examinations,
    make_operations,
    make_orders,
)
from datong.sample.visits import diagnoses_of, make_visits
from datong.sample.words import lasting, positions

PAGE = Path(__file__).parents[1] / "docs" / "how-to" / "sample.md"
MARKS = ("<!-- region: begin -->\n", "<!-- region: end -->\n")
CHUNKS, SIZE, SEED = 10, 10_000, 1
CENSUS = "census 2020"
HEALTH = "health communiqué 2023"
STATES = "statistical communiqué 2024"
CHRONIC = "report on nutrition and chronic disease 2020"
# Percent of the people by five years of age: 0-4, 5-9, ... 80-84, 85 and over.
AGES = (5.52, 6.40, 6.05, 5.16, 5.32, 6.51, 8.81, 7.02, 6.59)
AGES += (8.10, 8.59, 7.19, 5.21, 5.25, 3.52, 2.22, 1.45, 1.09)
# name: (what it is, the nation's figure, unit, source)
NATION = {
    "under_15": ("aged under 15", 17.95, "%", CENSUS),
    "of_15_to_59": ("aged 15 to 59", 63.35, "%", CENSUS),
    "over_59": ("aged 60 and over", 18.70, "%", CENSUS),
    "over_64": ("aged 65 and over", 13.50, "%", CENSUS),
    "men": ("men to 100 women", 105.07, "", CENSUS),
    "household": ("people a household", 2.62, "", CENSUS),
    "births": ("births to 1,000 people", 6.77, "", STATES),
    "deaths": ("deaths to 1,000 people", 7.76, "", STATES),
    "surnames": ("the five commonest surnames", 30.8, "%", "name report 2020"),
    "smoking_men": ("men of 15 and over who smoke", 50.5, "%", CHRONIC),
    "smoking_women": ("women of 15 and over who smoke", 2.1, "%", CHRONIC),
    "hypertension": (
        "adults with known hypertension",
        27.5,
        "%",
        CHRONIC + ", measured",
    ),
    "diabetes": (
        "adults with known type 2 diabetes",
        11.9,
        "%",
        CHRONIC + ", measured",
    ),
    "hospital_visits": ("visits to hospitals a person", 3.02, "", HEALTH),
    "community_visits": ("visits to community centres a person", 0.74, "", HEALTH),
    "stays": ("stays to 100 people", 21.4, "", HEALTH),
    "days": ("days of a stay in hospital", 8.8, "", HEALTH),
    "visit_yuan": ("yuan a visit to a hospital", 361.6, "", HEALTH),
    "stay_yuan": ("yuan a stay in hospital", 10_315.8, "", HEALTH),
}


@dataclass
class Sums:
    """What is counted over the chunks of people."""

    values: defaultdict[str, float]
    ages: NDArray[np.int64]
    surnames: Counter[str]


def measure() -> list[Figure]:
    """Count 100,000 people and write the table; about half a minute of one core."""
    with cost() as taken:
        sums = Sums(defaultdict(float), np.zeros(18, dtype=np.int64), Counter())
        for chunk in range(CHUNKS):
            people = make_people(SEED, chunk, SIZE)
            _people(sums, people)
            _care(sums, chunk, people)
        found = _shares(sums)
        ages = 100 * sums.ages / sums.values["people"]
    _write(found, ages)
    figures = [
        Figure(
            name, found[name], unit or "1", "nation", nation, SIZE * CHUNKS, SEED, taken
        )
        for name, (_, nation, unit, _) in NATION.items()
    ]
    worst = float(np.abs(ages - AGES).max())
    return [*figures, Figure("age_pyramid_off", worst, "points", seed=SEED, cost=taken)]


def _people(sums: Sums, people: People) -> None:
    """Count who they are."""
    age = people.age(np.array(YEAR + 365), np.arange(len(people)))
    sums.ages += np.bincount(np.minimum(age // 5, 17), minlength=18)
    here, grown = people.nation == "CHN", age >= 18
    sums.surnames.update(str(name)[0] for name in people.name[here])
    chronic = {str(c): k for c, k in _lasting().items()}
    for name, which in (
        ("people", np.ones(len(age), dtype=bool)),
        ("han", here),
        ("men", people.male),
        ("births", people.birth >= YEAR),
        ("deaths", ~np.isnat(people.death)),
        ("grown", grown),
        ("hypertension", grown & people.chronic[:, chronic["I10"]]),
        ("diabetes", grown & people.chronic[:, chronic["E11.9"]]),
        ("men_15", people.male & (age >= 15)),
        ("women_15", ~people.male & (age >= 15)),
        ("smoking_men", people.male & (age >= 15) & (people.smoking == 1)),
        ("smoking_women", ~people.male & (age >= 15) & (people.smoking == 1)),
    ):
        sums.values[name] += int(which.sum())
    sums.values["households"] += len(np.unique(people.household))


def _lasting() -> dict[str, int]:
    """Say in which column of `chronic` each lasting diagnosis stands."""
    place = {at: k for k, at in enumerate(lasting().tolist())}
    return {
        code: place[at] for code, at in positions("diagnoses").items() if at in place
    }


def _care(sums: Sums, chunk: int, people: People) -> None:
    """Count what care they had and what it cost."""
    visits, _, _ = make_visits(SEED, chunk, people)
    rng = stream(SEED, chunk, "book")
    orders = make_orders(rng, visits, diagnoses_of(visits, people))
    operations = make_operations(rng, visits)
    results = make_results(rng, visits, people)
    fees = make_fees(
        visits, Done(orders, results, operations, make_examinations(visits))
    )
    yuan = np.bincount(fees["encounter"], fees["amount"], len(visits)) / 100
    days = (visits.end - visits.start).astype(np.int64) / 86_400
    stay, upper = visits.kind == INPATIENT, visits.slot < 4
    seen = upper & ~stay & (visits.kind != CHECKUP)
    sums.values["hospital_visits"] += int((upper & ~stay).sum())
    sums.values["community_visits"] += int((~upper & ~stay).sum())
    sums.values["stays"] += int(stay.sum())
    sums.values["seen"] += int(seen.sum())
    sums.values["hospital_stays"] += int((stay & upper).sum())
    sums.values["days"] += float(days[stay & upper].sum())
    sums.values["visit_yuan"] += float(yuan[seen].sum())
    sums.values["stay_yuan"] += float(yuan[stay & upper].sum())


def _shares(sums: Sums) -> dict[str, float]:
    """Turn counts into the figures that the nation publishes."""
    held, people = sums.values, sums.values["people"]
    found = {
        "under_15": 100 * sums.ages[:3].sum() / people,
        "of_15_to_59": 100 * sums.ages[3:12].sum() / people,
        "over_59": 100 * sums.ages[12:].sum() / people,
        "over_64": 100 * sums.ages[13:].sum() / people,
        "men": 100 * held["men"] / (people - held["men"]),
        "household": people / held["households"],
        "births": 1000 * held["births"] / people,
        "deaths": 1000 * held["deaths"] / people,
        "surnames": 100 * sum(n for _, n in sums.surnames.most_common(5)) / held["han"],
        "smoking_men": 100 * held["smoking_men"] / held["men_15"],
        "smoking_women": 100 * held["smoking_women"] / held["women_15"],
        "hypertension": 100 * held["hypertension"] / held["grown"],
        "diabetes": 100 * held["diabetes"] / held["grown"],
        "hospital_visits": held["hospital_visits"] / people,
        "community_visits": held["community_visits"] / people,
        "stays": 100 * held["stays"] / people,
        "days": held["days"] / held["hospital_stays"],
        "visit_yuan": held["visit_yuan"] / held["seen"],
        "stay_yuan": held["stay_yuan"] / held["hospital_stays"],
    }
    return {name: float(value) for name, value in found.items()}


def _write(found: dict[str, float], ages: NDArray[np.float64]) -> None:
    """Write the table into the page, between its marks."""
    lines = ["| fact | region | nation | source |", "|---|---|---|---|"]
    for name, (what, nation, unit, source) in NATION.items():
        wide = 0 if nation > 1000 else 1 if nation > 100 else 2
        figures = f"{found[name]:,.{wide}f} | {nation:,.{wide}f}"
        lines.append(f"| {what}{', ' + unit if unit else ''} | {figures} | {source} |")
    bands = [f"{5 * k}-{5 * k + 4}" for k in range(17)] + ["85 and over"]
    lines += ["", "| age | region, % | nation, % (census 2020) |", "|---|---|---|"]
    rows = zip(bands, ages, AGES, strict=True)
    lines += [f"| {band} | {ours:.2f} | {theirs:.2f} |" for band, ours, theirs in rows]
    text = PAGE.read_text("utf-8")
    head, rest = text.split(MARKS[0])
    tail = rest.split(MARKS[1])[1]
    body = "\n".join(lines) + "\n"
    PAGE.write_text(MARKS[0].join([head, body + MARKS[1] + tail]), encoding="utf-8")
