"""What the laboratory reports and what is measured at the bed, with their mistakes."""

import numpy as np
from numpy.typing import NDArray

from datong.sample.book import Book
from datong.sample.identity import numbered
from datong.sample.measures import written
from datong.sample.mistakes import filled, full_width, late
from datong.sample.picked import Picked, Sheet, changed, plain, with_copies
from datong.sample.words import Column, Table, words


def write_results(book: Book, made: Table) -> Sheet:
    """Write the laboratory results."""
    item, lexicon = made["item"], words("laboratory")
    sheet = book.of(made["encounter"]) | {
        n: made[n] for n in ("item", "sequence", "collected", "reported", "value")
    }
    sheet["flag"] = made["flag"]
    reports = made["report"] + book.chunk * 10**5
    sheet["report"] = numbered("R", reports, 9)
    slot = book.visits.slot[made["encounter"]]
    sheet["text"] = book.word("laboratory", item, slot)
    for column in ("loinc", "panel", "specimen", "english"):
        sheet[column] = Picked(lexicon[column], item)
    sheet["ucum"] = Picked(lexicon["unit"], item)
    decimals = lexicon["decimals"].astype(np.int64)
    for column in ("low", "high"):
        bound = written(lexicon[column], decimals)
        sheet[column] = Picked(np.where(lexicon["kind"] == "number", bound, ""), item)
    units, turn = _units(book)
    sheet["unit"] = Picked(units.ravel(), item * 3 + turn[slot])
    status = np.array(["已审核"])
    sheet["status"] = Picked(status, np.zeros(len(item), dtype=np.int64))
    sheet["bad_time"] = Picked(np.array([""]), np.zeros(len(item), dtype=np.int64))
    sheet = book.key("result", "L", sheet)
    dash = np.char.add("-", made["sequence"].astype(str))
    sheet["key"] = np.char.add(plain(sheet["report"]), dash)
    _spoil(book, sheet, made)
    return _correct(book, sheet, (lexicon["kind"] == "number")[item])


def _units(book: Book) -> tuple[Column, NDArray[np.int64]]:
    """Return the written units of each item (items x 3), and each hospital's own."""
    cells = [cell.split("|") for cell in words("laboratory")["written_units"]]
    wide = np.array([(unit * 3)[:3] for unit in cells])
    return wide, np.array([hospital.number % 3 for hospital in book.near])


def _spoil(book: Book, sheet: Sheet, made: Table) -> None:
    """Make the mistakes of laboratories."""
    lexicon, item, mistakes = words("laboratory"), made["item"], book.mistakes
    every = np.ones(len(item), dtype=bool)
    other = lexicon["other_unit"]
    convertible = (other != "")[item] & (lexicon["other_factor"][item] != 0)
    number = (lexicon["kind"] == "number")[item]
    rates = mistakes.rates["result"]
    _convert(book, sheet, made, convertible)

    def below(_: Column, rows: NDArray[np.int64]) -> Column:
        return np.char.add("<", plain(sheet["low"][rows]))

    def labelled(_: Column, rows: NDArray[np.int64]) -> Column:
        named: Column = other[item[rows]]
        sheet["ucum"] = changed(sheet["ucum"], rows, named)
        return named

    spoil = [
        ("wrong_unit", "unit", convertible, labelled),
        ("below_limit", "value", number & (made["flag"] == "L"), below),
        ("full_width", "value", number, full_width),
        ("value_missing", "value", every, filled("")),
        ("cancelled", "status", every, filled("已作废")),
        ("status_unknown", "status", every, filled("待定")),
        ("time_unreadable", "bad_time", every, filled("0000-00-00 00:00:00")),
        ("reported_late", "reported", every, late),
    ]
    for name, column, able, change in spoil:
        mistakes.alter(sheet, (name, column, rates[name]), able, change)


def _correct(book: Book, sheet: Sheet, number: NDArray[np.bool_]) -> Sheet:
    """Report some results wrong first, ten times too high, and rightly a day later."""
    slot = plain(sheet["slot"])
    rows = book.mistakes.befall(book.mistakes.rates["result"]["corrected"], slot)
    value, reported = plain(sheet["value"]), plain(sheet["reported"])
    able = number[rows] & (plain(sheet["status"])[rows] == "已审核")
    rows = np.array([r for r in rows[able] if _is_plain(str(value[r]))], dtype=np.int64)
    book.mistakes.note("corrected", sheet, rows, "value")
    twice = with_copies(sheet, rows)
    first = len(slot) + np.arange(len(rows))
    twice["value"] = changed(twice["value"], rows, _ten_times(value[rows]))
    twice["reported"] = changed(twice["reported"], first, reported[rows] + 86_400)
    return twice


def _is_plain(text: str) -> bool:
    """Say whether a result is written as nothing but a number."""
    return text.isascii() and text.replace(".", "").isdigit()


def _ten_times(texts: Column) -> Column:
    """Move the point of written numbers one place to the right."""
    return np.array([f"{float(text) * 10:g}" for text in texts], dtype="U13")


def _convert(
    book: Book, sheet: Sheet, made: Table, convertible: NDArray[np.bool_]
) -> None:
    """Write some results in another unit, rightly converted."""
    lexicon, item = words("laboratory"), made["item"]
    rate = book.mistakes.rates["result"]["other_unit"]
    rows = book.mistakes.befall(rate, plain(sheet["slot"]))
    rows = rows[convertible[rows]]
    book.mistakes.note("other_unit", sheet, rows, "value")
    converted = made["number"][rows] * lexicon["other_factor"][item[rows]]
    text = written(converted, made["decimals"][rows] + 1)
    unit = lexicon["other_unit"][item[rows]]
    for column, cells in (("value", text), ("unit", unit), ("ucum", unit)):
        sheet[column] = changed(sheet[column], rows, cells)


def write_signs(book: Book, made: Table) -> Sheet:
    """Write the vital signs."""
    item, lexicon = made["item"], words("vitals")
    sheet = book.of(made["encounter"]) | {"time": made["time"], "value": made["value"]}
    sheet |= {"item": item, "round": made["round"]}
    pairs = (
        ("loinc", "loinc"),
        ("text", "name"),
        ("unit", "written"),
        ("ucum", "unit"),
    )
    for column, word in pairs:
        sheet[column] = Picked(lexicon[word], item)
    return book.key("sign", "V", sheet)
