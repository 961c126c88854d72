"""Value sets that are known by name only, completed from the user's own list.

In:  the library, and a shelf where lists lie under the name of a set and its edition:
     `datong standards import FILE --system "GB/T 6565@2015"`.
Out: the library with those sets complete; what it knows itself, no import changes.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from typing import Any

from datong.standards.bundle import Lazy
from datong.standards.library import Library, load
from datong.standards.model import ValueSet
from datong.standards.shelf import Shelf


def completed(shelf: Shelf) -> Library:
    """Return the library with the sets that this shelf completes."""
    library, there = load(), set(shelf.names())
    lists = tuple(
        (name, str(shelf.manifest(full)["sha256"]))
        for name, full in completing(library)
        if full in there
    )
    return _with(shelf, lists) if lists else library


def completing(library: Library) -> Iterator[tuple[str, str]]:
    """Walk the sets without items, each with the name that its list must have."""
    for name, plain in library.sets.plain.items():
        if not plain["complete"]:
            yield name, f"{name}@{plain['edition'].rpartition('@')[2]}"


@lru_cache(8)
def _with(shelf: Shelf, lists: tuple[tuple[str, str], ...]) -> Library:
    """Build the library anew; the fingerprint tells the lists too."""
    library, names = load(), dict(completing(load()))
    sets = {name: _filled(library, name, shelf, names[name]) for name, _ in lists}
    mark = hashlib.sha256(f"{library.fingerprint}{lists}".encode()).hexdigest()
    plain = {**library.sets.plain, **sets}
    return replace(library, sets=Lazy(plain, ValueSet), fingerprint=mark)


def _filled(library: Library, name: str, shelf: Shelf, full: str) -> dict[str, Any]:
    """Return the plain content of a set with the items of its list."""
    plain = library.sets.plain[name]
    file = shelf.manifest(full)["file"]
    rows = shelf.table(full).select(["code", "label", "parent"]).to_pylist()
    values = [
        {
            "code": row["code"],
            "label": {"en": row["label"], "zh": row["label"]},
            "meaning": f"{plain['concept']}:{row['code']}",
            "parent": row["parent"] or "",
            "order": order,
            "note": "",
        }
        for order, row in enumerate(rows, 1)
    ]
    sources = [*plain["sources"], f"imported: {file}"]
    return {**plain, "complete": True, "values": values, "sources": sources}
