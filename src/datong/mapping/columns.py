"""Which columns of its source a mapping names.

In:  a mapping, the columns that were landed.
Out: what is used and where; a trouble for a column that is not there.
"""

import difflib
from collections.abc import Iterable, Iterator
from typing import NoReturn

from datong.core.reason import Trouble
from datong.engine.dialect import compile_expression
from datong.mapping.file import Mapping, RecordRule
from datong.mapping.reasons import COLUMN, JOIN


def check_columns(mapping: Mapping, has: Iterable[str], file: str = "") -> list[str]:
    """Refuse a mapping over columns that are not there; return unmapped ones.

    Raises Trouble MAP-COLUMN; `file` is the delivered file that it tells of.
    """
    has = list(mapping.json) or list(has)
    join = mapping.join
    names = [*has, *(join.columns if join else ())]
    taken = [name for name in names if names.count(name) > 1]
    if join and taken:
        raise Trouble(JOIN, where=mapping.path, word=taken[0], table=join.table)
    used = used_columns(mapping)
    for column, where in used.items():
        if column not in names:
            at = f"{file}: {mapping.path}" if file else mapping.path
            _absent(column, names, f"{at} {where}")
    return [n for n in has if n not in used and n not in mapping.ignored]


def check_heads(mapping: Mapping, has: Iterable[str], file: str) -> None:
    """Refuse a `[join]` over columns that the head's file does not have."""
    join, names = mapping.join, list(has)
    for column in [*join.on.values(), *join.columns.values()] if join else ():
        if column not in names:
            _absent(column, names, f"{file}: {mapping.path} [join]")


def _absent(column: str, names: list[str], where: str) -> NoReturn:
    """Tell of a column that is not there."""
    near = ", ".join(difflib.get_close_matches(column, names)) or "-"
    raise Trouble(
        COLUMN, where=where, column=column, has=", ".join(names), nearest=near
    )


def used_columns(mapping: Mapping) -> dict[str, str]:
    """Return every source column that a mapping names, and where it first does."""
    used: dict[str, str] = dict.fromkeys(mapping.grain, "grain")
    if mapping.join:
        used |= dict.fromkeys(mapping.join.on, "[join] on")
    texts = [*_naming(mapping), *_silent(mapping)]
    for number, rule in enumerate(mapping.records, start=1):
        texts += _of_record(rule, f"[[record]] {number}")
    for text, where in texts:
        for column in _columns(mapping, text, where):
            used.setdefault(column, where)
    for word in ("operation", "order"):
        if mapping.load.get(word):
            used.setdefault(mapping.load[word].partition(".")[0], f"[load] {word}")
    if mapping.json:
        used.setdefault("resourceType", "[json]")
    used.pop("item", None)
    return used


def naming_columns(mapping: Mapping) -> set[str]:
    """Return the source columns by which persons and encounters are known."""
    texts = list(_naming(mapping))
    for rule in mapping.records:
        if rule.kind.name in {"identifier", "person"}:
            texts += _of_record(rule, "")
    found = {c for text, where in texts for c in _columns(mapping, text, where)}
    return {*found, "resourceType"} - {"item"}


def _naming(mapping: Mapping) -> Iterator[tuple[str, str]]:
    """Yield the expressions of the person and the encounter."""
    yield mapping.person.get("value", "null"), "[person]"
    yield mapping.encounter.get("value", "null"), "[encounter]"


def _silent(mapping: Mapping) -> Iterator[tuple[str, str]]:
    """Yield the expressions of the rows that are left out."""
    for name, text in mapping.silent.items():
        yield text, f"[silent] {name}"


def _of_record(rule: RecordRule, where: str) -> Iterator[tuple[str, str]]:
    """Yield the expressions of one `[[record]]`."""
    yield rule.when, where
    yield rule.each or "null", where
    for name, text in rule.plain.items():
        yield text, f"{where} {name}"
    for name, code in rule.codes.items():
        for text in (code.code, code.text, code.system_from or "null"):
            yield text, f"{where} {name}"


def _columns(mapping: Mapping, text: str, where: str) -> frozenset[str]:
    """Name the columns of one expression."""
    return compile_expression(text, mapping.zone, f"{mapping.path} {where}").columns
