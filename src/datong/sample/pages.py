"""Every page of the books: what is written down of care, table by table."""

import numpy as np
from numpy.typing import NDArray

from datong.sample.book import Book
from datong.sample.identity import numbered
from datong.sample.laboratory import write_results, write_signs
from datong.sample.measures import make_results, make_signs
from datong.sample.money import make_fees, make_settlements
from datong.sample.notes import make_notes
from datong.sample.picked import Picked, Sheet, plain
from datong.sample.reception import DOCTORS, write_diagnoses, write_encounters
from datong.sample.treatment import (
    GIVEN,
    STATES,
    Done,
    make_administrations,
    make_examinations,
    make_operations,
    make_orders,
    make_requests,
)
from datong.sample.visits import diagnoses_of
from datong.sample.words import Table, words

TERMS = np.array(["临时医嘱", "长期医嘱"])


def write_pages(book: Book) -> dict[str, Sheet]:
    """Write all tables that hang on encounters."""
    rng, visits, people = book.rng, book.visits, book.people
    diagnosed = diagnoses_of(visits, people)
    ordered = make_orders(rng, visits, diagnosed)
    given = make_administrations(rng, ordered)
    operated = make_operations(rng, visits)
    measured = make_results(rng, visits, people)
    done = Done(ordered, measured, operated, make_examinations(visits))
    fees = make_fees(visits, done)
    diagnoses = write_diagnoses(book, diagnosed)
    principal = plain(diagnoses["text"])[diagnosed["rank"] == 1]
    orders = write_orders(book, ordered)
    noted, book.noted = make_notes(rng, visits, ordered, operated, principal)
    plan = book.patients["plan"][book.patient]
    return {
        "encounters": write_encounters(book),
        "diagnoses": diagnoses,
        "operations": write_operations(book, operated),
        "orders": orders,
        "requests": write_requests(book, make_requests(visits, done)),
        "dispensings": write_dispensings(book, ordered, orders),
        "administrations": write_administrations(book, given, orders),
        "results": write_results(book, measured),
        "signs": write_signs(book, make_signs(rng, visits, people)),
        "notes": write_notes(book, noted),
        "fees": write_fees(book, fees),
        "settlements": write_settlements(
            book, dict(make_settlements(visits, fees, plan))
        ),
    }


def write_operations(book: Book, made: Table) -> Sheet:
    """Write the operations."""
    encounter, term, lexicon = made["encounter"], made["term"], words("procedures")
    sheet = book.of(encounter) | {"rank": made["rank"], "time": made["time"]}
    sheet["text"] = book.word("procedures", term, book.visits.slot[encounter])
    for column in ("code", "anaesthesia", "incision"):
        sheet[column] = Picked(lexicon[column], term)
    sheet["level"] = lexicon["level"][term].astype(np.int64)
    sheet["end_time"] = made["time"] + made["minutes"] * 60
    surgeon = book.rng.integers(0, len(DOCTORS), len(encounter))
    sheet["surgeon"] = Picked(DOCTORS, surgeon)
    return book.key("operation", "S", sheet)


def write_orders(book: Book, made: Table) -> Sheet:
    """Write the orders of drugs."""
    drug, lexicon = made["drug"], words("drugs")
    sheet = book.of(made["encounter"])
    sheet |= {n: made[n] for n in ("days", "quantity", "time", "inside", "drug")}
    sheet["text"] = book.word("drugs", drug, book.visits.slot[made["encounter"]])
    columns = ("atc", "spec", "form", "dose", "dose_unit", "route", "frequency", "pack")
    for column in columns:
        sheet[column] = Picked(lexicon[column], drug)
    sheet["term"] = Picked(TERMS, (made["days"] > 1).astype(np.int64))
    sheet["status"] = Picked(STATES, made["state"])
    return book.key("order", "Y", sheet)


def write_requests(book: Book, made: Table) -> Sheet:
    """Write the orders of anything but drugs."""
    sheet = book.of(made["encounter"])
    sheet |= {name: made[name] for name in ("kind", "text", "time")}
    return book.key("request", "Q", sheet)


