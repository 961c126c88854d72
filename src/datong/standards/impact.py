"""What a change touches: hospitals, records, fields, profiles; no raw record is needed.

A hospital's use is a table (hospital, field, code, records). A change reaches a code,
the value set of the code, the fields that take it, the profiles of the fields and the
products that are reckoned from them; it weighs as many records as use the code.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pyarrow as pa

from datong.engine.duckdb import Duck
from datong.standards.change import Change, Difference, Weight
from datong.standards.library import Library

# What is reckoned from a field of a front page, beside the record itself.
PRODUCTS = {
    "icd10": ("DRG/DIP", "disease statistics"),
    "icd9": ("DRG/DIP", "surgical statistics"),
}
HEAVY = (Weight.CRITICAL, Weight.BREAKING, Weight.ACTION)


@dataclass(frozen=True, slots=True)
class Impact:
    """What one change touches."""

    change: Change
    hospitals: int
    records: int
    fields: tuple[str, ...]
    profiles: tuple[str, ...]
    products: tuple[str, ...]
    safe: bool  # a replacement is named, and nothing means another thing

    def as_json(self) -> dict[str, object]:
        """Return it as plain content."""
        return self.change.as_json() | {
            "hospitals": self.hospitals,
            "records": self.records,
            "fields": list(self.fields),
            "profiles": list(self.profiles),
            "products": list(self.products),
            "safe": self.safe,
        }


def impact(difference: Difference, usage: pa.Table, library: Library) -> list[Impact]:
    """Weigh the changes of codes by what hospitals use, the heaviest first.

    `usage` has the columns hospital, field, code, records.
    """
    coded = [c for c in difference.changes if c.code]
    used = _used(coded, usage)
    found = []
    for change in coded:
        hospitals, records, fields = used.get(change.code, (0, 0, ()))
        if records:
            profiles, products = _reached(fields, library)
            critical = Weight.CRITICAL in (change.producer, change.consumer)
            safe = bool(change.replacement) and not critical
            found.append(
                Impact(change, hospitals, records, fields, profiles, products, safe)
            )
    order = list(Weight)
    return sorted(
        found,
        key=lambda one: (
            -order.index(one.change.consumer),
            -one.records,
            one.change.code,
        ),
    )


def _used(
    changes: Sequence[Change], usage: pa.Table
) -> dict[str, tuple[int, int, tuple[str, ...]]]:
    """Count hospitals, records and fields for each changed code."""
    codes = pa.table({"code": pa.array(sorted({c.code for c in changes}), pa.string())})
    with Duck() as duck:
        counted = duck.fetch(
            "select code, count(distinct hospital) as hospitals,"
            " sum(records) as records, string_agg(distinct field, ',') as fields"
            " from usage join codes using (code) group by code",
            {"usage": usage, "codes": codes},
        )
    return {
        row["code"]: (
            row["hospitals"],
            int(row["records"]),
            tuple(sorted(row["fields"].split(","))),
        )
        for row in counted.to_pylist()
    }


def _reached(
    fields: Iterable[str], library: Library
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Name the profiles that have these fields, and what is reckoned from them."""
    profiles: set[str] = set()
    products: set[str] = set()
    for name in library.profiles:
        items = library.profiles[name].items
        for field in fields:
            if field in items:
                profiles.add(name)
                products.update(PRODUCTS.get(items[field].system, ()))
    return tuple(sorted(profiles)), tuple(sorted(products))
