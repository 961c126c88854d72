"""A region in a folder: silos, mappings, project file, and the truth aside."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from datong.core.reason import Trouble
from datong.sample.hospitals import Hospital, make_hospitals, near
from datong.sample.people import CHUNK
from datong.sample.reasons import FULL, SIZE
from datong.sample.records import make_chunk
from datong.sample.vendors import hand_over, write_mappings
from datong.sample.words import Table

Task: TypeAlias = tuple[int, int, int, int]  # seed, chunk, people, hospitals
Made: TypeAlias = tuple[list[tuple[str, bytes, bytes]], dict[str, pa.Table], int]


@dataclass(frozen=True, slots=True)
class Region:
    """An invented region on disk."""

    folder: Path
    people: int
    hospitals: tuple[Hospital, ...]
    rows: int  # of all files that the hospitals hand over, heads not counted


def build(  # noqa: PLR0913, PLR0917 - the agreed public door
    out: Path,
    people: int,
    hospitals: int,
    seed: int,
    processes: int = 1,
    told: Callable[[int, int], None] | None = None,
) -> Region:
    """Invent a region into a new folder; the same seed gives the same bytes.

    `told` hears (chunks done, chunks in all). Raises `Trouble` for an impossible size
    and for a folder that is not empty.
    """
    if people < 1 or hospitals < 6:
        raise Trouble(SIZE, out, people=people, hospitals=hospitals)
    if out.exists() and any(out.iterdir()):
        raise Trouble(FULL, out)
    made = make_hospitals(hospitals)
    _write_project(out, made)
    chunks = -(-people // CHUNK)
    tasks = [
        (seed, c, min(CHUNK, people - c * CHUNK), hospitals) for c in range(chunks)
    ]
    writer, rows = _Writer(out), 0
    for done, (handed, truth, count) in enumerate(_work(tasks, processes), start=1):
        writer.append(handed, truth)
        rows += count
        if told is not None:
            told(done, chunks)
    writer.close()
    return Region(out, people, tuple(made), rows)


def _work(tasks: list[Task], processes: int) -> Iterator[Made]:
    """Make the chunks, in order, in as many processes as asked."""
    if processes == 1 or len(tasks) == 1:
        yield from map(_make, tasks)
        return
    with get_context("spawn").Pool(min(processes, len(tasks))) as pool:
        yield from pool.imap(_make, tasks)


def _make(task: Task) -> Made:
    """Make one chunk: what is handed over, the truth, the rows."""
    seed, number, size, hospitals = task
    chunk = make_chunk(seed, number, size)
    six = near(make_hospitals(hospitals), number)
    handed = hand_over(chunk, six)
    ids = np.array([hospital.id for hospital in six])
    truth = {name: _named(table, ids) for name, table in chunk.truth.items()}
    rows = sum(len(table["slot"]) for table in chunk.tables.values())
    return handed, truth, rows


def _named(table: Table, ids: "np.ndarray[tuple[int], np.dtype[np.str_]]") -> pa.Table:
    """Put the hospital's id in the place of its slot."""
    columns = {n: ids[c] if n == "slot" else c for n, c in table.items()}
    return pa.table(
        {"hospital" if n == "slot" else n: pa.array(c) for n, c in columns.items()}
    )


class _Writer:
    """Appends chunk after chunk, so that memory stays bounded."""

    def __init__(self, out: Path) -> None:
        """Open nothing yet."""
        self.out = out
        self.begun: set[str] = set()
        self.truths: dict[str, pq.ParquetWriter] = {}

    def append(
        self, handed: list[tuple[str, bytes, bytes]], truth: dict[str, pa.Table]
    ) -> None:
        """Append a chunk to every file."""
        for name, head, body in handed:
            place = self.out / "silos" / name
            if name not in self.begun:
                self.begun.add(name)
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(head)
            with place.open("ab") as file:
                file.write(body)
        for name, table in truth.items():
            if name not in self.truths:
                place = self.out / "truth" / f"{name}.parquet"
                place.parent.mkdir(parents=True, exist_ok=True)
                self.truths[name] = pq.ParquetWriter(place, table.schema)
            self.truths[name].write_table(table)

    def close(self) -> None:
        """Finish the files of the truth."""
        for writer in self.truths.values():
            writer.close()


def _write_project(out: Path, hospitals: list[Hospital]) -> None:
    """Write datong.toml and the mapping files."""
    out.mkdir(parents=True, exist_ok=True)
    lines = ["# An invented region: nobody in it exists. `datong run` reads it.", ""]
    lines += ["[project]", 'name = "云溪市 (invented)"', ""]
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
