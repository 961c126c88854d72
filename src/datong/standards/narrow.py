"""A part of a profile: some of its fields, and the rules that need no others."""

import re
from collections.abc import Collection
from dataclasses import replace

from datong.standards.fields import names
from datong.standards.model import Item, Profile


def narrow(profile: Profile, fields: Collection[str], repeats: int = 0) -> Profile:
    """Keep these fields (all, where none is named), and so many repeats of each."""
    items = [
        replace(item, repeats=item.repeats[: repeats or None])
        for item in profile.data_set.items
        if not fields or item.id in fields
    ]
    columns = {column for item in items for column in item.columns}
    kept = tuple(_freed(item, columns) for item in items)
    ids = columns | {item.id for item in kept}
    return replace(
        profile,
        data_set=replace(profile.data_set, items=kept),
        rules=tuple(
            replace(rule, each=_shortened(rule.each, repeats))
            for rule in (
                replace(rule, must=_summed(rule.must, columns))
                for rule in profile.rules
            )
            if "total()" not in rule.must
            and _within(f"{rule.must} {rule.when}", rule.each, columns)
        ),
        labels={c: x for c, x in profile.labels.items() if {c, x} <= columns},
        make={
            c: _summed(text, columns) for c, text in profile.make.items() if c in ids
        },
        triggers={k: v for k, v in profile.triggers.items() if k in ids},
    )


def _freed(item: Item, columns: set[str]) -> Item:
    """Drop a condition that asks fields which are not kept."""
    return item if _within(item.when, "", columns) else replace(item, when="")


def _summed(text: str, columns: set[str]) -> str:
    """Leave out of a total the parts that are not kept."""

    def rest(found: re.Match[str]) -> str:
        parts = (part.strip() for part in found[1].split(","))
        return f"total({', '.join(p for p in parts if p in columns)})"

    return re.sub(r"total\(([^()]*)\)", rest, text)


def _within(text: str, each: str, columns: set[str]) -> bool:
    """Ask whether an expression speaks of kept fields only."""
    first = each.partition("..")[0]
    plain = {n for n in names(text.replace("{n}", first)) if "*" not in n}
    stars = {n for n in names(text) if "*" in n}
    found = (re.compile(re.escape(n).replace(r"\*", r"\d+")) for n in stars)
    return plain <= columns and all(any(p.fullmatch(c) for c in columns) for p in found)


def _shortened(each: str, repeats: int) -> str:
    """Cut `01..40` to so many repeats."""
    first, _, last = each.partition("..")
    if not repeats or not last:
        return each
    end = min(int(last), int(first) + repeats - 1)
    return f"{first}..{str(end).zfill(len(last))}"
