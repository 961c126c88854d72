"""Everything of a chunk of people: the flat tables that layouts read, and the truth."""

from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from datong.sample.book import Book, Ground
from datong.sample.chance import stream
from datong.sample.hospitals import TURNS, Hospital
from datong.sample.leaving import only_present, part, welcome
from datong.sample.mistakes import Mistakes
from datong.sample.moves import make_moves
from datong.sample.pages import (
    write_allergies,
    write_days,
    write_pages,
    write_vaccinations,
)
from datong.sample.people import YEAR, People, make_people
from datong.sample.picked import Sheet, as_arrow, plain
from datong.sample.rates import TIER, Rates
from datong.sample.registration import Desk, register
from datong.sample.treatment import make_allergies, make_days, make_vaccinations
from datong.sample.visits import make_visits, transfers_of
from datong.sample.words import Table

NOBODY = -1  # where there is no other catchment
# What the truth says of a person.
OF_PEOPLE = (
    "number",
    "household",
    "male",
    "birth",
    "death",
    "name",
    "identity",
    "area",
    "mother_number",
)


@dataclass(frozen=True, slots=True)
class Chunk:
    """Everything of a chunk: flat tables with a `slot`, and the truth."""

    number: int
    tables: dict[str, Sheet]
    truth: dict[str, Table]


@dataclass(frozen=True, slots=True)
class Place:
    """A chunk's place in the region.

    `before`: how many people the chunk before has, which lies in another catchment;
    who leaves it comes here. 0: there is none before; NOBODY: nobody leaves or comes.
    """

    seed: int
    chunk: int
    size: int
    near: list[Hospital]
    before: int = NOBODY
    beyond: str = ""  # the hospital of the next chunk that takes people on


def make_chunk(place: Place, rates: Rates) -> Chunk:
    """Make everything of a chunk of people and of the six hospitals near them."""
    seed, chunk = place.seed, place.chunk
    people = _inhabitants(place)
    visits, courses, outbreaks = make_visits(seed, chunk, people)
    moves = make_moves(seed, chunk, people)
    factor = np.repeat([rates[TIER][name] for name in TURNS], 2)
    mistakes = Mistakes(stream(seed, chunk, "mistakes"), factor, rates)
    shots = only_present(people, make_vaccinations(seed, chunk, people), "time")
    worn = only_present(people, make_days(seed, chunk, people), "day")
    who = np.concatenate([visits.person, shots["person"], worn["person"]])
    where = np.concatenate([visits.slot, shots["slot"], worn["slot"]])
    patients = register(Desk(people, moves, chunk, mistakes), who, where)
    ground = Ground(
        seed, chunk, people, visits, patients, mistakes, place.near, place.beyond
    )
    book = Book(ground)
    tables = write_pages(book) | {"patients": dict(patients)}
    tables["vaccinations"] = write_vaccinations(book, shots)
    tables["days"] = write_days(book, worn)
    tables["allergies"] = write_allergies(book, make_allergies(seed, chunk, people))
    _deliver_twice(tables, mistakes)
    return Chunk(
        chunk,
        tables,
        _truth(people, patients, mistakes, book)
        | {"courses": courses, "outbreaks": outbreaks}
        | {"transfers": transfers_of(visits, people)}
        | dict(zip(("moves", "marriages"), moves.truth(people), strict=True)),
    )


def _inhabitants(place: Place) -> People:
    """Make the people who live here, or did, or came in the year."""
    people = make_people(place.seed, place.chunk, place.size)
    if place.before != NOBODY:
        people = part(place.seed, place.chunk, people)
    if not place.beyond:
        people = replace(people, carried=np.full(len(people), -1))
    if place.before > 0:
        people = welcome(place.seed, place.chunk, people, place.before)
    return people


def _truth(
    people: People, patients: Table, mistakes: Mistakes, book: Book
) -> dict[str, Table]:
    """Keep aside who is who, what was meant, what is wrong."""
    wrong = mistakes.made
    own = people.since == 0  # who came from elsewhere is told of there
    return {
        "people": {name: getattr(people, name)[own] for name in OF_PEOPLE},
        "leaving": _left(people),
        "registrations": {
            n: patients[n] for n in ("slot", "local_id", "true_person", "copy")
        },
        "terms": book.terms(),
        "note_fields": book.noted,
        "mistakes": {n: np.concatenate([w[n] for w in wrong]) for n in wrong[0]},
    }


def _left(people: People) -> Table:
    """Tell who left for the next catchment, and when."""
    who = np.flatnonzero((people.until < 366) & (people.since == 0))
    return {"number": people.number[who], "day": YEAR + people.until[who]}


def _deliver_twice(tables: dict[str, Sheet], mistakes: Mistakes) -> None:
    """Repeat some rows whole."""
    for table in tables.values():
        slot = plain(table["slot"])
        again = mistakes.befall(mistakes.rates["row"]["twice"], slot)
        mistakes.note("twice", table, again, "")
        table["again"] = np.bincount(again, minlength=len(slot))


def by_slot(table: Sheet) -> list[pa.Table]:
    """Return each hospital's rows of a flat table, six slices of one."""
    slot, again = plain(table["slot"]), plain(table["again"])
    order = np.argsort(slot, kind="stable")
    order = np.repeat(order, 1 + again[order])
    ends = np.searchsorted(slot[order], np.arange(7))
    ours = {"slot", "again", "key", "table"}  # for the truth only
    whole = pa.table({n: as_arrow(c, order) for n, c in table.items() if n not in ours})
    return [
        whole.slice(begin, end - begin)
        for begin, end in zip(ends[:-1].tolist(), ends[1:].tolist(), strict=True)
    ]
