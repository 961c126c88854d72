"""What of a project can be held against a profile: landed tables, or its records.

In:  a project's current release, a profile.
Out: for each hospital a table that has the profile's fields, and what it is.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from datong.cdm.frontpage import join, sources, vaulted
from datong.core.reason import Trouble
from datong.core.say import Say
from datong.lake.releases import TableFile
from datong.quality.conformance.headings import match
from datong.quality.conformance.reasons import NOT_IN_PROJECT
from datong.run.project import Project
from datong.run.reader import Reader
from datong.standards.crosswalk import crosswalk
from datong.standards.library import load
from datong.standards.model import Item, Profile
from datong.standards.narrow import narrow
from datong.standards.shelf import default_shelf

LEAST = 3  # fields that a table must have to be taken for one of the profile's
WHOLE = 0.5  # of the mandatory fields: then a landed table is the front page itself
JOINED = Say(
    "joined from standard records, one row a finished inpatient stay",
    "由标准记录拼接，每次已结束的住院一行",
)
NO_PLACE = Say("the records have no place for", "标准记录没有位置")
UNFILLED = Say("not collected by this hospital", "该院未采集")
VAULTED = Say("not judged, they lie in the vault", "存于身份库，未检查")


@dataclass(frozen=True, slots=True)
class Part:
    """What of a hospital is checked: its table, against which part of the profile."""

    name: str
    data: Path | pa.Table
    profile: Profile
    note: Say | None = None


def is_project(data: str) -> bool:
    """Ask whether a path is a project folder."""
    return (Path(data) / "datong.toml").is_file()


def parts_of(
    project: Path, profile: Profile, mapped: Mapping[str, str], named: str = ""
) -> dict[str, Part]:
    """Return what of each hospital is held against a profile.

    A landed table with half of the mandatory fields is taken as it was delivered, and
    so is one that a person maps or names. The stays of other hospitals are joined from
    their standard records, where the profile is a front page.
    """
    current = Project(project)
    with current.read(current.releases.current()) as reader:
        landed = _landed(reader, profile, mapped, named)
        if not (mapped or named):
            asked = sum(item.need == "M" for item in profile.data_set.items)
            joined = _joined(reader, profile)
            kept = {h: p for h, (n, p) in landed.items() if n >= WHOLE * asked}
            found = joined | kept if joined else {h: p for h, (_, p) in landed.items()}
        else:
            found = {h: part for h, (_, part) in landed.items()}
        tables = ", ".join(list(reader.catalog.landed)[:8])
    if not found:
        told = {"project": project, "profile": profile.id, "tables": tables}
        raise Trouble(NOT_IN_PROJECT, **told)
    return dict(sorted(found.items()))


def _landed(
    reader: Reader, profile: Profile, mapped: Mapping[str, str], named: str
) -> dict[str, tuple[int, Part]]:
    """Return each hospital's landed table with the most of a profile's fields."""
    found: dict[str, tuple[int, Part]] = {}
    for name, some in reader.catalog.landed.items():
        for file in some:
            fields = _fields(file, profile, mapped)
            wanted = named == name if named else fields >= LEAST
            if wanted and fields > found.get(file.shard, (0,))[0]:
                found[file.shard] = (fields, Part(name, file.path, profile))
    return found


def _fields(file: TableFile, profile: Profile, mapped: Mapping[str, str]) -> int:
    """Count the fields of a profile that a landed file has."""
    return len(match(pq.read_schema(file.path).names, profile, mapped))


def _joined(reader: Reader, profile: Profile) -> dict[str, Part]:
    """Join each hospital's front pages from its records."""
    items = _items(profile)
    if len(items) < LEAST:
        return {}
    codes = {field: _meant(house, items[field]) for field, house in _coded(items)}
    hidden = {items[field].id for field in vaulted() if field in items}
    asked = {item.id for item in profile.data_set.items} - hidden
    part = narrow(profile, asked)
    sql = (
        "select distinct organization from records.encounter where class_system ="
        " 'house' and class_code = 'inpatient' order by all"
    )
    found = {}
    for organization in reader.query(sql)["organization"].to_pylist():
        pages = join(reader.duck, organization, codes)
        unfilled = {items[f].id for f in pages.unfilled if f in items}
        if pages.table.num_rows:
            note = _note(profile, (hidden, unfilled, {i.id for i in items.values()}))
            found[organization] = Part("", pages.table, part, note)
    return found


def _items(profile: Profile) -> dict[str, Item]:
    """Return which item of a profile each field of the joined page is."""
    names = [one.field.replace("{n}", "01") for one in sources()]
    found = match(names, profile, {})
    return {held: profile.items[column] for column, held in found.items()}


def _coded(items: Mapping[str, Item]) -> Iterable[tuple[str, str]]:
    """Walk the fields that hold house codes, with the value set that these are of."""
    return ((s.field, s.house) for s in sources() if s.house and s.field in items)


def _meant(house: str, item: Item) -> dict[str, str]:
    """Return what each house code is in the value set that an item asks for."""
    if not item.value_set or item.value_set == house:
        return {}
    walk = crosswalk(house, item.value_set, load(), default_shelf())
    return {pair.source: pair.target for pair in walk.pairs if pair.target}


def _note(profile: Profile, fields: tuple[set[str], set[str], set[str]]) -> Say:
    """Say what the page was joined from, and what of the profile it cannot have."""
    hidden, unfilled, places = fields
    needed = [item for item in profile.data_set.items if item.need != "O"]
    told = (
        (NO_PLACE, [i.name for i in needed if i.id not in places]),
        (UNFILLED, [i.name for i in needed if i.id in unfilled]),
        (VAULTED, [i.name for i in profile.data_set.items if i.id in hidden]),
    )
    parts = [(say, names) for say, names in told if names]
    en = [f"{say.en}: {', '.join(n.en for n in names)}" for say, names in parts]
    zh = [f"{say.zh}：{'、'.join(n.zh for n in names)}" for say, names in parts]
    return Say("; ".join([JOINED.en, *en]), "；".join([JOINED.zh, *zh]))
