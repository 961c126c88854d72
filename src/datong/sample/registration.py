"""Who a hospital thinks its patients are: one registration a patient, with mistakes."""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from datong.sample.identity import numbered
from datong.sample.mistakes import (
    Change,
    Mistakes,
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
from datong.sample.moves import Moves, heard, unmarried
from datong.sample.people import CHUNK, DRINKS, GUESTS, SMOKES, YEAR, People
from datong.sample.picked import Sheet, plain
from datong.sample.words import Column, Table


@dataclass(frozen=True, slots=True)
class Desk:
    """Where people are registered: who they are, and what goes wrong."""

    people: People
    moves: Moves
    chunk: int
    mistakes: Mistakes


def register(desk: Desk, who: NDArray[np.int64], where: NDArray[np.int64]) -> Table:
    """Register each person once in each place, some twice, as the desk writes them."""
    people, mistakes = desk.people, desk.mistakes
    rates = mistakes.rates["registration"]
    key = np.unique(who * 6 + where)
    again = mistakes.befall(rates["second_registration"], key % 6)
    code = np.sort(np.concatenate([key * 2, key[again] * 2 + 1]))
    person, slot = code // 12, code // 2 % 6
    table = _as_known(people, person)
    _bring_up_to_date(table, desk.moves, person, heard(code))
    table |= {"code": code, "slot": slot, "copy": code % 2}
    stride = (CHUNK + GUESTS) * 12
    mixed = (code + desk.chunk * stride) * 7_368_787 % 10**9
    table["key"] = table["local_id"] = numbered("", mixed, 9)
    table["table"] = np.full(len(code), "patients")
    _newborn(table, people)
    _cards(table, people, mistakes, rates["relatives_card"])
    sheet: Sheet = dict(table)
    for name, column, whom, change in (*_numbers(table), *_names(table, mistakes.rng)):
        mistakes.alter(sheet, (name, column, rates[name]), whom, change)
    return {name: plain(column) for name, column in sheet.items()}


def _as_known(people: People, person: NDArray[np.int64]) -> Table:
    """Write people down without a mistake."""
    names = ("identity", "identity_type", "phone", "address", "area", "ethnic")
    table: Table = {name: getattr(people, name)[person] for name in names}
    table |= {"name": people.name[person], "birth": people.birth[person]}
    table["ethnic_code"] = people.ethnic_code[person]
    table["nation"] = people.nation[person]
    table["sex"] = np.where(people.male[person], "M", "F")
    table["death"] = people.death[person]
    age = people.age(np.array(YEAR), person)
    table["smoking"] = np.where(age < 15, "", SMOKES[people.smoking[person]])
    table["alcohol"] = np.where(age < 15, "", DRINKS[people.drinking[person]])
    filed = YEAR - people.number[person] % 900
    table["filed"] = np.maximum(people.birth[person], filed)
    table["marital"] = np.where(unmarried(people)[person], "未婚", "已婚")
    plans = np.array(["城乡居民", "职工医保", "自费"])
    table["plan"] = plans[
        (people.household[person] * 7 + 3) % 20 // 10
        + (people.number[person] % 25 == 0)
    ]
    table["person"], table["true_person"] = person, people.number[person]
    return table


def _bring_up_to_date(
    table: Table, moves: Moves, person: NDArray[np.int64], known: NDArray[np.bool_]
) -> None:
    """Write down new addresses and marriages where the desk heard of them."""
    gone = known & ~np.isnat(moves.day[person])
    for column, new in (("address", moves.address), ("area", moves.area)):
        table[column] = np.where(gone, new[person], table[column])
    wed = known & ~np.isnat(moves.wed[person])
    table["marital"] = np.where(wed, "已婚", table["marital"])


def _newborn(table: Table, people: People) -> None:
    """Name the newborn after their mothers; they have no number yet."""
    mother = people.mother[table["person"]]
    new = (people.birth[table["person"]] >= YEAR) & (mother >= 0)
    word = np.where(table["sex"] == "M", "之子", "之女")
    table["name"] = np.where(new, np.char.add(people.name[mother], word), table["name"])
    table["identity"] = np.where(new, "", table["identity"])


def _cards(table: Table, people: People, mistakes: Mistakes, rate: float) -> None:
    """Let some come on the card of the one before them in their household."""
    rows = mistakes.befall(rate, table["slot"])
    card = np.maximum(table["person"][rows] - 1, 0)
    near = people.household[card] == people.household[table["person"][rows]]
    near &= card != table["person"][rows]
    rows, card = rows[near], card[near]
    mistakes.note("relatives_card", table, rows, "identity")
    for column in ("name", "identity", "birth"):
        table[column][rows] = getattr(people, column)[card]
    table["sex"][rows] = np.where(people.male[card], "M", "F")


Slip: TypeAlias = tuple[str, str, NDArray[np.bool_], Change]  # name, column, whom, how


def _numbers(table: Table) -> list[Slip]:
    """Say how identity numbers go wrong, and whose can."""
    able = (table["identity_type"] == "居民身份证") & (table["identity"] != "")
    before = table["birth"] < np.datetime64("2000-01-01")
    ends_in_x = np.char.endswith(table["identity"], "X")
    return [
        ("id_wrong_digit", "identity", able, wrong_digit),
        ("id_swapped_digits", "identity", able, swapped),
        ("id_lower_x", "identity", ends_in_x, small_x),
        ("id_fifteen", "identity", able & before, fifteen),
        ("id_missing", "identity", able, filled("")),
    ]


def _names(table: Table, rng: np.random.Generator) -> list[Slip]:
    """Say how names, phones, dates, sexes and addresses go wrong."""
    every = np.ones(len(table["code"]), dtype=bool)

    def another(old: Column, _: NDArray[np.int64]) -> Column:
        return numbered("141", rng.integers(0, 10**8, len(old)), 8)

    spoil = (
        ("name_homophone", "name", homophone),
        ("name_space", "name", spaced),
        ("phone_changed", "phone", another),
        ("phone_placeholder", "phone", filled("13800138000")),
        ("phone_missing", "phone", filled("")),
        ("birth_first_january", "birth", first_january),
        ("birth_day_month", "birth", day_month),
        ("sex_wrong", "sex", other_sex),
        ("sex_missing", "sex", filled("U")),
        ("address_missing", "address", filled("")),
    )
    return [(name, column, every, change) for name, column, change in spoil]
