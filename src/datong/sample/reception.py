"""What the reception and the ward write of an encounter, and what is diagnosed."""

import numpy as np
from numpy.typing import NDArray

from datong.sample.book import Book
from datong.sample.chance import draw
from datong.sample.courses import INPATIENT
from datong.sample.identity import numbered
from datong.sample.mistakes import early, filled, never
from datong.sample.people import DRINKS, SMOKES
from datong.sample.picked import Picked, Sheet
from datong.sample.transfers import BEYOND, NOBODY
from datong.sample.words import Column, Table, words

KINDS = np.array(["outpatient", "emergency", "inpatient", "checkup"])
DOCTORS = np.array(
    ["王志远", "李文静", "陈国平", "赵雪梅", "孙浩然", "周慧敏", "吴建林"]
)
ROUTES = np.array(["门诊", "急诊", "其他医疗机构转入"])
CAME = 2  # place in ROUTES
WAYS = np.array(["医嘱离院", "医嘱转院", "转社区", "非医嘱离院", "死亡"])
ELSEWHERE, DOWN = 1, 2  # places in WAYS
AGAINST = 0.04  # of stays end against advice
INTENSIVE = 0.04  # of stays see the intensive care unit


def write_encounters(book: Book) -> Sheet:
    """Write the encounters."""
    visits, rng, size = book.visits, book.rng, len(book.visits)
    inside = visits.kind == INPATIENT
    sheet = book.of(np.arange(size))
    names = np.unique([*words("diagnoses")["department"], "全科"])
    of_term = np.searchsorted(names, words("diagnoses")["department"])
    general = np.searchsorted(names, "全科")
    department = np.where(visits.slot >= 4, general, of_term[visits.diagnosis])
    sheet |= {"start": visits.start, "end": visits.end}
    sheet["department"] = Picked(names, department)
    codes = numbered("D", np.arange(len(names)), 3)
    sheet["department_code"] = Picked(codes, department)
    sheet["kind"] = Picked(KINDS, visits.kind)
    sheet["plan"] = Picked(book.patients["plan"], book.patient)
    sheet["doctor"] = Picked(DOCTORS, rng.integers(0, len(DOCTORS), size))
    sheet["age"] = visits.age
    route = np.where(visits.comes, CAME, draw(rng, np.array([0.72, 0.28]), size))
    sheet["admit_route"] = Picked(ROUTES, route)
    sheet |= _habits(book, inside) | _leaving(book) | _wards(book, inside)
    sheet["key"] = visits.number
    sheet["table"] = Picked(np.array(["encounters"]), np.zeros(size, dtype=np.int64))
    for name, change in (("end_missing", never), ("end_before_start", early)):
        rate = book.mistakes.rates["encounter"][name]
        book.mistakes.alter(sheet, (name, "end", rate), inside, change)
    return sheet


def _habits(book: Book, inside: NDArray[np.bool_]) -> Sheet:
    """Ask those who stay and are grown whether they smoke and drink."""
    asked = inside & (book.visits.age >= 15)
    person = book.visits.person
    return {
        "smoking": Picked(SMOKES, np.where(asked, book.people.smoking[person], 3)),
        "alcohol": Picked(DRINKS, np.where(asked, book.people.drinking[person], 3)),
    }


def _leaving(book: Book) -> Sheet:
    """Say how each leaves, and where those go who are referred up or down."""
    visits, size = book.visits, len(book.visits)
    way = np.where(book.rng.random(size) < AGAINST, 3, 0)
    leaves = visits.to != NOBODY
    way = np.where(leaves, np.where(visits.to >= 4, DOWN, ELSEWHERE), way)
    way = np.where(visits.dies, len(WAYS) - 1, way)
    side = book.people.household[visits.person] % 2
    to = np.where(visits.referred >= 0, visits.referred * 2 + side, visits.to)
    up = (to == BEYOND) | ((to >= 0) & (to // 2 < visits.slot // 2))
    direction = np.where(up, 1, np.where(to >= 0, 2, 0))
    ids = np.array([*(hospital.id for hospital in book.near), book.beyond, ""])
    return {
        "discharge_way": Picked(WAYS, way),
        "referred_to": Picked(ids, to % len(ids)),  # BEYOND and NOBODY stand last
        "referral": Picked(np.array(["", "up", "down"]), direction),
    }


def _wards(book: Book, inside: NDArray[np.bool_]) -> Sheet:
    """Move some of those who stay to intensive care."""
    visits = book.visits
    moved = inside & (visits.slot < 4) & (book.rng.random(len(visits)) < INTENSIVE)
    time = visits.start + (visits.end - visits.start) // 5
    never_moved = np.datetime64("NaT", "s")
    ward = np.array(["", "重症医学科"])
    return {
        "ward_to": Picked(ward, moved.astype(np.int64)),
        "ward_time": np.where(moved, time, never_moved),
    }


def write_diagnoses(book: Book, made: Table) -> Sheet:
    """Write the diagnoses."""
    encounter, term, lexicon = made["encounter"], made["term"], words("diagnoses")
    sheet = book.of(encounter) | {"rank": made["rank"]}
    sheet["text"] = book.word("diagnoses", term, book.visits.slot[encounter])
    sheet["code"] = Picked(lexicon["code"], term)
    sheet["inside"] = book.visits.kind[encounter] == INPATIENT
    sheet["time"] = book.visits.start[encounter] + 1_200
    condition = draw(book.rng, np.array([0.86, 0.04, 0.06, 0.04]), len(term))
    sheet["condition"] = Picked(np.array(["1", "2", "3", "4"]), condition)
    sheet["morphology"] = Picked(lexicon["morphology"], term)
    sheet = book.key("diagnosis", "Z", sheet)
    every = np.ones(len(term), dtype=bool)

    def slip(_: Column, rows: NDArray[np.int64]) -> Column:
        book.misspell(term[rows], book.visits.slot[encounter[rows]])
        wrong: Column = lexicon["wrong"][term[rows]]
        return wrong

    known = lexicon["wrong"][term] != ""
    rates = book.mistakes.rates["diagnosis"]
    misspelled = ("misspelled", "text", rates["misspelled"])
    book.mistakes.alter(sheet, misspelled, known, slip)
    missing = ("code_missing", "code", rates["code_missing"])
    book.mistakes.alter(sheet, missing, every, filled(""))
    return sheet
