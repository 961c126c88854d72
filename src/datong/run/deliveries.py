"""What was handed over: which files, for which mapping, and their numbers.

In:  the settings and the mapping files.
Out: deliveries; each file has a number that it keeps for ever.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from hashlib import file_digest, sha256
from importlib.resources import as_file, files
from pathlib import Path

import pyarrow as pa
from sqlalchemy import Engine, func, select

from datong.core.reason import Trouble
from datong.mapping.deliveries import deliveries_of
from datong.mapping.file import Mapping, read_mapping
from datong.mapping.reasons import JOIN
from datong.run.mends import mends_file, mends_mark
from datong.run.reasons import NO_FILES, NO_FOLDER, NO_MAPPING
from datong.run.settings import SHIPPED, Organization, Settings
from datong.sources.reasons import CHANGED
from datong.store.manifest import FILE, RULE, now


@dataclass(frozen=True, slots=True)
class RawFile:
    """A file as it was handed over."""

    organization: str
    path: Path
    name: str  # below the organization's folder, `#` and the part if it is of several
    sha256: str
    size: int
    number: int = 0


@dataclass(frozen=True, slots=True)
class Delivery:
    """The files of one source table of one organization, and what they mean."""

    organization: Organization
    mapping: Mapping
    files: tuple[RawFile, ...]
    first_rule: int = 0
    mends: Path = Path()  # of mended rows; need not exist
    head: "Delivery | None" = None  # of the table that `[join]` names

    @property
    def marks(self) -> tuple[object, ...]:
        """Return what a result depends on besides landed rows."""
        mapping, organization = self.mapping.sha256, self.organization.id
        head = self.head.marks if self.head else ()
        return (mapping, organization, mends_mark(self.mends), *head)

    @property
    def versions(self) -> pa.Table:
        """Return its files as deliveries that follow each other."""
        names = ((raw.number, raw.name) for raw in self.files)
        return deliveries_of(names, self.mapping.load, self.mapping.path)


def mappings_of(organization: Organization, root: Path) -> list[Mapping]:
    """Read the mapping files of an organization, its own or shipped ones."""
    named = organization.mappings
    if named.startswith(SHIPPED):
        shipped = files("datong.mapping") / "shipped" / named.removeprefix(SHIPPED)
        with as_file(shipped) as folder:
            found = [read_mapping(place) for place in sorted(folder.glob("*.toml"))]
    else:
        folder = root / named
        found = [read_mapping(place) for place in sorted(folder.glob("*.toml"))]
    if not found:
        raise Trouble(NO_MAPPING, organization=organization.name, folder=folder)
    return [_in_zone(mapping, organization.zone) for mapping in found]


def _in_zone(mapping: Mapping, zone: str) -> Mapping:
    """Let an organization's zone stand for the mapping's."""
    if not zone or zone == mapping.zone:
        return mapping
    marked = sha256(f"{mapping.sha256} {zone}".encode()).hexdigest()
    return replace(mapping, zone=zone, sha256=marked)


def deliveries(settings: Settings, store: Engine, workers: int) -> list[Delivery]:
    """Find every file of every mapping, and give files and rules their numbers."""
    pairs = []
    for organization in settings.organizations:
        if not organization.folder.is_dir():
            where = settings.root / "datong.toml"
            raise Trouble(NO_FOLDER, where=where, folder=organization.folder)
        pairs += [(organization, m) for m in mappings_of(organization, settings.root)]
    found = {(o.id, m.path): _matching(o, m) for o, m in pairs}
    paths = sorted(
        {(o.id, path, m.part) for o, m in pairs for path in found[o.id, m.path]}
    )
    folders = {o.id: o.folder for o in settings.organizations}
    with ThreadPoolExecutor(workers) as pool:
        raw = list(pool.map(lambda one: _seen(*one, folder=folders[one[0]]), paths))
    numbered = {
        (organization, path, part): file
        for (organization, path, part), file in zip(
            paths, _numbered_files(store, raw), strict=True
        )
    }
    made = [
        Delivery(
            organization,
            mapping,
            tuple(
                numbered[organization.id, p, mapping.part]
                for p in found[organization.id, mapping.path]
            ),
            first,
            mends_file(settings.root, organization.id, mapping.reads),
        )
        for (organization, mapping), first in zip(
            pairs, _numbered_rules(store, pairs), strict=True
        )
    ]
    return [_joined(one, made) for one in made]


def _joined(one: Delivery, all_of: Sequence[Delivery]) -> Delivery:
    """Find the table that a delivery is joined to, of the same organization."""
    join = one.mapping.join
    if join is None:
        return one
    for other in () if one.mapping.json else all_of:
        is_ours = other.organization.id == one.organization.id
        if is_ours and other.mapping.reads == join.table and not other.mapping.json:
            return replace(one, head=replace(other, head=None))
    word = ", ".join(join.columns.values())
    raise Trouble(JOIN, where=one.mapping.path, word=word, table=join.table)


def unclaimed(settings: Settings, found: Sequence[Delivery]) -> list[str]:
    """Name the files in the organizations' folders that no mapping reads."""
    read = {file.path for delivery in found for file in delivery.files}
    return [
        f"{organization.id}/{path.relative_to(organization.folder).as_posix()}"
        for organization in settings.organizations
        for path in sorted(organization.folder.rglob("*"))
        if path.is_file() and path not in read and not path.name.startswith(".")
    ]


