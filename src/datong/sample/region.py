"""A region in a folder: silos, mappings, project file, and the truth aside."""

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from datong.core.reason import Trouble
from datong.sample.hospitals import Hospital, catchments, make_hospitals, near
from datong.sample.people import CHUNK, CITIES, CITY
from datong.sample.rates import Rates, rates_of
from datong.sample.reasons import FULL, SIZE
from datong.sample.records import NOBODY, Place, make_chunk
from datong.sample.tables import write_tables
from datong.sample.vendors import hand_over, write_mappings
from datong.sample.words import Table

MOST = CHUNK * CITY * CITIES  # people
UNFINISHED = "UNFINISHED.txt"
PARTS = ("silos", "mappings", "terms", "truth")
MARK = """\
This invented region is not finished. If nothing is running, the build was stopped:
run the same `datong sample` again, or delete this folder.

此虚构区域尚未生成完。若没有程序在运行，说明生成被中断：
请再次运行同一条 `datong sample` 命令，或删除本文件夹。
"""


@dataclass(frozen=True, slots=True)
class Region:
    """An invented region on disk."""

    folder: Path
    people: int
    hospitals: tuple[Hospital, ...]
    rows: int  # of all files that the hospitals hand over, heads not counted


@dataclass(frozen=True, slots=True)
class Task:
    """One catchment: its hospitals, and which of all chunks of people live there."""

    out: Path
    seed: int
    place: int
    hospitals: int
    rates: Rates
    chunks: tuple[tuple[int, int, int], ...]  # number, people, people of the one before
    last: int  # number of the last chunk of all


def build(  # noqa: PLR0913, PLR0917 - the agreed public door
    out: Path,
    people: int,
    hospitals: int,
    seed: int,
    processes: int = 1,
    told: Callable[[int, int], None] | None = None,
    rates: Path | None = None,
) -> Region:
    """Invent a region into a new folder; the same seed gives the same bytes.

    Catchments (two tertiary hospitals each) are made side by side in `processes`.
    `told` hears (catchments done, catchments in all); `rates` is a TOML file of
    mistakes. Raises `Trouble` for an impossible size, for rates that cannot be used and
    for a folder that is not empty. What a killed build left is made anew.
    """
    if not 1 <= people <= MOST or hospitals < 6 or seed < 0 or processes < 1:
        asked = {"people": people, "hospitals": hospitals, "seed": seed}
        raise Trouble(SIZE, out, **asked, processes=processes, most=MOST)
    used = rates_of(rates)
    _begin(out)
    made = make_hospitals(hospitals)
    tasks = _share(out, people, hospitals, seed, used)
    truth, rows = _Truth(out / "truth"), 0
    for done, (parts, count) in enumerate(_work(tasks, processes), start=1):
        truth.append(parts)
        rows += count
        if told is not None:
            told(done, len(tasks))
    truth.close()
    _write_project(out, made)
    (out / UNFINISHED).unlink()
    return Region(out, people, tuple(made), rows)


def _begin(out: Path) -> None:
    """Make the folder and say in it that it is unfinished; clear a killed build."""
    mark = out / UNFINISHED
    if mark.exists():
        for name in PARTS:
            shutil.rmtree(out / name, ignore_errors=True)
        (out / "datong.toml").unlink(missing_ok=True)
        mark.unlink()
    if out.exists() and any(out.iterdir()):
        raise Trouble(FULL, out)
    out.mkdir(parents=True, exist_ok=True)
    mark.write_text(MARK, encoding="utf-8", newline="\n")


