"""Who a hospital thinks its patients are: one registration a patient, with mistakes."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from datong.sample.identity import numbered
from datong.sample.mistakes import (
    Mistakes,
    Rates,
    day_month,
    fifteen,
    filled,
    first_january,
    homophone,
    other_sex,
    small_x,
    spaced,
    swapped,
    wrong_digit,
)
from datong.sample.people import CHUNK, YEAR, People
from datong.sample.words import Column, Table


@dataclass(frozen=True, slots=True)
class Desk:
    """Where people are registered: who they are, and what goes wrong how often."""

    people: People
    chunk: int
    mistakes: Mistakes
    rates: Rates


def register(desk: Desk, who: NDArray[np.int64], where: NDArray[np.int64]) -> Table:
    """Register each person once in each place, some twice, as the desk writes them."""
    people, mistakes, rates = desk.people, desk.mistakes, desk.rates
    key = np.unique(who * 6 + where)
    again = mistakes.befall(rates["second_registration"], key % 6)
    code = np.sort(np.concatenate([key * 2, key[again] * 2 + 1]))
    person, slot = code // 12, code // 2 % 6
    table = _as_known(people, person)
    table |= {"code": code, "slot": slot, "copy": code % 2}
    mixed = (code + desk.chunk * CHUNK * 12) * 7_368_787 % 10**9
    table["key"] = table["local_id"] = numbered("", mixed, 9)
    table["table"] = np.full(len(code), "patients")
    _newborn(table, people)
    _identities(table, people, mistakes, rates)
    _spoil(table, mistakes, rates)
    return table


def _as_known(people: People, person: NDArray[np.int64]) -> Table:
    """Write people down without a mistake."""
    names = ("identity", "identity_type", "phone", "address", "area", "ethnic")
    table: Table = {name: getattr(people, name)[person] for name in names}
    table |= {"name": people.name[person], "birth": people.birth[person]}
    table["ethnic_code"] = people.ethnic_code[person]
    table["nation"] = people.nation[person]
    table["sex"] = np.where(people.male[person], "M", "F")
    age = people.age(np.array(YEAR), person)
    married = (age >= 26) & (people.number[person] % 9 > 0)
    table["marital"] = np.where(married, "已婚", "未婚")
    plans = np.array(["城乡居民", "职工医保", "自费"])
    table["plan"] = plans[
        (people.household[person] * 7 + 3) % 20 // 10
        + (people.number[person] % 25 == 0)
    ]
    table["person"], table["true_person"] = person, people.number[person]
    return table


def _newborn(table: Table, people: People) -> None:
    """Name the newborn after their mothers; they have no number yet."""
    mother = people.mother[table["person"]]
    new = (people.birth[table["person"]] >= YEAR) & (mother >= 0)
    word = np.where(table["sex"] == "M", "之子", "之女")
    table["name"] = np.where(new, np.char.add(people.name[mother], word), table["name"])
    table["identity"] = np.where(new, "", table["identity"])


def _identities(table: Table, people: People, mistakes: Mistakes, rates: Rates) -> None:
    """Let some come on a relative's card; then spoil numbers."""
    rows = mistakes.befall(rates["relatives_card"], table["slot"])
    card = np.maximum(table["person"][rows] - 1, 0)
    near = people.household[card] == people.household[table["person"][rows]]
    near &= card != table["person"][rows]
    rows, card = rows[near], card[near]
    mistakes.note("relatives_card", table, rows, "identity")
    for column in ("name", "identity", "birth"):
        table[column][rows] = getattr(people, column)[card]
    table["sex"][rows] = np.where(people.male[card], "M", "F")
    ids = table["identity_type"] == "居民身份证"
    able = ids & (table["identity"] != "")
    spoil = [
        ("id_wrong_digit", able, wrong_digit),
        ("id_swapped_digits", able, swapped),
        ("id_lower_x", np.char.endswith(table["identity"], "X"), small_x),
        ("id_fifteen", able & (table["birth"] < np.datetime64("2000-01-01")), fifteen),
        ("id_missing", able, filled("")),
    ]
    for name, whom, change in spoil:
        mistakes.alter(table, (name, "identity", rates[name]), whom, change)


def _spoil(table: Table, mistakes: Mistakes, rates: Rates) -> None:
    """Spoil names, phones, dates, sexes and addresses."""
    rng = mistakes.rng
    every = np.ones(len(table["code"]), dtype=bool)

    def another(old: Column, _: NDArray[np.int64]) -> Column:
        return numbered("141", rng.integers(0, 10**8, len(old)), 8)

    spoil = [
        ("name_homophone", "name", homophone),
        ("name_space", "name", spaced),
        ("phone_changed", "phone", another),
        ("phone_placeholder", "phone", filled("13800138000")),
        ("phone_missing", "phone", filled("")),
        ("birth_first_january", "birth", first_january),
        ("birth_day_month", "birth", day_month),
        ("sex_wrong", "sex", other_sex),
        ("address_missing", "address", filled("")),
    ]
    for name, column, change in spoil:
        mistakes.alter(table, (name, column, rates[name]), every, change)
