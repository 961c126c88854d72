"""Everything of a chunk of people: the flat tables that layouts read, and the truth."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from datong.sample.book import Book, Ground
from datong.sample.chance import stream
from datong.sample.mistakes import Mistakes, rates
from datong.sample.people import People, make_people
from datong.sample.registration import Desk, register
from datong.sample.treatment import make_allergies, make_vaccinations
from datong.sample.visits import make_visits
from datong.sample.words import Table


@dataclass(frozen=True, slots=True)
class Chunk:
    """Everything of a chunk: flat tables with a `slot`, and the truth."""

    tables: dict[str, Table]
    truth: dict[str, Table]


def make_chunk(seed: int, chunk: int, size: int) -> Chunk:
    """Make everything of a chunk of people."""
    people = make_people(seed, chunk, size)
    visits, courses, outbreaks = make_visits(seed, chunk, people)
    factor = np.repeat(list(rates()["tier"].values()), 2)
    mistakes = Mistakes(stream(seed, chunk, "mistakes"), factor)
    shots = make_vaccinations(seed, chunk, people)
    who = np.concatenate([visits.person, shots["person"]])
    where = np.concatenate([visits.slot, shots["slot"]])
    patients = register(
        Desk(people, chunk, mistakes, rates()["registration"]), who, where
    )
    book = Book(Ground(seed, chunk, people, visits, patients, mistakes))
    tables = book.tables() | {"patients": patients}
    tables["vaccinations"] = book.vaccinations(shots)
    tables["allergies"] = book.allergies(make_allergies(seed, chunk, people))
    _deliver_twice(tables, mistakes)
    return Chunk(
        tables,
        _truth(people, patients, mistakes, book)
        | {"courses": courses, "outbreaks": outbreaks},
    )


def _truth(
    people: People, patients: Table, mistakes: Mistakes, book: Book
) -> dict[str, Table]:
    """Keep aside who is who, what was meant, what is wrong."""
    of_people = ("number", "household", "male", "birth", "name", "identity", "area")
    wrong = mistakes.made
    return {
        "people": {name: getattr(people, name) for name in of_people},
        "registrations": {
            n: patients[n] for n in ("slot", "local_id", "true_person", "copy")
        },
        "terms": book.terms(),
        "mistakes": {n: np.concatenate([w[n] for w in wrong]) for n in wrong[0]},
    }


def _deliver_twice(tables: dict[str, Table], mistakes: Mistakes) -> None:
    """Repeat some rows whole."""
    for table in tables.values():
        again = mistakes.befall(rates()["row"]["twice"], table["slot"])
        mistakes.note("twice", table, again, "")
        table["again"] = np.zeros(len(table["slot"]), dtype=np.int64)
        table["again"][again] = 1


def as_arrow(table: Table, slot: int) -> pa.Table:
    """Return one hospital's rows of a flat table."""
    here = np.flatnonzero(table["slot"] == slot)
    here = np.repeat(here, 1 + table["again"][here])
    return pa.table({name: pa.array(column[here]) for name, column in table.items()})
