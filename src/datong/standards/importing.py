"""Import a code system: choose the layout, account for every row, keep it."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import asdict, replace
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from types import ModuleType

import pyarrow as pa
import pyarrow.compute as pc

from datong.core.reason import Trouble
from datong.standards import importers
from datong.standards.hierarchy import check_hierarchy
from datong.standards.importers.reading import STRAY, Loss, Reading, loss
from datong.standards.reasons import LOSS, SYSTEM_NAME, UNREADABLE
from datong.standards.shelf import BETWEEN, Shelf

# `sheet` takes any CSV, so the particular layouts are asked first.
LAST = "sheet"


def layouts() -> dict[str, ModuleType]:
    """Find the layout modules by name."""
    found = {}
    for module in iter_modules(importers.__path__):
        loaded = import_module(f"{importers.__name__}.{module.name}")
        if hasattr(loaded, "fits"):
            found[loaded.NAME] = loaded
    return dict(sorted(found.items(), key=lambda pair: pair[0] == LAST))


def read_file(path: Path, layout: str = "") -> Reading:
    """Read a file in a layout that is named, or in the first that takes it."""
    known = layouts()
    named = ", ".join(known)
    if not path.exists():
        raise Trouble(
            UNREADABLE, path, file=path.name, said="no such file", known=named
        )
    if layout and layout not in known:
        said = f"no layout {layout}"
        raise Trouble(UNREADABLE, path, file=path.name, said=said, known=named)
    for name, module in known.items():
        if name == layout or (not layout and module.fits(path)):
            reading: Reading = module.read(path)
            return reading
    raise Trouble(UNREADABLE, path, file=path.name, said="unknown layout", known=named)


def keep(
    reading: Reading, name: str, shelf: Shelf, origin: Path, *, accept: bool = False
) -> Path:
    """Put a reading on the shelf as `SYSTEM@EDITION`; refuse a silent loss."""
    _check_name(name, reading.kind)
    # A file that gave nothing is not kept, whatever was accepted.
    if reading.losses and not (accept and reading.table.num_rows):
        said = "; ".join(map(_told, reading.losses))
        raise Trouble(LOSS, origin, file=origin.name, said=said)
    if reading.kind == "codes":
        _check_parents(name, reading.table)
    manifest = {
        "name": name,
        "kind": reading.kind,
        "file": origin.name,
        "sha256": hashlib.sha256(origin.read_bytes()).hexdigest()
        if origin.is_file()
        else "",
        "ledger": asdict(reading.entry),
        "losses": [asdict(one) for one in reading.losses],
    }
    return shelf.put(name, reading.table, manifest)


def _told(one: Loss) -> str:
    """Write a loss with its examples."""
    return one.say.en + (f" ({', '.join(one.examples)})" if one.examples else "")


def _check_name(name: str, kind: str) -> None:
    """Refuse a name without edition, and one that does not tell codes from a map."""
    parts = name.split(BETWEEN)
    whole = all(re.fullmatch(r"[\w.\-/ ]+@[\w.\-]+", part) for part in parts)
    if not whole or len(parts) != (1 if kind == "codes" else 2):
        raise Trouble(SYSTEM_NAME, name=name, kind=kind)


def _check_parents(name: str, table: pa.Table) -> None:
    """Refuse circles; parents that are not there were told as a loss."""
    codes, parents = (table[c].to_pylist() for c in ("code", "parent"))
    known = set(codes)
    check_hierarchy(
        name, {c: p if p in known else "" for c, p in zip(codes, parents, strict=True)}
    )


def with_traits(reading: Reading, traits: Reading) -> Reading:
    """Add to codes the classes that another file gives (OpenDRG 手术操作分类).

    What that file loses, and classes of codes that are not there, are losses.
    """
    codes, named = reading.table["code"], traits.table["code"]
    index = pc.index_in(codes, value_set=named)
    place = reading.table.schema.get_field_index("trait")
    table = reading.table.set_column(place, "trait", traits.table["trait"].take(index))
    there = pc.is_in(named, value_set=codes)
    strays = named.filter(pc.invert(there)).to_pylist()
    lost = loss(STRAY, strays)
    return replace(
        reading, table=table, losses=(*reading.losses, *traits.losses, *lost)
    )


def texts(losses: Reading) -> Iterator[str]:
    """Write the losses in Chinese and English."""
    for one in losses.losses:
        yield f"{one.say.zh} / {one.say.en}: {', '.join(one.examples)}"
