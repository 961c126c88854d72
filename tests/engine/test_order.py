"""The engine keeps the order of files, unless it is told that nobody minds."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from datong.engine.duckdb import Duck


def test_rows_come_as_they_lie_in_their_file(tmp_path: Path) -> None:
    file = tmp_path / "rows.parquet"
    rows = pa.table({"n": pa.array(range(400_000))})
    pq.write_table(rows, file, row_group_size=5_000)
    with Duck() as duck:
        for _ in range(5):
            numbered = "select n, row_number() over () - 1 as i from t"
            duck.run(numbered, {"t": file}, tmp_path / "out.parquet")
            duck.see("out", tmp_path / "out.parquet")
            assert duck.one("select count(*) from out where n <> i") == (0,)


def test_both_kinds_of_writing_hold_the_same_rows(tmp_path: Path) -> None:
    rows = pa.table({"n": pa.array(range(300_000))})
    sums = []
    for ordered in (True, False):
        with Duck(ordered=ordered) as duck:
            output = tmp_path / f"{ordered}.parquet"
            assert duck.run("select * from t", {"t": rows}, output) == 300_000
            sums.append(duck.fetch("select sum(n) as s from out", {"out": output}))
    assert sums[0] == sums[1]
