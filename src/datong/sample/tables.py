"""Code tables of the region, as an authority gives them: a code, a name, the English.

What hospitals call a thing is not in them; that is for the step `terms` to find out.
"""

import csv
import json
from collections.abc import Iterator
from pathlib import Path

from datong.sample.words import words

# file: lexicon, its column of codes, system, edition, fields that are looked up in it
TABLES = {
    "icd10": ("diagnoses", "code", "ICD-10", "2019", ["diagnosis.diagnosis"]),
    "icd9cm3": ("procedures", "code", "ICD-9-CM-3", "2011", ["procedure.procedure"]),
    "atc": (
        "drugs",
        "atc",
        "ATC",
        "2025",
        ["order.item", "dispensing.item", "administration.item"],
    ),
    "loinc": ("laboratory", "loinc", "LOINC", "2.80", ["lab_result.item"]),
}


def write_tables(folder: Path) -> Iterator[str]:
    """Write the tables; give the lines of `datong.toml` that name them."""
    folder.mkdir(parents=True, exist_ok=True)
    for file, (lexicon, column, system, edition, fields) in TABLES.items():
        held = words(lexicon)
        place = folder / f"{file}.csv"
        with place.open("w", encoding="utf-8", newline="") as opened:
            writer = csv.writer(opened, lineterminator="\n")
            parts = {"code": column, "name": "name", "synonyms": "english"}
            if "unit" in held:
                parts["unit"] = "unit"
            writer.writerow(parts)
            writer.writerows(zip(*(held[part] for part in parts.values()), strict=True))
        yield "[[terms]]"
        told = {"fields": fields, "table": f"terms/{file}.csv"}
        told |= {"system": system, "edition": edition}
        yield from (f"{name} = {json.dumps(said)}" for name, said in told.items())
        yield ""
