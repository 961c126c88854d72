"""A folder that nobody has seen: which tables lie in it, and how each is written.

In:  a folder.
Out: tables, each of one or several files, landed in a private folder and counted.
"""

import json
import re
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow.parquet as pq

from datong.core.ledger import Entry
from datong.core.reason import Trouble
from datong.core.say import Say
from datong.engine.land import Landing
from datong.mapping.draft.graph import Join, joins
from datong.mapping.draft.profile import ColumnProfile, TableProfile, profile
from datong.run.doors import through_door
from datong.run.reasons import NOTHING_SEEN
from datong.sources.raw import digest_of
from datong.sources.sniff import Seen, sniff

MOST = 2_000  # files of a folder that are looked at
# What a number, a date or a part in the name of a file says of the table: nothing.
SERIAL = re.compile(
    r"([_\-. ]*(part|第)|[_\-. ]+p)?[_\-. ]*\d+([_\-.]\d+)*$"
    r"|[（(]\d+[)）]$|[_\- ]*(copy|副本)\d*$",
    re.IGNORECASE,
)
NUMBERED = re.compile(r"[_\-. ]*\d{1,3}")
SAME_BYTES = Say("the same bytes as {file}", "与 {file} 内容完全相同")


@dataclass(slots=True)
class Found:
    """One table of the folder."""

    name: str
    seen: list[Seen]
    profile: TableProfile
    entries: list[Entry] = field(default_factory=list)
    rejects: dict[str, int] = field(default_factory=dict)
    notes: list[tuple[str, Say]] = field(default_factory=list)  # file, what is odd


@dataclass(frozen=True, slots=True)
class Scan:
    """What lies in a folder."""

    root: Path
    tables: tuple[Found, ...]
    joins: tuple[Join, ...]
    unread: tuple[tuple[Path, str], ...]  # files that are no tables, and why


@contextmanager
def scanned(
    root: Path, told: Callable[[str], None] = lambda _name: None
) -> Iterator[Scan]:
    """Scan a folder; the landed tables live as long as the `with`.

    They lie in a folder of the system's temporary files that only its owner can read.
    Raises `Trouble` where there is nothing to scan.
    """
    with tempfile.TemporaryDirectory(prefix="datong-scan-") as place:
        yield scan(root, Path(place), told)


def scan(
    root: Path, place: Path, told: Callable[[str], None] = lambda _name: None
) -> Scan:
    """Scan a folder, landing its tables in `place`."""
    files = [root] if root.is_file() else sorted(_files(root))
    if not files:
        raise Trouble(NOTHING_SEEN, where=root, folder=root)
    unread: list[tuple[Path, str]] = []
    seen: list[Seen] = []
    for file in files:
        try:
            tables = sniff(file)
        except Trouble as trouble:
            unread.append((file, str(trouble)))
            continue
        seen += [one for one in tables if one.door != "fhir"]
        if not tables or tables[0].door == "fhir":
            unread.append((file, "FHIR: shipped:fhir" if tables else "no table"))
    found = []
    for number, (name, group) in enumerate(_grouped(seen).items()):
        told(name)
        found.append(_land(name, group, root, place / str(number)))
    profiles = [one.profile for one in found]
    return Scan(root, tuple(found), tuple(joins(profiles)), tuple(unread))


def _files(root: Path) -> Iterator[Path]:
    """Yield the files of a folder that are not hidden."""
    for number, path in enumerate(sorted(root.rglob("*"))):
        hidden = any(part.startswith(".") for part in path.relative_to(root).parts)
        if path.is_file() and not hidden and number < MOST * 10:
            yield path


def _grouped(seen: Sequence[Seen]) -> dict[str, list[Seen]]:
    """Put files of one table together: one stem, one door, one header."""
    groups: dict[tuple[object, ...], list[Seen]] = {}
    for one in seen:
        stem = stem_of(one.name)
        groups.setdefault((stem.lower(), one.door, one.columns), []).append(one)
    named: dict[str, list[Seen]] = {}
    for key, group in groups.items():
        stem = name = _name_of(group) or str(key[0])
        number = 1
        while name in named:
            number += 1
            name = f"{stem}_{number}"
        named[name] = group
    return named


def _name_of(group: Sequence[Seen]) -> str:
    """Name a table after its files; the short number of a lone file is in its name."""
    name = group[0].name
    stem = stem_of(name)
    is_lone = len({one.name for one in group}) == 1
    return name if is_lone and NUMBERED.fullmatch(name[len(stem) :]) else stem


def stem_of(name: str) -> str:
    """Take dates, numbers and copies off a name, if anything is left then."""
    bare = name
    while (shorter := SERIAL.sub("", bare)) != bare and re.search(r"[^\W\d]", shorter):
        bare = shorter
    return bare


