"""Words are looked at once, wherever they lie, and no bad one is missed."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from datong.engine.duckdb import Duck, Input
from datong.quality.checks import all_checks
from datong.quality.finding import Finding
from datong.quality.own import TextCheck
from datong.quality.own_judged import judge_own

TEXTS = [check for check in all_checks() if isinstance(check, TextCheck)]
CLEAN = [f"J{n:02}.{n % 10}" for n in range(99)]


def failing(table: Input) -> set[tuple[str, str, int, int, tuple[str, ...]]]:
    with Duck() as duck:
        found: list[Finding] = judge_own(duck, {"t": table}, "source", TEXTS)
    assert len(found) == 2 * len(TEXTS)
    return {
        (one.type, one.column, one.examined, one.bad, one.keys)
        for one in found
        if one.bad
    }


def rows() -> pa.Table:
    """A column with padding in two rows, one without a value, a clean one."""
    codes = [*CLEAN, "J18.9 ", " J18.9", None]
    held = {"_row": range(len(codes)), "code": codes, "name": ["肺炎"] * len(codes)}
    return pa.table({name: list(values) for name, values in held.items()})


@pytest.mark.parametrize("is_coded", [True, False])
def test_words_of_files_and_of_tables_are_judged_alike(
    tmp_path: Path, *, is_coded: bool
) -> None:
    wanted = {("blank_padding", "code", len(CLEAN) + 2, 2, ("100", "99"))}
    assert {(*f[:4], tuple(sorted(f[4]))) for f in failing(rows())} == wanted
    file = tmp_path / "t.parquet"
    pq.write_table(rows(), file, use_dictionary=is_coded, row_group_size=40)
    assert {(*f[:4], tuple(sorted(f[4]))) for f in failing(file)} == wanted


def test_files_of_different_columns_and_types_are_read_together(tmp_path: Path) -> None:
    first, second = tmp_path / "1.parquet", tmp_path / "2.parquet"
    pq.write_table(rows().drop_columns(["name"]), first)
    other = pa.table({"_row": [900], "CODE": [999], "name": ["无"]})
    pq.write_table(other, second)
    found = {one[:4] for one in failing([first, second])}
    assert found == {
        ("blank_padding", "code", len(CLEAN) + 3, 2),
        ("placeholder", "code", len(CLEAN) + 3, 1),
        ("placeholder", "name", 1, 1),
    }
