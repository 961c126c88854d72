"""Grow the trees that the package ships: `python -m bench.starter`.

From the lexicon of the invented region and nothing else.
"""

import csv
from importlib.resources import files
from pathlib import Path

from datong.terms import starter
from datong.terms.codes import CodeTable, table_of

LEXICONS = {
    "diagnoses": "code",
    "procedures": "code",
    "drugs": "atc",
    "laboratory": "loinc",
}


def lexicons() -> list[CodeTable]:
    """Read the region's words as code tables."""
    folder = files("datong.sample").joinpath("words")
    tables = []
    for name, code in LEXICONS.items():
        lines = folder.joinpath(f"{name}.csv").read_text("utf-8").splitlines()
        rows = [
            {"code": row[code], "name": row["name"], "synonyms": row["forms"]}
            for row in csv.DictReader(lines)
        ]
        tables.append(table_of(rows))
    return tables


if __name__ == "__main__":
    place = Path(starter.__file__).with_name(starter.PLACE)
    print(starter.grow_starter(lexicons(), place))
