"""The books of a chunk's hospitals: who is named in them, and in which words."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from datong.sample.chance import happens, stream
from datong.sample.hospitals import Hospital
from datong.sample.identity import numbered
from datong.sample.mistakes import Mistakes
from datong.sample.people import People
from datong.sample.picked import Picked, Sheet
from datong.sample.visits import Visits
from datong.sample.words import Table, forms, words

PLURAL = {"diagnosis": "diagnoses", "allergy": "allergies"}
CODES = {"drugs": "atc", "laboratory": "loinc"}  # others: "code"
# A chunk numbers the rows of each of its tables; these many numbers are its own.
ROWS = 10**6


@dataclass(frozen=True, slots=True)
class Ground:
    """What stands before a book is opened."""

    seed: int
    chunk: int
    people: People
    visits: Visits
    patients: Table
    mistakes: Mistakes
    near: list[Hospital]
    beyond: str  # the hospital of the next catchment, "" none


class Book:
    """The books of a chunk's hospitals: every page names patients and terms by it."""

    def __init__(self, ground: Ground) -> None:
        """Find each encounter's registration first."""
        self.chunk, self.seed = ground.chunk, ground.seed
        self.near, self.beyond = ground.near, ground.beyond
        self.rng = stream(ground.seed, ground.chunk, "book")
        self.people, self.visits = ground.people, ground.visits
        self.mistakes, self.patients = ground.mistakes, ground.patients
        self.meant: list[Table] = []
        self.noted: Table = {}  # what stands in the documents
        visits, known = ground.visits, ground.patients["code"]
        wanted = (visits.person * 6 + visits.slot) * 2
        second = np.isin(wanted + 1, known) & (visits.person % 366 < 183)
        self.patient = np.searchsorted(known, wanted + second)

    def of(self, encounter: NDArray[np.int64]) -> Sheet:
        """Repeat what names an encounter."""
        return {
            "slot": self.visits.slot[encounter],
            "number": Picked(self.visits.number, encounter),
            "local_id": Picked(self.patients["local_id"], self.patient[encounter]),
        }

    def key(self, name: str, letter: str, sheet: Sheet) -> Sheet:
        """Number the rows of a table and name it for the truth."""
        rows = np.arange(len(sheet["slot"]))
        sheet["key"] = sheet[f"{name}_number"] = numbered(
            letter, rows + self.chunk * ROWS, 10
        )
        table = np.array([PLURAL.get(name, f"{name}s")])
        sheet["table"] = Picked(table, np.zeros(len(rows), dtype=np.int64))
        return sheet

    def word(
        self, name: str, term: NDArray[np.int64], slot: NDArray[np.int64]
    ) -> Picked:
        """Write terms as a hospital does: mostly in its own form of the word."""
        every, count = forms(name)
        house = np.array([self._habit(h, name, len(count)) for h in self.near])
        other = self.rng.integers(0, 1_000, len(term))
        usual = happens(self.rng, 0.8, len(term))
        form = np.where(usual, house[slot, term], other) % count[term]
        place = term * every.shape[1] + form
        self._mean(name, np.unique(slot * every.size + place))
        return Picked(every.ravel(), place)

    def _mean(self, name: str, key: NDArray[np.int64]) -> None:
        """Remember which words each hospital used for what: slot x place of a form."""
        every, _ = forms(name)
        slot, place = key // every.size, key % every.size
        code = words(name)[CODES.get(name, "code")][place // every.shape[1]]
        kind, written = np.full(len(key), name), every.ravel()[place]
        row = {"kind": kind, "slot": slot, "written": written, "code": code}
        self.meant.append(row)

    def misspell(self, term: NDArray[np.int64], slot: NDArray[np.int64]) -> None:
        """Remember which misspelled diagnoses hospitals wrote."""
        lexicon = words("diagnoses")
        key = np.unique(slot * len(lexicon["code"]) + term)
        slot, term = key // len(lexicon["code"]), key % len(lexicon["code"])
        kind = np.full(len(key), "diagnoses")
        row = {"kind": kind, "slot": slot, "written": lexicon["wrong"][term]}
        self.meant.append(row | {"code": lexicon["code"][term]})

    def _habit(self, hospital: Hospital, name: str, size: int) -> NDArray[np.int64]:
        """Return which form of each word a hospital prefers, in every chunk."""
        rng = stream(self.seed, hospital.number, f"words of {name}")
        return rng.integers(0, 1_000, size)

    def terms(self) -> Table:
        """List what each written term means, once a hospital and chunk."""
        return {n: np.concatenate([p[n] for p in self.meant]) for n in self.meant[0]}
