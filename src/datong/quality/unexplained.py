"""Fields that are the same in nearly all records of a rule, and the few that are not.

In:  rows of a way: what was made beside what it was made of.
Out: findings on rows in which such a field differs, and nothing in their source does.

A rule writes the same word into a field of all its rows, or makes it of something that
the rows have. Where a few rows have another word, something in their source rows tells
them from the others: a word, how long it is, or how it begins. If nothing does, the
difference came on the way.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from datong.engine.duckdb import Duck, literal, quoted
from datong.quality.finding import Finding, differing
from datong.quality.habits import Habit, Way, is_document
from datong.quality.lineage import Columns, with_keys

Learned = Mapping[str, Habit]
FEWEST = 50  # rows of a rule
NEARLY = 0.97  # of them have the same
SAMPLE = 4_000  # rows that tell what nearly all have
ODD = 5  # rows that differ, from which it can be known whether something tells them
LOOKED = 2_000  # rows of each sort that are looked at
TELLS = 0.5  # of the rows with a word are among the few, where it tells them
OURS = {"record", "person", "encounter", "version", "_row", "_rule"}


@dataclass(frozen=True, slots=True)
class Nearly:
    """A field that is the same in nearly all rows of a rule, and in how many."""

    rule: int
    field: str
    usual: str
    rows: int
    same: int


def of_records(
    duck: Duck, kind: str, columns: Columns, ways: Sequence[tuple[Way, Learned]]
) -> Iterator[Finding]:
    """Find the fields of a kind of record that differ in few rows for no reason."""
    learned = [habits.keys() for _, habits in ways]
    fields = [n for n in columns if n not in OURS and not all(n in h for h in learned)]
    source = f"{quoted(f'record {kind}')} r"
    nearly = _nearly_alike(duck, source, fields if ways else ())
    for way, habits in ways:
        there = way.held.keys() - habits.keys()
        some = [one for one in nearly if one.field in there]
        yield from _unexplained(duck, way, some, ("records", kind, "record"))


def of_view(
    duck: Duck, way: Way, source: str, place: tuple[str, str]
) -> Iterator[Finding]:
    """Find the columns of a view that differ in few rows for no reason.

    `source` are its rows `r`, `place` the table and the column that names a row.
    Numbers of rows are left out.
    """
    fields = [n for n in way.made if not n.endswith("_id") or n.endswith("concept_id")]
    nearly = _nearly_alike(duck, source, fields)
    yield from _unexplained(duck, way, nearly, ("omop", *place))


def _nearly_alike(duck: Duck, source: str, fields: Sequence[str]) -> list[Nearly]:
    """Find the rules and fields of rows `r` of which nearly all are alike."""
    usual = _usual(duck, source, fields)
    if not usual:
        return []
    cases: dict[str, list[str]] = {field: [] for _, field in usual}
    for (rule, field), word in usual.items():
        cases[field].append(f"when {rule} then {literal(word)}")
    same = (
        f"count_if({_word(field)} = case r._rule {' '.join(held)} end)::bigint"
        f" as f{number}"
        for number, (field, held) in enumerate(cases.items())
    )
    sql = f"select r._rule as rule, count(*) as rows, {', '.join(same)} from {source}"
    found = []
    for row in duck.fetch(f"{sql} group by 1").to_pylist():
        for number, field in enumerate(cases):
            told, alike = usual.get((row["rule"], field)), row[f"f{number}"]
            if told is not None and NEARLY * row["rows"] <= alike <= row["rows"] - ODD:
                found.append(Nearly(row["rule"], field, told, row["rows"], alike))
    return found


def _usual(
    duck: Duck, source: str, fields: Sequence[str]
) -> dict[tuple[int, str], str]:
    """Find the words that nearly all of some rows of a rule have in a field."""
    if not fields:
        return {}
    (rows,) = duck.one(f"select count(*) from {source}")
    every = max(1, int(str(rows)) // SAMPLE)
    words = (f"{_word(name)} as f{number}" for number, name in enumerate(fields))
    sql = f"select r._rule as rule, {', '.join(words)} from {source}"
    some = duck.fetch(f"{sql} where r._rule is not null and hash(r._row) % {every} = 0")
    rules = some["rule"].to_numpy()
    found: dict[tuple[int, str], str] = {}
    for number, name in enumerate(fields):
        coded = some[f"f{number}"].combine_chunks().dictionary_encode()
        codes = coded.indices.to_numpy(zero_copy_only=False)
        for rule in np.unique(rules).tolist():
            many = np.bincount(codes[rules == rule])
            if many.sum() >= FEWEST and many.max() >= NEARLY * many.sum():
                found[rule, name] = coded.dictionary[int(many.argmax())].as_py()
    return found


def _word(field: str) -> str:
    """Write what a field holds as a text, an empty one for nothing."""
    return f"coalesce(cast(r.{quoted(field)} as varchar), '')"


def _unexplained(
    duck: Duck, way: Way, nearly: Sequence[Nearly], place: tuple[str, str, str]
) -> Iterator[Finding]:
    """Judge the few rows of some rules and fields that differ."""
    layer, table, key = place
    for one in nearly:
        mine = f"{way.joined} where r._rule = {one.rule}"
        differs = f"{_word(one.field)} <> {literal(one.usual)}"
        if not _is_explained(duck, way, mine, differs):
            at = layer, "unexplained_difference", table, one.field
            found = differing(at, one.rows, one.rows - one.same)
            keys = f"select r.{quoted(key)} from {mine} and {differs}"
            yield with_keys(duck, replace(found, concept=str(one.rule)), keys)


def _is_explained(duck: Duck, way: Way, mine: str, differs: str) -> bool:
    """Tell whether something in the source tells the few rows from the others."""
    if not way.given:
        return True
    cells = ", ".join(
        f"cast(s.{quoted(name)} as varchar) as {quoted(name)}" for name in way.given
    )
    parts = (
        f"(select {told} as is_odd, {cells} from {mine} and ({differs}) = {told}"
        f" limit {LOOKED})"
        for told in ("true", "false")
    )
    rows = duck.fetch(" union all ".join(parts))
    if any(is_document(rows[name]) for name in way.given):
        return True  # what it says is not looked at
    is_odd = rows["is_odd"].to_numpy(zero_copy_only=False)
    return any(
        _tells(told, is_odd) for name in way.given for told in _readings(rows[name])
    )


def _readings(cells: pa.ChunkedArray) -> Iterator[NDArray[np.int64]]:
    """Number what cells say: as words, by their lengths, by their first letters."""
    texts = pc.fill_null(cells.combine_chunks(), "")
    lengths = pc.utf8_length(texts).cast(pa.string())
    for told in (texts, lengths, pc.utf8_slice_codeunits(texts, 0, 1)):
        yield told.dictionary_encode().indices.to_numpy()


def _tells(words: NDArray[np.int64], is_odd: NDArray[np.bool_]) -> bool:
    """Tell whether most of the few rows have words that come again and are theirs."""
    many = np.bincount(words)
    odd = np.bincount(words[is_odd], minlength=many.size)
    is_theirs = (many > 1) & (odd >= TELLS * many)
    return bool(odd[is_theirs].sum() >= TELLS * is_odd.sum())
