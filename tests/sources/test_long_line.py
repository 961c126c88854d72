"""A line of a gigabyte is one reject, and the memory never sees it whole."""

from pathlib import Path

import psutil
import pytest

from datong.engine.land import Landing
from datong.sources.delimited import Dialect, read


@pytest.mark.parametrize("megabytes", [64, pytest.param(1024, marks=pytest.mark.slow)])
def test_a_line_without_an_end_is_one_reject(tmp_path: Path, megabytes: int) -> None:
    file = tmp_path / "long.csv"
    with file.open("wb") as opened:
        opened.write(b"a,b\n1,2\n3,")
        for _ in range(megabytes):
            opened.write(b"x" * 2**20)
        opened.write(b"\n5,6\n")
    before = psutil.Process().memory_info().rss
    places = tmp_path / "rows.parquet", tmp_path / "rejects.parquet"
    with Landing(*places, 1, file.name) as sink:
        entry, _ = read(file, sink, Dialect())
    assert (entry.read, entry.kept, entry.rejected, entry.framing) == (4, 2, 1, 1)
    grown = psutil.Process().memory_info().rss - before
    assert grown < 300 * 2**20
