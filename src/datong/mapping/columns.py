"""Which columns of its source a mapping names.

In:  a mapping, the columns that were landed.
Out: what is used and where; a trouble for a column that is not there.
"""

import difflib
from collections.abc import Iterable, Iterator

from datong.core.reason import Trouble
from datong.engine.dialect import compile_expression
from datong.mapping.file import Mapping, RecordRule
from datong.mapping.reasons import COLUMN


def check_columns(mapping: Mapping, has: Iterable[str], file: str = "") -> list[str]:
    """Refuse a mapping over columns that are not there; return unmapped ones.

    Raises Trouble MAP-COLUMN; `file` is the delivered file that it tells of.
    """
    names = list(mapping.json) or list(has)
    used = used_columns(mapping)
    for column, where in used.items():
        if column not in names:
            near = ", ".join(difflib.get_close_matches(column, names)) or "-"
            told = {"column": column, "has": ", ".join(names), "nearest": near}
            at = f"{file}: {mapping.path}" if file else mapping.path
            raise Trouble(COLUMN, where=f"{at} {where}", **told)
    return [n for n in names if n not in used and n not in mapping.ignored]


def used_columns(mapping: Mapping) -> dict[str, str]:
    """Return every source column that a mapping names, and where it first does."""
    used: dict[str, str] = dict.fromkeys(mapping.grain, "grain")
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
