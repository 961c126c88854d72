"""Clean ground: a few hundred invented people with records in which nothing is wrong.

Everything is drawn from a seed. Reference values are those of textbooks; names of
people there are none.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal

import numpy as np
import pyarrow as pa

from datong.core.shape import Row, Value
from datong.engine.duckdb import ARROW
from datong.standards.records import all_kinds

START = datetime.fromisoformat("2023-01-02")
DAYS = 700
DIAGNOSES = (
    ("I10", "高血压", ""),
    ("E11.9", "2型糖尿病", ""),
    ("J18.9", "肺炎", ""),
    ("K29.5", "慢性胃炎", ""),
    ("C34.1", "上叶肺恶性肿瘤", ""),
    ("N40", "前列腺增生", "M"),
    ("O80", "顺产", "F"),
    ("C50.9", "乳腺恶性肿瘤", "F"),
)
ITEMS = (  # code, name, unit, low, high, mean, spread
    ("GLU", "葡萄糖", "mmol/L", "3.9", "6.1", 5.0, 0.5),
    ("CREA", "肌酐", "umol/L", "44", "133", 80.0, 15.0),
    ("K", "钾", "mmol/L", "3.5", "5.3", 4.3, 0.3),
    ("HGB", "血红蛋白", "g/L", "115", "175", 140.0, 12.0),
    ("ALT", "丙氨酸氨基转移酶", "U/L", "7", "50", 25.0, 7.0),
    ("CRP", "C反应蛋白", "mg/L", "0", "10", 3.0, 0.8),
)
DRUGS = (  # code, name, dose, unit, price
    ("D01", "二甲双胍片", 500, "mg", "0.50"),
    ("D02", "氨氯地平片", 5, "mg", "1.20"),
    ("D03", "头孢呋辛注射液", 750, "mg", "18.00"),
    ("D04", "奥美拉唑胶囊", 20, "mg", "2.30"),
)


class Ground:
    """The records of a seed, drawn kind by kind; `rows` holds them."""

    def __init__(self, seed: int, people: int) -> None:
        """Draw people and all that happens to them."""
        self.random = np.random.default_rng(seed)
        self.rows: dict[str, list[dict[str, Value]]] = {}
        for person in range(1, people + 1):
            self._person(person)

    def _add(self, kind: str, own: Row, of: Row | None = None) -> dict[str, Value]:
        """Add a record of a kind; `of` is its visit."""
        held = self.rows.setdefault(kind, [])
        number = len(held) + 1
        given: dict[str, Value] = {
            "record": number + 1_000_000 * (1 + sorted(all_kinds()).index(kind)),
            "source": "his",
            "version": 1,
            "deleted": False,
        }
        if of is not None:
            shared = ("organization", "person")
            given |= {name: of[name] for name in ("encounter", *shared)}
        row = {**given, **own}
        file = file_of(kind, str(row["organization"]))
        row |= {"_row": (file << 40) + number, "_rule": file}
        held.append(row)
        return row

    def _whole(self, low: int, high: int) -> int:
        """Draw a whole number, the upper end left out."""
        return int(self.random.integers(low, high))

    def _person(self, person: int) -> None:
        """Draw a person and three visits that do not meet."""
        sex = "MF"[self._whole(0, 2)]
        birth = (
            f"{self._whole(1940, 1995)}-{self._whole(1, 13):02}-{self._whole(1, 29):02}"
        )
        organization = f"H00{1 + person % 2}"
        own: dict[str, Value] = {"person": person, "organization": organization}
        own |= {"sex_code": "1" if sex == "M" else "2"}
        self._add("person", own | {"birth": birth, "nationality_code": "CHN"})
        first = START + timedelta(days=self._whole(0, 60))
        for visit in range(3):
            start = first + timedelta(days=220 * visit + self._whole(0, 90))
            start += timedelta(hours=self._whole(8, 17), minutes=self._whole(0, 60))
            self._visit(own | {"time": start}, sex, is_stay=visit == 2)

    def _visit(self, own: dict[str, Value], sex: str, *, is_stay: bool) -> None:
        """Draw a visit and what happens in it."""
        start = own["time"]
        if not isinstance(start, datetime):
            return
        length = timedelta(days=self._whole(3, 12)) if is_stay else timedelta(hours=3)
        visit: dict[str, Value] = {
            "number": f"V{len(self.rows.get('encounter', [])):06}",
            "time_end": start + length,
            "class_code": "inpatient" if is_stay else "outpatient",
            "department_code": f"K{self._whole(1, 7):02}",
            "payer_code": "310",
        }
        own = {name: own[name] for name in ("person", "organization", "time")}
        encounter = self._add("encounter", own | visit)
        encounter["encounter"] = encounter["record"]
        self._diagnoses(encounter, sex, start)
        self._results(encounter, start)
        self._vitals(encounter, start)
        lines = list(self._treatment(encounter, start, is_stay=is_stay))
        self._settle(encounter, start + length, lines)
        if is_stay:
            text = {"document": f"N{encounter['record']}", "type_code": "discharge"}
            self._add("note", text | {"time": start + length}, encounter)

    def _diagnoses(self, visit: Row, sex: str, start: datetime) -> None:
        """Draw two diagnoses that fit the sex; the admission condition varies."""
        fitting = [d for d in DIAGNOSES if d[2] in ("", sex)]
        chosen = self.random.choice(len(fitting), 2, replace=False)
        for rank, index in enumerate(chosen, start=1):
            code, text, _ = fitting[int(index)]
            own: dict[str, Value] = {
                "rank": rank,
                "role_code": "primary" if rank == 1 else "secondary",
                "time": start,
            }
            condition = str(self._whole(1, 5))
            named = {"diagnosis_code": code, "diagnosis_text": text}
            own |= named | {"admission_condition_code": condition}
            self._add("diagnosis", own, visit)

    def _results(self, visit: Row, start: datetime) -> None:
        """Draw a value for each test, an hour after the specimen was taken."""
        order = self._order(visit, "laboratory", "LAB", start)
        for sequence, item in enumerate(ITEMS):
            code, text, unit, low, high, mean, spread = item
            # About one value in fourteen lies outside its range.
            drawn = float(np.clip(1.35 * self.random.normal(), -3.5, 3.5))
            drawn = drawn * spread + mean
            number = Decimal(f"{drawn:.1f}")
            time = start + timedelta(minutes=90)
            flag = "H" if number > Decimal(high) else "N"
            flag = "L" if number < Decimal(low) else flag
            own: dict[str, Value] = {"item_code": code, "item_text": text}
            own |= {"sequence": sequence, "report": f"R{visit['record']}"}
            own |= {"value_text": str(number), "value_number": number}
            own |= {"unit_code": unit, "low": Decimal(low), "high": Decimal(high)}
            own |= {"flag_code": flag, "order": order["order_number"]}
            own |= {"collected": start + timedelta(minutes=30), "time": time}
            own |= {"available": time + timedelta(minutes=20)}
            self._add("lab_result", own, visit)

    def _vitals(self, visit: Row, start: datetime) -> None:
        """Draw temperature and blood pressure."""
        drawn = (
            ("temperature", Decimal(f"{36.2 + self.random.random():.1f}"), "Cel"),
            ("systolic", Decimal(self._whole(110, 150)), "mm[Hg]"),
            ("diastolic", Decimal(self._whole(60, 95)), "mm[Hg]"),
        )
        for item, number, unit in drawn:
            own: dict[str, Value] = {
                "item_code": item,
                "value_number": number,
                "unit_code": unit,
            }
            own |= {"value_text": str(number), "time": start + timedelta(minutes=10)}
            self._add("vital_sign", own, visit)

    def _order(self, visit: Row, kind: str, term: str, start: datetime) -> Row:
        """Add an order."""
        number = f"O{len(self.rows.get('order', [])):06}"
        own = {"order_number": number, "type_code": kind, "item_code": term}
        return self._add("order", own | {"time": start + timedelta(minutes=20)}, visit)

    def _treatment(
        self, visit: Row, start: datetime, *, is_stay: bool
    ) -> Iterator[Decimal]:
        """Draw drugs ordered, handed out or given, and billed; yield amounts."""
        for index in self.random.choice(len(DRUGS), 2, replace=False):
            code, text, dose, unit, price = DRUGS[int(index)]
            order = self._order(visit, "drug", code, start)
            order = self.rows["order"][-1]
            order |= {"item_text": text, "dose": Decimal(dose), "dose_unit_code": unit}
            order |= {"days": Decimal(7), "quantity": Decimal(14)}
            refers: dict[str, Value] = {
                "order": order["order_number"],
                "item_code": code,
            }
            later: dict[str, Value] = {"time": start + timedelta(minutes=60)}
            if is_stay:
                given: dict[str, Value] = {
                    "given_code": "completed",
                    "dose": Decimal(dose),
                }
                number = f"E{order['record']}"
                own: dict[str, Value] = {"event_number": number}
                own |= {"dose_unit_code": unit}
                self._add("administration", refers | given | own | later, visit)
            else:
                own = {"dispense_number": f"P{order['record']}"}
                own |= {"days": Decimal(7)}
                own |= {"quantity": Decimal(14), "returned": Decimal(0)}
                self._add("dispensing", refers | own | later, visit)
            yield self._line(visit, refers | later | {"item_text": text}, price, 14)
        bed = {"item_code": "BED", "item_text": "床位费", "time": visit["time"]}
        yield self._line(visit, bed, "60.00", self._whole(1, 9))

    def _line(
        self, visit: Row, own: dict[str, Value], price: str, many: int
    ) -> Decimal:
        """Bill a line; a tenth is paid by the person."""
        amount = Decimal(price) * many
        money: dict[str, Value] = {"price": Decimal(price), "quantity": Decimal(many)}
        money |= {"amount": amount, "self_pay": amount / 10}
        number = f"F{len(self.rows.get('fee_line', [])):06}"
        self._add("fee_line", own | money | {"fee_number": number}, visit)
        return amount

    def _settle(self, visit: Row, end: datetime, amounts: list[Decimal]) -> None:
        """Settle a bill; the fund pays seven tenths."""
        total = sum(amounts, Decimal(0))
        fund = (total * 7 / 10).quantize(Decimal("0.01"))
        own: dict[str, Value] = {"total": total, "fund": fund, "cash": total - fund}
        own |= {"western_drug_fee": total - amounts[-1], "bed_fee": amounts[-1]}
        own |= {"settlement_number": f"S{visit['record']}", "time": end}
        self._add("settlement", own, visit)


def file_of(kind: str, organization: str) -> int:
    """Number the file of a kind that an organization hands over; also its rule."""
    return 2 * (1 + sorted(all_kinds()).index(kind)) + (organization == "H002")


def ground(seed: int = 1, people: int = 300) -> dict[str, pa.Table]:
    """Return the clean records by kind, every column of the kind there."""
    made = Ground(seed, people).rows
    tables = {}
    for kind, rows in made.items():
        shape = all_kinds()[kind].shape
        schema = pa.schema([(c.name, ARROW[c.kind]) for c in shape])
        tables[kind] = pa.Table.from_pylist(rows, schema)
    return tables