def _share(
    out: Path, people: int, hospitals: int, seed: int, rates: Rates
) -> list[Task]:
    """Share the people out among catchments, so that every hospital has patients."""
    places = catchments(make_hospitals(hospitals))
    turns = max(-(-len(some) // 2) for place in places for some in place.values())
    count = min(max(-(-people // CHUNK), len(places) * turns), people)
    sizes = [people // count + (c < people % count) for c in range(count)]
    before = [0, *sizes] if len(places) > 1 else [NOBODY] * count
    chunks = list(zip(range(count), sizes, before, strict=False))
    shared = [tuple(chunks[place :: len(places)]) for place in range(len(places))]
    return [
        Task(out, seed, place, hospitals, rates, some, count - 1)
        for place, some in enumerate(shared)
        if some
    ]


Made = tuple[list[dict[str, pa.Table]], int]


def _work(tasks: list[Task], processes: int) -> Iterator[Made]:
    """Make the catchments, in order, in as many processes as asked."""
    if processes == 1 or len(tasks) == 1:
        yield from map(_make, tasks)
        return
    with get_context("spawn").Pool(min(processes, len(tasks))) as pool:
        yield from pool.imap(_make, tasks)


def _make(task: Task) -> Made:
    """Make one catchment; return the truth of each of its chunks, and the rows."""
    every = catchments(make_hospitals(task.hospitals))
    truth, rows = [], 0
    for turn, (number, size, before) in enumerate(task.chunks):
        six = near(every[task.place], turn)
        following = divmod(number + 1, len(every))
        next_one = near(every[following[1]], following[0])[0].id
        beyond = next_one if len(every) > 1 and number < task.last else ""
        place = Place(task.seed, number, size, six, before, beyond)
        chunk = make_chunk(place, task.rates)
        count, broken = hand_over(chunk, place, task.rates, task.out / "silos")
        rows += count
        ids = np.array([hospital.id for hospital in six])
        tables = chunk.truth | {"broken": broken}
        truth.append({n: _named(table, ids) for n, table in tables.items()})
    return truth, rows


def _named(table: Table, ids: "np.ndarray[tuple[int], np.dtype[np.str_]]") -> pa.Table:
    """Put the hospital's id in the place of its slot."""
    columns = {n: ids[c] if n == "slot" else c for n, c in table.items()}
    return pa.table(
        {"hospital" if n == "slot" else n: pa.array(c) for n, c in columns.items()}
    )


class _Truth:
    """Appends the truth chunk after chunk, so that memory stays bounded."""

    def __init__(self, folder: Path) -> None:
        """Open nothing yet."""
        self.folder = folder
        self.writers: dict[str, pq.ParquetWriter] = {}

    def append(self, parts: list[dict[str, pa.Table]]) -> None:
        """Append the tables of a catchment's chunks."""
        for part in parts:
            for name, table in part.items():
                if name not in self.writers:
                    self.folder.mkdir(parents=True, exist_ok=True)
                    place = self.folder / f"{name}.parquet"
                    self.writers[name] = pq.ParquetWriter(place, table.schema)
                self.writers[name].write_table(table)

    def close(self) -> None:
        """Finish the files."""
        for writer in self.writers.values():
            writer.close()


def _write_project(out: Path, hospitals: list[Hospital]) -> None:
    """Write the mapping files, and datong.toml at last: now it is a project."""
    lines = ["# An invented region: nobody in it exists. `datong run` reads it.", ""]
    lines += ["[project]", 'name = "云溪市 (invented)"', ""]
    lines += write_tables(out / "terms")
    for one in hospitals:
        mappings = f"mappings/{one.id}" if one.vendor != "fhir" else "shipped:fhir"
        facts = {"id": one.id, "name": one.name, "tier": one.tier}
        facts |= {"folder": f"silos/{one.id}", "mappings": mappings}
        lines.append("[[organization]]")
        lines += [
            f"{k} = {json.dumps(v, ensure_ascii=False)}" for k, v in facts.items()
        ]
        lines.append("")
        if one.vendor != "fhir":
            write_mappings(one, out / "mappings" / one.id)
    text = "\n".join(lines)
    (out / "datong.toml").write_text(text, encoding="utf-8", newline="\n")
