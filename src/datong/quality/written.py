"""What people wrote, each word looked at once: files hold the words of a column apart.

In:  tables with text columns; text checks.
Out: the columns in which a check finds something, and so must count rows.
"""

from collections.abc import Iterator, Mapping, Sequence

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from datong.core.reason import Trouble
from datong.engine.duckdb import Duck, Input, quoted
from datong.quality.own import TextCheck

MANY = 4_000_000  # words that are looked at together
Place = tuple[str, str]  # table, column
Places = Mapping[str, Sequence[str]]  # the text columns of each table
Suspects = set[tuple[Place, str]]  # with the name of the check


def suspected(
    duck: Duck, inputs: Mapping[str, Input], places: Places, checks: Sequence[TextCheck]
) -> Suspects:
    """Name the columns with a word that a check calls bad, and the check.

    Where words cannot be read or judged, every check is suspected in every column.
    """
    found: Suspects = set()
    try:
        for words in _together(inputs, places):
            found |= _bad(duck, words, checks)
    except (Trouble, pa.ArrowException, OSError):
        every = [(table, name) for table, names in places.items() for name in names]
        return {(place, check.name) for place in every for check in checks}
    return found


def _together(
    inputs: Mapping[str, Input], places: Places
) -> Iterator[list[tuple[Place, pa.Array]]]:
    """Gather words of many columns, so that few queries look at them."""
    held: list[tuple[Place, pa.Array]] = []
    many = 0
    for table, names in places.items():
        for name, words in _words(inputs[table], names):
            held.append(((table, name), words))
            many += len(words)
            if many > MANY:
                yield held
                held, many = [], 0
    yield held


def _words(source: Input, names: Sequence[str]) -> Iterator[tuple[str, pa.Array]]:
    """Read the words of each column: a file's row groups hold each of theirs once."""
    if isinstance(source, pa.Table):
        for name in names:
            yield name, pc.unique(source[name])
        return
    for file in [source] if not isinstance(source, Sequence) else source:
        told = pq.read_metadata(file)
        spelled = {name.lower(): name for name in told.schema.to_arrow_schema().names}
        there = {n: spelled[n.lower()] for n in names if n.lower() in spelled}
        coded = list(there.values())
        held = pq.ParquetFile(file, metadata=told, read_dictionary=coded)
        for group in range(held.num_row_groups):
            read = held.read_row_group(group, coded, use_threads=False)
            for name, here in there.items():
                for chunk in read[here].chunks:
                    is_coded = isinstance(chunk, pa.DictionaryArray)
                    yield name, chunk.dictionary if is_coded else pc.unique(chunk)


def _bad(
    duck: Duck, words: Sequence[tuple[Place, pa.Array]], checks: Sequence[TextCheck]
) -> Suspects:
    """Ask of all words at once which checks call one bad, column by column."""
    if not words or not checks:
        return set()
    numbers = {place: n for n, place in enumerate(dict(words))}
    texts = pa.chunked_array([some.cast(pa.string()) for _, some in words])
    lengths = pa.array([len(some) for _, some in words])
    mine = pa.array([numbers[place] for place, _ in words], pa.int32())
    repeated = mine.to_numpy().repeat(lengths.to_numpy())
    duck.see("written words", pa.table({"value": texts, "place": repeated}))
    counted = ", ".join(f"count_if({c.condition}) > 0" for c in checks)
    listed = f'select place, [{counted}] as bad from "written words" group by place'
    places = list(numbers)
    return {
        (places[row["place"]], check.name)
        for row in duck.fetch(listed).to_pylist()
        for check, is_bad in zip(checks, row["bad"], strict=True)
        if is_bad
    }


def column_of(place: Place) -> str:
    """Write the rows of a table with one of its columns as `value`."""
    table, column = place
    return f"(select *, {quoted(column)} as value from {quoted(table)}) t"
