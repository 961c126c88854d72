"""Test data from a profile: valid records, edges, one wrong record for each check.

    valid(profile, library, rows=1000)    every check passes
    boundary(profile, library)            shortest and longest values, all valid
    invalid(profile, library)             one row a check; `_check` names it

Values come from the items' formats and value sets; `make` of the profile says which
follow from others, `triggers` and `breaks` how a condition or a rule is reached.
Everything is repeatable: the same seed gives the same records.
"""

from collections.abc import Collection, Iterator, Mapping

import numpy as np
import pyarrow as pa

from datong.engine.duckdb import Duck, quoted
from datong.standards.checks import CompiledCheck, compile_checks, item_format, typed
from datong.standards.expression import write
from datong.standards.fields import names
from datong.standards.formats import Format
from datong.standards.library import Library
from datong.standards.model import Item, Profile

WORDS = ("张伟", "王芳", "李娜", "阿卜杜拉·买买提", "欧阳明", "示例", "A1")
RANDOM = 9  # columns _u1 … _u9, uniform in [0, 1)
MOST = 4  # filled repeats of an item
DAYS = {"D10": "2024-03-05", "DT19": "2024-03-05 08:30:00"}
TEXTS = {
    "whole": "cast(cast({x} as bigint) as varchar)",
    "decimal": "cast(cast({x} as decimal(12, 2)) as varchar)",
    "date": "strftime({x}, '%Y-%m-%d')",
    "time": "strftime({x}, '%Y-%m-%d %H:%M:%S')",
}


def valid(
    profile: Profile, library: Library, rows: int = 100, seed: int = 0
) -> pa.Table:
    """Make records that pass every check; all columns are text."""
    random = np.random.default_rng(seed)
    made = {f"_u{i + 1}": pa.array(random.random(rows)) for i in range(RANDOM)}
    groups = {
        item.group: random.integers(0, MOST + 1, rows)
        for item in profile.data_set.items
    }
    for item in profile.data_set.items:
        choices = _choices(item, profile, library)
        for number, column in enumerate(item.columns):
            drawn = _drawn(item, choices, rows, random)
            if item.repeats:
                least = 1 if item.need == "M" else 0
                empty = np.maximum(groups[item.group], least) <= number
                drawn = pa.array(drawn.to_numpy(zero_copy_only=False), mask=empty)
            made[column] = drawn
    _name_codes(made, profile, library)
    with Duck() as duck:
        return duck.fetch(_finished(profile), {"made": pa.table(made)})


def _drawn(
    item: Item, choices: list[str], rows: int, random: np.random.Generator
) -> pa.Array:
    """Draw values; what identifies a record is numbered instead."""
    if item.method == "pseudonymize" and item.kind == "text":
        return pa.array(np.arange(rows) + 1_000_000).cast(pa.string())
    picked = random.integers(0, len(choices), rows)
    return pa.array(choices, type=pa.string()).take(pa.array(picked))


def _name_codes(made: dict[str, pa.Array], profile: Profile, library: Library) -> None:
    """Write beside each code the label that belongs to it."""
    for code, label in profile.labels.items():
        item = profile.items[code]
        known = dict(
            one.split("|") for one in profile.examples.get(item.id, ()) if "|" in one
        )
        if item.value_set:
            known = library.sets[item.value_set].labels
        coded = made[code].dictionary_encode()
        labels = pa.array(
            [known.get(c) for c in coded.dictionary.to_pylist()], pa.string()
        )
        made[label] = labels.take(coded.indices)


def _choices(item: Item, profile: Profile, library: Library) -> list[str]:
    """List values that the item allows."""
    examples = profile.examples.get(item.id)
    if examples:
        return [one.partition("|")[0] for one in examples]
    if item.value_set and library.sets[item.value_set].complete:
        return list(library.sets[item.value_set].labels)
    return _written(item_format(item))


def _written(form: Format) -> list[str]:
    """Write values of a format."""
    if form.chars in DAYS:
        return [DAYS[form.chars]]
    low, high = form.low or 1, form.high or 40
    if form.number:
        tail = f".{'5' * form.decimals}" if form.decimals else ""
        width = 2 if high - len(tail) > 1 else 1
        return [f"{n}{tail}" for n in range(10 ** (width - 1), 10**width)]
    if form.chars == "N":
        return ["1".zfill(low), "2".zfill(low)]
    fits = [w for w in WORDS if low <= 2 * len(w) <= high]
    return fits or ["A" * max(low, min(high, 2))]


