"""What is measured: laboratory reports and vital signs."""

import numpy as np
from numpy.typing import NDArray

from datong.sample.chance import happens, ranks
from datong.sample.courses import CHECKUP, INPATIENT
from datong.sample.people import People
from datong.sample.visits import Visits
from datong.sample.words import Column, Table, lasting, positions, words

GRADES = np.array(["阴性", "弱阳性", "阳性(+)", "阳性(++)"])


def panels() -> tuple[list[str], list[NDArray[np.int64]], NDArray[np.bool_]]:
    """Name the panels, the items of each, and which diagnosis asks for which."""
    item_panel, asked = words("laboratory")["panel"], words("diagnoses")["panels"]
    names = list(dict.fromkeys(str(p) for p in item_panel))
    items = [np.flatnonzero(item_panel == name) for name in names]
    rows = [[name in cell.split("|") for name in names] for cell in asked]
    return names, items, np.array(rows)


def make_results(rng: np.random.Generator, visits: Visits, people: People) -> Table:
    """Make laboratory reports and their results."""
    _, items, asked = panels()
    inside = visits.kind == INPATIENT
    rate = np.where(inside, 0.95, np.where(visits.kind == CHECKUP, 1.0, 0.11))
    rate *= np.where((visits.slot >= 4) & ~inside, 0.6, 1.0)
    wanted = asked[visits.diagnosis] & (
        rng.random(asked[visits.diagnosis].shape) < rate[:, None]
    )
    encounter, panel = np.nonzero(wanted)
    sizes = np.array([len(i) for i in items])
    report = np.repeat(np.arange(len(encounter)), sizes[panel])
    sequence = ranks(report)
    starts = np.concatenate([[0], np.cumsum(sizes)])[:-1]
    item = np.concatenate(items)[starts[panel[report]] + sequence - 1]
    wait = rng.integers(1_200, 9_000, len(encounter))
    collected = visits.start[encounter] + wait
    reported = collected + rng.integers(1_800, 40_000, len(encounter))
    made = {"report": report, "encounter": encounter[report], "item": item}
    made |= {"sequence": sequence, "panel": panel[report]}
    made |= {"collected": collected[report], "reported": reported[report]}
    return made | _values(rng, visits, people, made)


def _values(
    rng: np.random.Generator, visits: Visits, people: People, made: Table
) -> Table:
    """Draw values around the middle of the reference range, shifted by disease."""
    table, item = words("laboratory"), made["item"]
    low, high = table["low"][item], table["high"][item]
    spread = (high - low) / 4.4
    who = visits.person[made["encounter"]]
    own = rng.normal(0, 0.7, (len(people), len(table["loinc"])))[who, item]
    shift = _shifts(visits, people)[made["encounter"], item]
    score = (
        own + rng.normal(0, 0.75, len(item)) + shift * rng.uniform(0.6, 1.3, len(item))
    )
    number = np.maximum((low + high) / 2 + spread * score, low * 0.12)
    grade = np.clip(np.round(score - 2.2), 0, 3).astype(np.int64)
    numeric = table["kind"][item] == "number"
    flag = np.where(number > high, "H", np.where(number < low, "L", "N"))
    flag = np.where(numeric, flag, np.where(grade > 0, "A", "N"))
    decimals = table["decimals"][item].astype(np.int64)
    text = np.where(numeric, written(number, decimals), GRADES[grade])
    return {"number": number, "decimals": decimals, "value": text, "flag": flag}


def _shifts(visits: Visits, people: People) -> NDArray[np.float64]:
    """Sum how far the diseases of each encounter shift each item."""
    table = words("shifts")
    diseases, items = positions("diagnoses"), positions("laboratory")
    by_disease = np.zeros((len(diseases), len(items)))
    for code, loinc, shift in zip(*(table[c] for c in table), strict=True):
        by_disease[diseases[str(code)], items[str(loinc)]] = shift
    carried = people.chronic.astype(float) @ by_disease[lasting()] * 0.6
    shifts: NDArray[np.float64] = by_disease[visits.diagnosis] + carried[visits.person]
    return shifts


def written(numbers: NDArray[np.float64], decimals: NDArray[np.int64]) -> Column:
    """Write numbers with their decimals; whole columns of one precision at a time."""
    text = np.empty(len(numbers), dtype="U12")
    for places in np.unique(decimals):
        here = decimals == places
        scaled = np.round(numbers[here] * 10**places).astype(np.int64)
        if places == 0:
            text[here] = scaled.astype(str)
            continue
        whole = np.char.add((scaled // 10**places).astype(str), ".")
        rest = np.char.zfill((scaled % 10**places).astype(str), int(places))
        text[here] = np.char.add(whole, rest)
    return text


def make_signs(rng: np.random.Generator, visits: Visits, people: People) -> Table:
    """Take vital signs: a few at a visit, twice in a stay."""
    table = words("vitals")
    inside = visits.kind == INPATIENT
    rounds = np.where(inside, 2, 1)
    encounter = np.repeat(np.arange(len(visits)), rounds)
    taken = ranks(encounter) - 1
    child = visits.age[encounter] < 14
    seen = happens(rng, 0.25, len(visits))[encounter] | inside[encounter]
    kinds = np.ones((len(encounter), len(table["loinc"])), dtype=bool) & seen[:, None]
    kinds[:, 5:] &= (taken == 0)[:, None] & (inside | (visits.kind == CHECKUP))[
        encounter, None
    ]
    kinds[:, 0:3:2] &= (inside[encounter] | child)[:, None]
    kinds[:, 3:5] &= ~child[:, None]
    row, item = np.nonzero(kinds)
    score = rng.normal(0, 1, kinds.shape)
    score[:, 4] = 0.7 * score[:, 3] + 0.5 * score[:, 4]
    number = table["mean"][item] + table["sd"][item] * score[row, item]
    number += _raised(visits, people)[encounter[row], item]
    decimals = table["decimals"][item].astype(np.int64)
    time = visits.start[encounter[row]] + 600 + taken[row] * 57_600
    made = {
        "encounter": encounter[row],
        "item": item,
        "time": time,
        "round": taken[row],
    }
    return made | {"value": written(number, decimals)}


def _raised(visits: Visits, people: People) -> NDArray[np.float64]:
    """Raise pressure with hypertension, temperature with infection; fit children."""
    raised = np.zeros((len(visits), 7))
    tense = people.chronic[:, lasting() == positions("diagnoses")["I10"]][
        visits.person, 0
    ]
    raised[:, 3], raised[:, 4] = tense * 19.0, tense * 10.0
    feverish = np.isin(
        words("diagnoses")["season"][visits.diagnosis], ["winter", "summer"]
    )
    raised[:, 0] = feverish * 0.8
    growth = np.clip(visits.age, 0, 17) - 17
    raised[:, 5], raised[:, 6] = growth * 6.2, growth * 3.1
    return raised