def write_dispensings(book: Book, made: Table, orders: Sheet) -> Sheet:
    """Hand out what was ordered for home."""
    home = np.flatnonzero(~made["inside"] & ~made["cancelled"])
    sheet: Sheet = {name: column[home] for name, column in orders.items()}
    wait = book.rng.integers(300, 4_000, len(home))
    sheet["time"] = made["time"][home] + wait
    sheet["batch"] = numbered("B", book.rng.integers(0, 10**5, len(home)), 6)
    return book.key("dispensing", "F", sheet)


def write_administrations(book: Book, made: Table, orders: Sheet) -> Sheet:
    """Write down what was given on the ward."""
    sheet: Sheet = {name: column[made["order"]] for name, column in orders.items()}
    sheet |= {"time": made["time"], "scheduled": made["scheduled"]}
    sheet["given"] = Picked(GIVEN, made["given"])
    return book.key("administration", "G", sheet)


def write_notes(book: Book, made: Table) -> Sheet:
    """Write the documents."""
    named = {n: made[n] for n in ("type", "title", "text", "time")}
    sheet = book.of(made["encounter"])
    sheet |= named
    sheet = book.key("note", "N", sheet)
    document = book.noted["document"]
    book.noted["slot"] = book.visits.slot[made["encounter"]][document]
    book.noted["document"] = plain(sheet["key"])[document]
    return sheet


def write_fees(book: Book, made: Table) -> Sheet:
    """Write the fee lines."""
    money = ("fee_class", "item", "price", "quantity", "amount")
    sheet = book.of(made["encounter"]) | {n: made[n] for n in money}
    sheet["time"] = book.visits.start[made["encounter"]] + 3_000
    return book.key("fee", "C", sheet)


def write_settlements(book: Book, made: Sheet) -> Sheet:
    """Write the settlements."""
    sheet = book.of(np.arange(len(book.visits))) | made
    sheet["plan"] = Picked(book.patients["plan"], book.patient)
    return book.key("settlement", "J", sheet)


def write_vaccinations(book: Book, made: Table) -> Sheet:
    """Write the vaccinations."""
    patient = _patients(book, made)
    sheet: Sheet = {n: made[n] for n in ("slot", "time", "dose")}
    sheet["local_id"] = Picked(book.patients["local_id"], patient)
    sheet["text"] = book.word("vaccines", made["vaccine"], made["slot"])
    sheet["code"] = Picked(words("vaccines")["code"], made["vaccine"])
    sheet["lot"] = numbered("V", book.rng.integers(0, 10**6, len(patient)), 7)
    return book.key("vaccination", "I", sheet)


def write_days(book: Book, made: Table) -> Sheet:
    """Write what watches sent to the community centres."""
    patient = _patients(book, made)
    sheet: Sheet = {n: made[n] for n in ("slot", "day", "steps", "resting", "asleep")}
    sheet["local_id"] = Picked(book.patients["local_id"], patient)
    return book.key("day", "W", sheet)


def _patients(book: Book, made: Table) -> NDArray[np.int64]:
    """Find the first registrations of people at their places."""
    code = (made["person"] * 6 + made["slot"]) * 2
    return np.searchsorted(book.patients["code"], code)


def write_allergies(book: Book, made: Table) -> Sheet:
    """Write the allergies where their owner is registered first."""
    owner = book.patients["person"]
    first = np.minimum(np.searchsorted(owner, made["person"]), len(owner) - 1)
    known = np.flatnonzero(owner[first] == made["person"])
    first, substance = first[known], made["substance"][known]
    slot = book.patients["slot"][first]
    sheet: Sheet = {"slot": slot}
    sheet["local_id"] = Picked(book.patients["local_id"], first)
    sheet["text"] = book.word("allergies", substance, slot)
    for column in ("code", "category", "reaction"):
        sheet[column] = Picked(words("allergies")[column], substance)
    return book.key("allergy", "A", sheet)
