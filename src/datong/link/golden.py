"""The golden record: for each field the value that survives, and why.

It is computed from a person's records whenever it is asked for, never kept: each value
names its source, and the values that lost are kept beside it as conflicts.
"""

import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TypeAlias

from datong.core.reason import Trouble
from datong.link.reasons import BAD_RULES

Record: TypeAlias = Mapping[str, str | None]  # `source`, `at` and the fields


@dataclass(frozen=True, slots=True)
class Golden:
    """One field: the value, the record that it comes from, the rule that chose it."""

    value: str
    source: str
    rule: str
    conflicts: tuple[tuple[str, str], ...]  # other values, and a source of each


def rules(place: Path | None = None) -> dict[str, tuple[str, ...]]:
    """Read the rules of each field, in the order in which they are tried.

    They are those of a TOML file, or those that ship. Raises Trouble for a file that
    is no such list.
    """
    shipped = files(__package__).joinpath("golden.toml")
    try:
        text = (place or shipped).read_text("utf-8")
        return {field: tuple(names) for field, names in tomllib.loads(text).items()}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, TypeError) as error:
        raise Trouble(BAD_RULES, place or "", said=str(error)) from error


def golden(
    records: Sequence[Record],
    order: Mapping[str, Sequence[str]],
    overrides: Mapping[str, str] | None = None,
) -> dict[str, Golden]:
    """Compute the golden record of one person's records.

    `order` names the rules of each field; `overrides` are values that people decided
    on, and go before every rule. Fields that no record knows are left out.
    """
    out: dict[str, Golden] = {}
    for field, names in order.items():
        known = [r for r in records if r.get(field)]
        decided = (overrides or {}).get(field)
        if decided:
            lost = _conflicts(known, field, decided)
            out[field] = Golden(decided, "decision", "decided", lost)
        elif known:
            out[field] = _chosen(known, field, names)
    return out


def _chosen(known: list[Record], field: str, names: Sequence[str]) -> Golden:
    """Let each rule narrow the records down, until one value is left."""
    left, used = known, "only"
    for name in names:
        if len({r[field] for r in left}) == 1:
            break
        left, used = _narrowed(left, field, name), name
    best = min(left, key=lambda r: (r["source"] or "", r[field] or ""))
    value = str(best[field])
    return Golden(value, str(best["source"]), used, _conflicts(known, field, value))


def _narrowed(left: list[Record], field: str, name: str) -> list[Record]:
    """Apply one rule: verified, newest, most, longest, or the name of a source."""
    if name == "newest":
        last = max(r.get("at") or "" for r in left)
        return [r for r in left if (r.get("at") or "") == last]
    if name == "most":
        count = Counter(r[field] for r in left)
        most = max(count.values())
        return [r for r in left if count[r[field]] == most]
    if name == "longest":
        most = max(len(r[field] or "") for r in left)
        return [r for r in left if len(r[field] or "") == most]
    if name == "verified":
        return [r for r in left if r.get("verified")] or left
    return [r for r in left if (r.get("source") or "").startswith(name)] or left


def _conflicts(
    known: list[Record], field: str, value: str
) -> tuple[tuple[str, str], ...]:
    """Keep the values that lost, each with its first source."""
    lost: dict[str, str] = {}
    for record in sorted(known, key=lambda r: r["source"] or ""):
        other = str(record[field])
        if other != value:
            lost.setdefault(other, str(record["source"]))
    return tuple(sorted(lost.items()))
