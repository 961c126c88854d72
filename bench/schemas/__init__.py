"""Tables as public schemas and hospitals' systems name them, with invented values.

In:  tried.txt, held.txt and their like: for each schema (`== name`) its tables
     (`# name kind`), and for each column `name = truth = values`. The truth is our own
     reading: `kind.field`, several by `|`, `*person` and `*encounter`, `-` for no
     clinical fact, `?` where more than one answer would do. Values: P person, V visit,
     N a number that counts, T time, D date, m money, n:low:high, else a list by `;`.
Out: folders of CSV files, and how right a draft of them is.

The schemas of tried.txt were looked at while building, those of held.txt only counted.
fresh_tried.txt and fresh_held.txt are six invented hospitals (camelCase, whole pinyin,
numbered Oracle names; abbreviations, mixed languages, a regional platform's words),
written before the dictionaries were opened; the first three were looked at.
"""

import csv
import random
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
PERSONS, VISITS = 60, 110
SURE = 0.9
WRITTEN = {
    "D": "{0}-{1:02}-{2:02}",
    "D8": "{0}{1:02}{2:02}",
    "D/": "{2:02}/{1:02}/{0}",
    "T": "{0}-{1:02}-{2:02} {3:02}:{4:02}:{5:02}",
    "T00": "{0}-{1:02}-{2:02} 00:00:00",
    "Z": "{0}-{1:02}-{2:02}T{3:02}:{4:02}:{5:02}Z",
}
LONG = {
    "long": "A man of 60 with chest pain, stable overnight. ",
    "longzh": "患者因咳嗽三天入院，查体未见明显异常，予以对症处理，病情平稳。",
}


@dataclass(slots=True)
class Table:
    """One table of a schema."""

    name: str
    kinds: list[str]  # those that are right; none: an empty text
    columns: list[tuple[str, str, str]] = field(default_factory=list)


def schemas(name: str) -> Iterator[tuple[str, list[Table]]]:
    """Read the schemas of one file."""
    for part in (HERE / f"{name}.txt").read_text(encoding="utf-8").split("== ")[1:]:
        title, *lines = part.strip().splitlines()
        tables: list[Table] = []
        for line in filter(None, lines):
            if line.startswith("# "):
                _, table, kinds = line.split(" ")
                tables.append(Table(table, kinds.strip("-").split("|")))
            else:
                column, truth, values = line.split(" = ", 2)
                tables[-1].columns.append((column, truth, values))
        yield title, tables


def write(tables: list[Table], folder: Path, seed: int) -> None:
    """Write the tables of one schema, with values from a seed."""
    rng = random.Random(seed)  # noqa: S311 - invented rows, the same each time
    people = [str(20001 + 7 * n) for n in range(PERSONS)]
    visits = [(str(700013 + 13 * n), rng.choice(people)) for n in range(VISITS)]
    folder.mkdir(parents=True)
    for table in tables:
        rows = [rng.choice(visits) for _ in range(VISITS)]
        if table.kinds == ["person"]:
            rows = [("", one) for one in people]
        elif table.kinds == ["encounter"]:
            rows = visits
        with (folder / f"{table.name}.csv").open("w", encoding="utf-8") as opened:
            out = csv.writer(opened)
            out.writerow([column for column, _, _ in table.columns])
            for number, (visit, person) in enumerate(rows):
                told = {"P": person, "V": visit, "N": str(100000 + number)}
                out.writerow(
                    [told.get(v) or _value(v, rng) for _, _, v in table.columns]
                )


def _value(said: str, rng: random.Random) -> str:
    """Invent one value."""
    if said in WRITTEN:
        most = (24, 60, 60)
        day = (rng.randrange(1990, 2024), rng.randrange(1, 13), rng.randrange(1, 29))
        return WRITTEN[said].format(*day, *map(rng.randrange, most))
    if said in LONG:
        return LONG[said] * rng.randrange(1, 4)
    if said == "uuid":
        made = f"{rng.getrandbits(128):032x}"
        return "-".join((made[:8], made[8:12], made[12:16], made[16:20], made[20:]))
    if said.startswith("n:"):
        low, high = map(float, said[2:].split(":"))
        return f"{rng.uniform(low, high):.{int('.' in said)}f}"
    money = f"{rng.randrange(100, 9_999_999) / 100:.2f}"
    return money if said == "m" else rng.choice(said.split(";"))


def judge(tables: list[Table], told: Mapping[str, Any]) -> Counter[str]:
    """Count what is right in a draft (`as_plain`)."""
    kinds = {one["table"]: one["kind"] or "" for one in told["tables"]}
    lines = {(one["table"], one["column"]): one for one in told["suggestions"]}
    found: Counter[str] = Counter()
    for table in tables:
        found["tables"] += 1
        found["tables_1"] += kinds[table.name] in table.kinds
        for column, truth, _ in table.columns:
            one = lines[table.name, column]
            first = _is_right(one, truth)
            if truth not in "?-":
                others = one["alternatives"][:2]
                found["columns"] += 1
                found["columns_1"] += first
                found["columns_3"] += first or any(_is_right(o, truth) for o in others)
            if truth != "?" and one["field"] and one["confidence"] >= SURE:
                found["sure"] += 1
                found["sure_right"] += first
    return found


def _is_right(one: Mapping[str, Any], truth: str) -> bool:
    """Compare a suggestion with what may be right."""
    if truth == "-":
        return not one["field"]
    own = {"*person": "local_id", "*encounter": "number"}
    for said in truth.split("|") if one["field"] else ():
        kind, _, name = said.partition(".")
        if not name:
            if one["field"] in {own.get(kind), kind[1:]}:
                return True
        elif (
            kind in {"*", one["kind"]} and name.replace("range", "low") == one["field"]
        ):
            return True
    return False