def _matching(organization: Organization, mapping: Mapping) -> list[Path]:
    """Find the files of a mapping; FHIR exports may lack a type, tables may not."""
    glob = mapping.files.get("glob", "*")
    patterns = glob if isinstance(glob, list) else [glob]
    found = {path for p in patterns for path in organization.folder.glob(p)}
    found = {path for path in found if path.is_file()}
    if not found and not mapping.json:
        folder = organization.folder
        raise Trouble(NO_FILES, where=mapping.path, glob=glob, folder=folder)
    return sorted(found)


def whole_file(folder: Path, name: str) -> tuple[Path, str]:
    """Return the file of a raw file's name, and its part where it has several."""
    bare, _, part = name.rpartition("#")
    if not (folder / name).is_file() and (folder / bare).is_file():
        return folder / bare, part
    return folder / name, ""


def _seen(organization: str, path: Path, part: str, *, folder: Path) -> RawFile:
    """Hash a file."""
    name = path.relative_to(folder).as_posix()
    name = f"{name}#{part}" if part else name
    try:
        with path.open("rb") as opened:
            digest = file_digest(opened, "sha256").hexdigest()
        size = path.stat().st_size
    except OSError as error:
        raise Trouble(CHANGED, where=path, file=name) from error
    return RawFile(organization, path, name, digest, size)


def _numbered_files(store: Engine, raw: Sequence[RawFile]) -> list[RawFile]:
    """Give new files their numbers, in one transaction and a fixed order."""
    with store.begin() as db:
        known = {
            (row.organization, row.path, row.sha256): row.number
            for row in db.execute(select(FILE))
        }
        last = db.execute(
            select(func.coalesce(func.max(FILE.c.number), 0))
        ).scalar_one()
        keys = [(file.organization, file.name, file.sha256) for file in raw]
        fresh = [key for key in keys if key not in known]
        for number, key in enumerate(fresh, start=last + 1):
            named = dict(zip(("organization", "path", "sha256"), key, strict=True))
            db.execute(FILE.insert().values(number=number, seen_at=now(), **named))
            known[key] = number
    return [
        RawFile(f.organization, f.path, f.name, f.sha256, f.size, known[key])
        for f, key in zip(raw, keys, strict=True)
    ]


def _numbered_rules(
    store: Engine, pairs: Sequence[tuple[Organization, Mapping]]
) -> list[int]:
    """Give each mapping of each organization a number for its first `[[record]]`."""
    firsts = []
    with store.begin() as db:
        known = {
            (row.organization, row.mapping, row.sha256): row.number
            for row in db.execute(select(RULE).where(RULE.c.place == 0))
        }
        last = db.execute(
            select(func.coalesce(func.max(RULE.c.number), 0))
        ).scalar_one()
        for organization, mapping in pairs:
            key = (organization.id, mapping.path.name, mapping.sha256)
            if key not in known:
                known[key] = last + 1
                lines = _rule_lines(organization, mapping, last + 1)
                db.execute(RULE.insert(), lines)
                last += len(lines)
            firsts.append(known[key])
    return firsts


def _rule_lines(
    organization: Organization, mapping: Mapping, first: int
) -> list[dict[str, object]]:
    """Describe the `[[record]]`s of a mapping."""
    return [
        {
            "number": first + place,
            "organization": organization.id,
            "mapping": mapping.path.name,
            "sha256": mapping.sha256,
            "edition": mapping.edition,
            "place": place,
            "kind": rule.kind.name,
        }
        for place, rule in enumerate(mapping.records)
    ]