def _land(name: str, group: Sequence[Seen], root: Path, place: Path) -> Found:
    """Land the files of one table, and count it."""
    found = Found(name, list(group), TableProfile(name, (), 0, ()))
    landed = []
    digests: dict[tuple[str, str], str] = {}
    for number, one in enumerate(group, start=1):
        file = one.file.relative_to(root).as_posix() if root.is_dir() else one.file.name
        output, refused = place / f"{number}.parquet", place / f"{number}-no.parquet"
        with Landing(output, refused, number, file) as sink:
            entry, _ = through_door(one.door, one.part, one.file, sink, one.dialect)
        landed.append(output)
        found.entries.append(entry)
        for code in pq.read_table(refused, columns=["code"])["code"].to_pylist():
            found.rejects[code] = found.rejects.get(code, 0) + 1
        found.notes += [(file, say) for say in one.oddities]
        key = (digest_of(one.file), one.part)
        if key in digests:
            found.notes.append((file, SAME_BYTES.with_(file=digests[key])))
        digests.setdefault(key, file)
    labels = {c: text for one in group for c, text in one.labels.items()}
    found.profile = profile(name, landed, labels)
    return found


def as_plain(scan: Scan) -> dict[str, object]:
    """Write a scan as plain values, for `--json`."""
    return {
        "folder": str(scan.root),
        "tables": [_table(one, scan) for one in scan.tables],
        "joins": [
            {
                "table": j.table,
                "column": j.column,
                "to_table": j.to_table,
                "to_column": j.to_column,
                "share": j.share,
            }
            for j in scan.joins
        ],
        "unread": [
            {
                "file": str(
                    path.relative_to(scan.root) if scan.root.is_dir() else path
                ),
                "why": why,
            }
            for path, why in scan.unread
        ],
    }


def _table(one: Found, scan: Scan) -> dict[str, object]:
    """Write one table as plain values."""
    table = one.profile
    first = one.seen[0].dialect
    return {
        "table": one.name,
        "files": [
            {
                "file": str(
                    s.file.relative_to(scan.root) if scan.root.is_dir() else s.file.name
                ),
                "part": s.part,
                "door": s.door,
                "encoding": s.dialect.encoding,
                "rows": entry.kept,
                "rejected": entry.rejected,
                "framing": entry.framing,
            }
            for s, entry in zip(one.seen, one.entries, strict=True)
        ],
        "encoding": first.encoding,
        "delimiter": first.delimiter if one.seen[0].door == "delimited" else "",
        "header": first.header,
        "rows": table.rows,
        "copies": table.doubled,
        "totals": sum(rows for _, rows in table.totals),
        "rejects": one.rejects,
        "notes": [
            {"file": file, "en": say.en, "zh": say.zh} for file, say in one.notes
        ],
        "keys": [c.name for c in table.columns if c.is_key],
        "columns": [_column(c) for c in table.columns],
    }


def _column(one: ColumnProfile) -> dict[str, object]:
    """Write one column as plain values; identifying values are not shown."""
    kind = kind_of(one)
    shown = [] if is_personal(one) else code_list(one)
    return {
        "column": one.name,
        "comment": one.label,
        "kind": kind,
        "filled": one.filled,
        "distinct": one.distinct,
        "is_key": one.is_key,
        "looks_personal": is_personal(one),
        "codes": shown,
    }


def kind_of(one: ColumnProfile) -> str:
    """Name the kind of a column by its values."""
    looks = one.looks
    if not one.filled:
        return "empty"
    for name in ("time", "date", "clock"):
        if looks.get(name, 0) > 0.9:
            return name
    if looks.get("whole", 0) > 0.95:
        return "whole"
    return "decimal" if looks.get("num", 0) > 0.95 else "text"


def is_personal(one: ColumnProfile) -> bool:
    """Say whether a column looks like what names a person."""
    looks = one.looks
    name = looks.get("pname", 0) > 0.9 and one.distinct > 0.3 * max(one.filled, 1)
    return (
        name
        or max(looks.get("idcard", 0), looks.get("phone", 0), looks.get("address", 0))
        > 0.8
        or (looks.get("text", 0) > 0.5)
    )


def code_list(one: ColumnProfile) -> list[dict[str, object]]:
    """Return the values of a column that has few of them, and each often."""
    if one.distinct > 60 or one.widest > 40 or one.filled < 2 * one.distinct:
        return []
    return [{"value": value, "rows": rows} for value, rows in one.values]


def written(plain: object) -> str:
    """Write plain values as JSON."""
    return json.dumps(plain, ensure_ascii=False, indent=1)