def _finished(profile: Profile) -> str:
    """Write the query that lets values follow from others, and makes them text."""
    columns = profile.items
    makes = {
        c: text for name, text in profile.make.items() for c in _columns(profile, name)
    }
    base = [
        f"{typed(item, c)} as {quoted(c)}"
        for c, item in columns.items()
        if c not in makes
    ]
    follows = []
    for column, text in makes.items():
        sql = write(text, columns, columns).sql
        if len(columns[column].columns) > 1:  # an empty repeat stays empty
            sql = f"case when {quoted(f'had {column}')} then {sql} end"
            base.append(f"{quoted(column)} is not null as {quoted(f'had {column}')}")
        follows.append(f"{sql} as {quoted(column)}")
    randoms = ", ".join(f"_u{i + 1}" for i in range(RANDOM))
    typed_rows = f"select {randoms}, {', '.join(base)} from made"
    whole = f"select *, {', '.join(follows)} from ({typed_rows})"
    shown = (f"{_text(columns, c)} as {quoted(c)}" for c in columns)
    return f"select {', '.join(shown)} from ({whole})"


def _columns(profile: Profile, name: str) -> tuple[str, ...]:
    """Return the columns of an item, or a column by itself."""
    item = next((i for i in profile.data_set.items if i.id == name), None)
    return item.columns if item else (name,)


def _text(columns: Mapping[str, Item], column: str) -> str:
    """Write a typed value as text; a conditional one only where its condition holds."""
    item = columns[column]
    text = TEXTS.get(item.kind, "{x}").format(x=quoted(column))
    when = write(item.when, columns, columns) if item.when else None
    if when is None or when.lookups:
        return text
    return f"case when {when.sql} then {text} end"


def invalid(
    profile: Profile, library: Library, systems: Collection[str] = (), seed: int = 0
) -> pa.Table:
    """Make one wrong record for each check; its column `_check` names the check."""
    checks = compile_checks(profile, library, profile.items, systems)
    every = [*(c for some in checks.value.values() for c in some), *checks.row]
    base = valid(profile, library, 1, seed).to_pylist()[0]
    rows = [base | _broken(check, profile) | {"_check": check.id} for check in every]
    schema = pa.schema([(name, pa.string()) for name in (*profile.items, "_check")])
    return pa.Table.from_pylist(rows, schema)


def _broken(check: CompiledCheck, profile: Profile) -> dict[str, str | None]:
    """Return the values that make a record fail a check."""
    if not check.by_row:
        kind = check.id.rpartition("/")[2]
        form = item_format(profile.items[check.columns[0]])
        return {check.columns[0]: _wrong_value(kind, form)}
    if check.id.endswith("/needed"):
        return {**profile.triggers[check.item], check.columns[0]: None}
    rule = next(rule for rule in profile.rules if rule.id == check.item)
    number = check.id.partition("[")[2].rstrip("]")
    moved = _moved(profile, rule.each.partition("..")[0], number)
    return {moved.get(k, k): v or None for k, v in rule.breaks.items()}


def _moved(profile: Profile, first: str, number: str) -> dict[str, str]:
    """Map the columns of the first repeat to those of another one."""
    if not number or number == first:
        return {}
    moved = {}
    for item in profile.data_set.items:
        for a in item.repeats or (item.id,):
            b = a.replace(first, number, 1) if first in a else a
            pair = {len(a) - len(first), len(b) - len(number)}
            if a != b and b in profile.items and len(pair) == 1:
                moved[a] = b
    return moved


def _wrong_value(kind: str, form: Format) -> str | None:
    """Return a value that fails one kind of value check."""
    if kind == "required":
        return None
    if kind == "length":
        return "1" * ((form.high or 0) + 1)
    if kind == "domain":
        return "⁇"
    if form.chars in DAYS:
        return DAYS[form.chars].replace("03-05", "02-30")
    return {"A": "12345", "AN": "a\x01b", "N": "1x"}[form.chars]


def boundary(profile: Profile, library: Library, seed: int = 0) -> pa.Table:
    """Make records with one shortest or longest value each; all are valid."""
    base = valid(profile, library, 1, seed).to_pylist()[0]
    rows = [base | change for change in _edges(profile)]
    schema = pa.schema([(name, pa.string()) for name in profile.items])
    return pa.Table.from_pylist(rows, schema)


def _edges(profile: Profile) -> Iterator[dict[str, str]]:
    """Walk the edge values of the fields that nothing else depends on."""
    bound = set(profile.labels.values()) | {
        c for n in profile.make for c in _columns(profile, n)
    }
    for rule in profile.rules:
        first = rule.each.partition("..")[0]
        bound |= names(f"{rule.must} {rule.when}".replace("{n}", first))
    for item in profile.data_set.items:
        column, form = item.columns[0], item_format(item)
        free = item.kind == "text" and column not in bound and not item.when
        if free and form.high:
            yield {column: "A" * max(form.low, 1)}
            yield {column: "A" * form.high}
            yield {column: "汉" * (form.high // 2)}
