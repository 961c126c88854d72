"""How a column writes time: the formats that read its values, tried by the engine.

In:  the usual values of columns.
Out: for each column the fewest formats that read nearly all; whether day and month
     could be exchanged.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from datong.engine.duckdb import Duck, literal

FORMATS = (
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%dT%H:%M:%S",
    "%Y/%m/%d %H:%M:%S",
    "%Y-%m-%d %H:%M:%S.%f",
    "%Y-%m-%dT%H:%M:%S.%f",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%dT%H:%M",
    "%Y/%m/%d %H:%M",
    "%Y%m%d%H%M%S",
    "%Y%m%d%H%M",
    "%Y%m%d %H:%M:%S",
    "%Y%m%d %H%M%S",
    "%Y.%m.%d %H:%M:%S",
    "%Y.%m.%d %H:%M",
    "%Y年%m月%d日 %H:%M:%S",
    "%Y年%m月%d日 %H:%M",
    "%Y年%m月%d日 %H时%M分",
    "%Y-%m-%d",
    "%Y/%m/%d",
    "%Y%m%d",
    "%Y.%m.%d",
    "%Y年%m月%d日",
    "%d/%m/%Y %H:%M:%S",
    "%d/%m/%Y %H:%M",
    "%m/%d/%Y %H:%M:%S",
    "%m/%d/%Y %H:%M",
    "%m/%d/%Y %I:%M:%S %p",
    "%m/%d/%Y %I:%M %p",
    "%d-%b-%Y %H:%M:%S",
    "%d-%b-%Y %H:%M",
    "%d-%b-%Y",
    "%d-%b-%y",
    "%d %b %Y",
    "%b %d %Y %H:%M:%S",
    "%b %d %Y",
    "%d/%m/%Y",
    "%m/%d/%Y",
    "%d.%m.%Y",
    "%d-%m-%Y",
    "%d-%m-%Y %H:%M:%S",
    "%Y-%m",
    "%Y年%m月",
    "%Y%m",
    "%Y",
)
ENOUGH = 0.999
LEAST = 0.002  # share of values for which a further format is worth it
SWAPPED = (("%d/%m/%Y", "%m/%d/%Y"), ("%d-%m-%Y", "%m-%d-%Y"))


@dataclass(frozen=True, slots=True)
class Read:
    """The formats of one column."""

    formats: tuple[str, ...] = ()
    share: float = 0.0  # of the values that they read
    is_swappable: bool = False  # day and month could be exchanged

    def call(self, function: str, column: str) -> str:
        """Write the expression that reads the column."""
        listed = ", ".join(literal(one) for one in self.formats)
        return f"{function}({column}, {listed})"


def read_formats(
    columns: Mapping[str, Sequence[tuple[str, int]]],
) -> dict[str, Read]:
    """Find the formats of each column."""
    lines = [
        {"column": name, "value": value, "times": times}
        for name, values in columns.items()
        for value, times in values
    ]
    if not lines:
        return {}
    tests = ", ".join(
        f"try_strptime(value, {literal(f)}) is not null as f{n}"
        for n, f in enumerate(FORMATS)
    )
    with Duck() as duck:
        sql = f"select *, {tests} from v"
        table = duck.fetch(sql, {"v": pa.Table.from_pylist(lines)}).to_pylist()
    return {
        name: _choose([line for line in table if line["column"] == name])
        for name in columns
    }


def _choose(lines: Sequence[Mapping[str, object]]) -> Read:
    """Choose the fewest formats, the one that reads most first."""
    total = sum(int(str(line["times"])) for line in lines)
    left, chosen = list(lines), []
    while left and total:
        reads = [
            (sum(int(str(line["times"])) for line in left if line[f"f{n}"]), -n)
            for n in range(len(FORMATS))
        ]
        most, place = max(reads)
        if most < LEAST * total:
            break
        chosen.append(FORMATS[-place])
        left = [line for line in left if not line[f"f{-place}"]]
        if most >= ENOUGH * total:
            break
    unread = sum(int(str(line["times"])) for line in left)
    is_swappable = bool(chosen) and _both(lines, chosen[0])
    return Read(tuple(chosen), 1 - unread / total if total else 0.0, is_swappable)


def _both(lines: Sequence[Mapping[str, object]], chosen: str) -> bool:
    """Say whether day and month, exchanged, would read the same values."""
    for one, other in SWAPPED:
        for mine, theirs in ((one, other), (other, one)):
            if mine in chosen and chosen.replace(mine, theirs) in FORMATS:
                place = FORMATS.index(chosen.replace(mine, theirs))
                return all(bool(line[f"f{place}"]) for line in lines)
    return False
