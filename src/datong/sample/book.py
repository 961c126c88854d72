"""The books of a chunk's hospitals: what they write down, table by table."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from datong.sample.chance import happens, stream
from datong.sample.identity import numbered
from datong.sample.measures import make_results, make_signs, written
from datong.sample.mistakes import Mistakes, early, filled, full_width, never, rates
from datong.sample.money import make_fees, make_settlements
from datong.sample.notes import make_notes
from datong.sample.people import People
from datong.sample.treatment import (
    make_administrations,
    make_operations,
    make_orders,
)
from datong.sample.visits import INPATIENT, Visits, diagnoses_of
from datong.sample.words import Column, Table, forms, words

PLURAL = {"diagnosis": "diagnoses", "allergy": "allergies"}
KINDS = np.array(["outpatient", "emergency", "inpatient", "checkup"])
DOCTORS = np.array(
    ["王志远", "李文静", "陈国平", "赵雪梅", "孙浩然", "周慧敏", "吴建林"]
)


@dataclass(frozen=True, slots=True)
class Ground:
    """What stands before a book is opened."""

    seed: int
    chunk: int
    people: People
    visits: Visits
    patients: Table
    mistakes: Mistakes


class Book:
    """The books of a chunk's hospitals, written table by table."""

    def __init__(self, ground: Ground) -> None:
        """Find each encounter's registration first."""
        self.chunk, visits = ground.chunk, ground.visits
        self.rng = stream(ground.seed, ground.chunk, "book")
        self.people, self.visits = ground.people, visits
        self.mistakes, patients = ground.mistakes, ground.patients
        self.patients = patients
        self.house = stream(ground.seed, 0, "house words")
        self.meant: list[Table] = []
        wanted = (visits.person * 6 + visits.slot) * 2
        second = np.isin(wanted + 1, patients["code"]) & (visits.person % 366 < 183)
        self.patient = np.searchsorted(patients["code"], wanted + second)
        self.base: Table = {
            "slot": visits.slot,
            "number": visits.number,
            "local_id": patients["local_id"][self.patient],
        }

    def of(self, encounter: NDArray[np.int64]) -> Table:
        """Repeat what names an encounter."""
        return {name: column[encounter] for name, column in self.base.items()}

    def key(
        self, name: str, letter: str, rows: NDArray[np.int64], table: Table
    ) -> Table:
        """Number the rows of a table and name it for the truth."""
        table["key"] = table[f"{name}_number"] = numbered(
            letter, rows + self.chunk * 10**6, 10
        )
        table["table"] = np.full(len(rows), PLURAL.get(name, f"{name}s"))
        return table

    def word(
        self, name: str, term: NDArray[np.int64], slot: NDArray[np.int64]
    ) -> Column:
        """Write terms as a hospital does: mostly in its own form of the word."""
        every, count = forms(name)
        house = self.house.integers(0, 1_000, (6, len(count)))
        other = self.rng.integers(0, 1_000, len(term))
        usual = happens(self.rng, 0.8, len(term))
        text = every[term, np.where(usual, house[slot, term], other) % count[term]]
        self.meant.append(
            {
                "kind": np.full(len(term), name),
                "slot": slot,
                "written": text,
                "term": term,
            }
        )
        return text

    def terms(self) -> Table:
        """List what each written term means, once a hospital."""
        codes = {
            "diagnoses": "code",
            "procedures": "code",
            "drugs": "atc",
            "laboratory": "loinc",
            "vaccines": "code",
            "allergies": "code",
        }
        parts = []
        for one in self.meant:
            code = (
                words(str(one["kind"][0]))[codes[str(one["kind"][0])]]
                if len(one["term"])
                else one["written"]
            )
            packed = np.rec.fromarrays([one["slot"], one["written"], one["term"]])
            first = np.unique(packed, return_index=True)[1]
            row = {n: one[n][first] for n in ("kind", "slot", "written")}
            parts.append(row | {"code": code[one["term"][first]]})
        return {n: np.concatenate([p[n] for p in parts]) for n in parts[0]}

    def tables(self) -> dict[str, Table]:
        """Write all tables that hang on encounters."""
        rng, visits = self.rng, self.visits
        diagnoses = diagnoses_of(visits, self.people)
        orders = make_orders(rng, visits, diagnoses)
        given = make_administrations(rng, orders)
        operations = make_operations(rng, visits)
        results = make_results(rng, visits, self.people)
        fees = make_fees(visits, orders, results, operations)
        written_diagnoses = self.diagnoses(diagnoses)
        principal = written_diagnoses["text"][diagnoses["rank"] == 1]
        written_orders = self.orders(orders)
        plan = self.patients["plan"][self.patient]
        return {
            "encounters": self.encounters(),
            "diagnoses": written_diagnoses,
            "operations": self.operations(operations),
            "orders": written_orders,
            "dispensings": self.dispensings(written_orders),
            "administrations": self.administrations(given, written_orders),
            "results": self.results(results),
            "signs": self.signs(make_signs(rng, visits, self.people)),
            "notes": self.notes(make_notes(rng, visits, orders, operations, principal)),
            "fees": self.fees(fees),
            "settlements": self.settlements(make_settlements(visits, fees, plan)),
        }

    def encounters(self) -> Table:
        """Write the encounters."""
        visits, size = self.visits, len(self.visits)
        table = dict(self.base)
        department = words("diagnoses")["department"][visits.diagnosis]
        department = np.where(visits.slot >= 4, "全科", department)
        names = np.unique(words("diagnoses")["department"])
        table |= {"start": visits.start, "end": visits.end, "department": department}
        table["department_code"] = numbered("D", np.searchsorted(names, department), 3)
        table |= {
            "kind": KINDS[visits.kind],
            "plan": self.patients["plan"][self.patient],
        }
        table["doctor"] = DOCTORS[self.rng.integers(0, len(DOCTORS), size)]
        table["age"] = visits.age
        table["admit_route"] = self.rng.choice(
            ["门诊", "急诊", "其他医疗机构转入"], size, p=[0.7, 0.27, 0.03]
        )
        ways = ["医嘱离院", "医嘱转院", "转社区", "非医嘱离院", "死亡"]
        table["discharge_way"] = self.rng.choice(
            ways, size, p=[0.92, 0.02, 0.01, 0.04, 0.01]
        )
        table["key"], table["table"] = visits.number, np.full(size, "encounters")
        inside = visits.kind == INPATIENT
        for name, change in (("end_missing", never), ("end_before_start", early)):
            self.mistakes.alter(
                table, (name, "end", rates()["encounter"][name]), inside, change
            )
        return table

    def diagnoses(self, made: Table) -> Table:
        """Write the diagnoses."""
        encounter, term = made["encounter"], made["term"]
        table = self.of(encounter) | {"rank": made["rank"], "encounter": encounter}
        table["text"] = self.word("diagnoses", term, table["slot"])
        table["code"] = words("diagnoses")["code"][term]
        table["inside"] = self.visits.kind[encounter] == INPATIENT
        table["time"] = self.visits.start[encounter] + 1_200
        table["condition"] = self.rng.choice(
            ["1", "2", "3", "4"], len(term), p=[0.86, 0.04, 0.06, 0.04]
        )
        table = self.key("diagnosis", "Z", np.arange(len(term)), table)
        every = np.ones(len(term), dtype=bool)

        def slip(_: Column, rows: NDArray[np.int64]) -> Column:
            return words("diagnoses")["wrong"][term[rows]]

        self.mistakes.alter(
            table,
            ("misspelled", "text", rates()["diagnosis"]["misspelled"]),
            every,
            slip,
        )
        empty = filled("")
        self.mistakes.alter(
            table,
            ("code_missing", "code", rates()["diagnosis"]["code_missing"]),
            every,
            empty,
        )
        return table

    def operations(self, made: Table) -> Table:
        """Write the operations."""
        encounter, lexicon = made["encounter"], words("procedures")
        table = self.of(encounter) | {
            "rank": made["rank"],
            "encounter": encounter,
            "time": made["time"],
        }
        table["text"] = self.word("procedures", made["term"], table["slot"])
        for column in ("code", "anaesthesia", "incision"):
            table[column] = lexicon[column][made["term"]]
        table["level"] = lexicon["level"][made["term"]].astype(np.int64)
        table["end_time"] = made["time"] + made["minutes"] * 60
        table["surgeon"] = DOCTORS[self.rng.integers(0, len(DOCTORS), len(encounter))]
        return self.key("operation", "S", np.arange(len(encounter)), table)

    def orders(self, made: Table) -> Table:
        """Write the orders of drugs."""
        drug, lexicon = made["drug"], words("drugs")
        table = self.of(made["encounter"]) | {
            n: made[n] for n in ("days", "quantity", "time", "inside", "drug")
        }
        table["text"] = self.word("drugs", drug, table["slot"])
        for column in (
            "atc",
            "spec",
            "form",
            "dose_unit",
            "route",
            "frequency",
            "pack",
        ):
            table[column] = lexicon[column][drug]
        table["dose"] = lexicon["dose"][drug]
        table["term"] = np.where(made["days"] > 1, "长期医嘱", "临时医嘱")
        return self.key("order", "Y", np.arange(len(drug)), table)

    def dispensings(self, orders: Table) -> Table:
        """Hand out what was ordered for home."""
        home = np.flatnonzero(~orders["inside"])
        table = {name: column[home] for name, column in orders.items()}
        table["time"] = table["time"] + self.rng.integers(300, 4_000, len(home))
        table["batch"] = numbered("B", self.rng.integers(0, 10**5, len(home)), 6)
        return self.key("dispensing", "F", np.arange(len(home)), table)

    def administrations(self, made: Table, orders: Table) -> Table:
        """Write down what was given on the ward."""
        table = {name: column[made["order"]] for name, column in orders.items()}
        table |= {n: made[n] for n in ("time", "scheduled", "given")}
        return self.key("administration", "G", np.arange(len(made["order"])), table)

    def results(self, made: Table) -> Table:
        """Write the laboratory results."""
        item, lexicon = made["item"], words("laboratory")
        table = self.of(made["encounter"]) | {
            n: made[n]
            for n in ("item", "sequence", "collected", "reported", "flag", "value")
        }
        table["report"] = numbered("R", made["report"] + self.chunk * 10**5, 9)
        table["text"] = self.word("laboratory", item, table["slot"])
        for column in ("loinc", "panel", "specimen", "english"):
            table[column] = lexicon[column][item]
        for column in ("low", "high"):
            bound = written(lexicon[column][item], made["decimals"])
            table[column] = np.where(lexicon["kind"][item] == "number", bound, "")
        units = [cell.split("|") for cell in lexicon["written_units"]]
        wide = np.array([(unit * 3)[:3] for unit in units])
        table["unit"] = wide[item, table["slot"] % 3]
        table["status"] = np.full(len(item), "已审核", dtype="U4")
        table["bad_time"] = np.full(len(item), "", dtype="U19")
        table = self.key("result", "L", np.arange(len(item)), table)
        self._spoil_results(table, made, item)
        return table

    def _spoil_results(
        self, table: Table, made: Table, item: NDArray[np.int64]
    ) -> None:
        """Make the mistakes of laboratories."""
        lexicon, every = words("laboratory"), np.ones(len(item), dtype=bool)
        other = lexicon["other_unit"][item]
        convertible = (other != "") & (lexicon["other_factor"][item] != 0)
        number = lexicon["kind"][item] == "number"
        rows = self.mistakes.befall(rates()["result"]["other_unit"], table["slot"])
        rows = rows[convertible[rows]]
        self.mistakes.note("other_unit", table, rows, "value")
        converted = made["number"][rows] * lexicon["other_factor"][item[rows]]
        table["value"][rows] = written(converted, made["decimals"][rows] + 1)
        table["unit"][rows] = other[rows]

        def below(_: Column, rows: NDArray[np.int64]) -> Column:
            return np.char.add("<", table["low"][rows])

        def labelled(_: Column, rows: NDArray[np.int64]) -> Column:
            return other[rows]

        spoil = [
            ("wrong_unit", "unit", convertible, labelled),
            ("below_limit", "value", number & (made["flag"] == "L"), below),
            ("full_width", "value", number, full_width),
            ("value_missing", "value", every, filled("")),
            ("cancelled", "status", every, filled("已作废")),
            ("status_unknown", "status", every, filled("待定")),
            ("time_unreadable", "bad_time", every, filled("0000-00-00 00:00:00")),
        ]
        for name, column, able, change in spoil:
            self.mistakes.alter(
                table, (name, column, rates()["result"][name]), able, change
            )

    def signs(self, made: Table) -> Table:
        """Write the vital signs."""
        item, lexicon = made["item"], words("vitals")
        table = self.of(made["encounter"]) | {
            "time": made["time"],
            "value": made["value"],
            "item": item,
        }
        for column, word in (("loinc", "loinc"), ("text", "name"), ("unit", "written")):
            table[column] = lexicon[word][item]
        table["round"] = made["round"]
        return self.key("sign", "V", np.arange(len(item)), table)

    def notes(self, made: Table) -> Table:
        """Write the documents."""
        table = self.of(made["encounter"]) | {
            n: made[n] for n in ("type", "title", "text", "time")
        }
        return self.key("note", "N", np.arange(len(made["text"])), table)

    def fees(self, made: Table) -> Table:
        """Write the fee lines."""
        from_money = {
            n: made[n] for n in ("fee_class", "item", "price", "quantity", "amount")
        }
        table = self.of(made["encounter"]) | from_money
        table["time"] = self.visits.start[made["encounter"]] + 3_000
        return self.key("fee", "C", np.arange(len(made["item"])), table)

    def settlements(self, made: Table) -> Table:
        """Write the settlements."""
        table = dict(self.base) | made | {"plan": self.patients["plan"][self.patient]}
        return self.key("settlement", "J", np.arange(len(self.visits)), table)

    def vaccinations(self, made: Table) -> Table:
        """Write the vaccinations."""
        code = (made["person"] * 6 + made["slot"]) * 2
        patient = np.searchsorted(self.patients["code"], code)
        table: Table = {
            "slot": made["slot"],
            "local_id": self.patients["local_id"][patient],
        }
        table |= {"time": made["time"], "dose": made["dose"]}
        table["text"] = self.word("vaccines", made["vaccine"], made["slot"])
        table["code"] = words("vaccines")["code"][made["vaccine"]]
        table["lot"] = numbered("V", self.rng.integers(0, 10**6, len(code)), 7)
        return self.key("vaccination", "I", np.arange(len(code)), table)

    def allergies(self, made: Table) -> Table:
        """Write the allergies where their owner is registered first."""
        owner = self.patients["person"]
        first = np.searchsorted(owner, made["person"])
        known = np.flatnonzero(
            owner[np.minimum(first, len(owner) - 1)] == made["person"]
        )
        first, substance = first[known], made["substance"][known]
        table: Table = {
            "slot": self.patients["slot"][first],
            "local_id": self.patients["local_id"][first],
        }
        table["text"] = self.word("allergies", substance, table["slot"])
        for column in ("code", "category", "reaction"):
            table[column] = words("allergies")[column][substance]
        return self.key("allergy", "A", np.arange(len(first)), table)
