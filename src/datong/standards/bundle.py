"""The compiled bundle: one JSON file, named by the content of the texts it was made of.

It lies in the user's cache, is made at the first use, and loads in a few hundredths of
a second; objects are built when they are asked for. Where the cache cannot be written,
the texts are compiled again each time: slower, never wrong.
"""

import hashlib
import json
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, is_dataclass
from enum import Enum
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from types import UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from datong.core.reason import Trouble
from datong.standards.reasons import PUBLISHED
from datong.standards.source import Catalogue, compile_texts
from datong.standards.texts import TEXT, rows_of, toml

T = TypeVar("T")
CODE = files("datong.standards")
# What grows between editions, or is ours: evidence, maps, words, grades, where to get.
GROWING = (
    *("sets.csv", "editions.toml", "evidence.csv", "maps.csv", "objects.csv"),
    *("grades.toml", "systems.toml"),
)
SEALED = ("id", "zh", "en", "edition", "concept", "reference")  # of a value set
SHAPING = ("model.py", "definitions.py", "source.py", "profiles.py", "texts.py")


def texts(folder: Traversable = TEXT) -> Iterator[tuple[str, bytes]]:
    """Walk all texts: path within the folder, bytes."""
    for place in sorted(folder.iterdir(), key=lambda place: place.name):
        if place.is_dir():
            yield from ((f"{place.name}/{n}", b) for n, b in texts(place))
        elif place.name.endswith((".csv", ".toml")):
            yield place.name, place.read_bytes()


def fingerprint(folder: Traversable = TEXT) -> str:
    """Hash all texts, and the code that gives them their shape."""
    digest = hashlib.sha256()
    for module in SHAPING:
        digest.update((CODE / module).read_bytes())
    for name, content in texts(folder):
        digest.update(name.encode() + b"\0" + content + b"\0")
    return digest.hexdigest()


def load_bundle() -> dict[str, Any]:
    """Return the bundle's plain content, from the cache or newly compiled."""
    name = fingerprint()
    place = _cache() / f"standards-{name[:16]}.json"
    if place.exists():
        loaded: dict[str, Any] = json.loads(place.read_bytes())
        return loaded
    check_published()
    content = json.loads(json.dumps(_plain(compile_texts()), default=dict))
    content["fingerprint"] = name
    _keep(place, json.dumps(content, ensure_ascii=False))
    return dict(content)


def check_published(folder: Traversable = TEXT) -> None:
    """Refuse a text that was changed or taken out after its edition was published."""
    sealed = json.loads((folder / "published.json").read_text(encoding="utf-8"))
    there = seals(folder)
    for name, seal in sealed.items():
        if there.get(name) != seal:
            raise Trouble(PUBLISHED, name, name=name)


def seals(folder: Traversable = TEXT) -> dict[str, str]:
    """Hash what an edition is made of, piece by piece.

    Items, elements, documents, profiles and rules are sealed by the file. The lists of
    editions and of value sets grow, so each edition, and each set whose items are
    known, is a piece by itself: what it is, not what speaks for it (`sources`).
    """
    pieces = {n: content for n, content in texts(folder) if not n.endswith(GROWING)}
    for row in rows_of(folder / "values" / "sets.csv"):
        if row["complete"] == "yes":
            told = "\0".join(row[part] for part in SEALED)
            pieces[f"values/sets.csv#{row['id']}"] = told.encode()
    for one in toml(folder / "editions.toml")["edition"]:
        told = json.dumps(one, ensure_ascii=False, sort_keys=True)
        pieces[f"editions.toml#{one['standard']}@{one['edition']}"] = told.encode()
    return {name: hashlib.sha256(told).hexdigest() for name, told in pieces.items()}


def _plain(catalogue: Catalogue) -> dict[str, Any]:
    """Turn the catalogue into what JSON can hold."""
    groups = ("editions", "elements", "sets", "documents", "profiles")
    plain: dict[str, Any] = {
        group: {k: asdict(v) for k, v in getattr(catalogue, group).items()}
        for group in groups
    }
    return plain | {"maps": [asdict(one) for one in catalogue.maps]}


def _cache() -> Path:
    """Return the folder of things that can be made again."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "datong"


def _keep(place: Path, content: str) -> None:
    """Write the bundle aside and put it in its place; a failure does no harm."""
    part = place.with_suffix(f".{os.getpid()}.part")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(content, encoding="utf-8")
        part.replace(place)
    except OSError:
        part.unlink(missing_ok=True)


class Lazy(Mapping[str, T]):
    """Objects by name, built from their plain content when asked for."""

    def __init__(self, plain: Mapping[str, Any], kind: Callable[..., T]) -> None:
        """Remember the content and what it is to become."""
        self.plain, self.kind = plain, kind
        self.built: dict[str, T] = {}

    def __contains__(self, name: object) -> bool:
        """Ask whether there is one of this name."""
        return name in self.plain

    def __getitem__(self, name: str) -> T:
        """Build one."""
        if name not in self.built:
            self.built[name] = revive(self.kind, self.plain[name])
        return self.built[name]

    def __iter__(self) -> Iterator[str]:
        """Walk the names."""
        return iter(self.plain)

    def __len__(self) -> int:
        """Count them."""
        return len(self.plain)


@cache
def _hints(kind: type) -> dict[str, Any]:
    """Return the types of a class's fields, once."""
    return get_type_hints(kind)


def revive(kind: Any, plain: Any) -> Any:
    """Build a value of a type of the model from plain content."""
    if is_dataclass(kind) and isinstance(kind, type):
        fields = {k: revive(h, plain[k]) for k, h in _hints(kind).items()}
        return kind(**fields)
    if get_origin(kind) is tuple:
        inner = get_args(kind)[0]
        return tuple(revive(inner, one) for one in plain)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind(plain)
    if get_origin(kind) not in (None, UnionType) and isinstance(plain, dict):
        inner = get_args(kind)[1]
        return {k: revive(inner, v) for k, v in plain.items()}
    return plain
