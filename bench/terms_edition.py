"""A full edition (35,000 diagnoses, 14,000 procedures): speed, memory; about a minute.

Names of another edition are looked up, without anything reviewed: the starter answers.
Each edition is measured in a process of its own, so that its memory is its own.
"""

import csv
import re
import resource
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from bench.figure import Figure
from bench.real import real_data
from datong.terms.codes import CodeTable, table_of
from datong.terms.normalizer import Normalizer
from datong.terms.starter import starter

ASKED = 5_000
TURNS = 40  # seen texts are asked so often
# A code, perhaps its asterisk part (+G01*), a name: names have blanks, too.
LINE = re.compile(r"(\S+)\s+(?:\+\S+\*?\s+)?(.+)")
EDITIONS = {
    "diagnoses": ("ICD10国临版v2.0.dat", "ICD10北京版v7.0.dat"),
    "procedures": ("ICD-9国临版3.0手术操作分类.csv", "ICD9CM3北京版v8.0.dat"),
}


def measure() -> list[Figure]:
    """Measure both editions."""
    folder = real_data() / "codes"
    figures = []
    for name, (table, asked) in EDITIONS.items():
        with ProcessPoolExecutor(1, get_context("spawn")) as pool:
            done = pool.submit(_measured, folder / table, folder / asked).result()
        rows = int(done.pop("rows"))
        figures += [
            Figure(f"edition_{name}_{key}", figure, UNITS[key], rows=rows)
            for key, figure in done.items()
        ]
    return figures


UNITS = {
    "open_seconds": "s",
    "terms_per_second": "1/s",
    "terms_per_cpu_second": "1/s",
    "seen_terms_per_second": "1/s",
    "memory": "MB",
}


def _measured(table_file: Path, asked_file: Path) -> dict[str, float]:
    """Open a table, ask names of another edition, ask them again."""
    table = _table(table_file)
    texts = [concept.name for concept in _table(asked_file).concepts][-ASKED:]
    began = time.perf_counter()
    normalizer = Normalizer(starter(table))
    opened = time.perf_counter() - began
    began, used = time.perf_counter(), time.process_time()
    normalizer.normalize(texts)
    wall, cpu = time.perf_counter() - began, time.process_time() - used
    began = time.perf_counter()
    normalizer.normalize(texts * TURNS)
    again = time.perf_counter() - began
    return {
        "rows": len(table.concepts),
        "open_seconds": opened,
        "terms_per_second": len(texts) / wall,
        "terms_per_cpu_second": len(texts) / cpu,
        "seen_terms_per_second": len(texts) * TURNS / again,
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def _table(place: Path) -> CodeTable:
    """Read a published edition."""
    text = place.read_text("utf-8-sig")
    if place.suffix == ".csv":
        rows = [(row[1], row[2]) for row in list(csv.reader(text.splitlines()))[1:]]
    else:
        found = (LINE.fullmatch(line.strip()) for line in text.splitlines())
        rows = [(one[1], one[2]) for one in found if one]
    return table_of({"code": code, "name": name} for code, name in rows)
