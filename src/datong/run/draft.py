"""A first mapping for every table of a folder.

In:  a folder, perhaps a folder for mappings.
Out: drafts; mapping files that run.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from datong.core.reason import Trouble
from datong.mapping.draft.drafted import (
    Blocker,
    Draft,
    Joined,
    Remembered,
    Suggestion,
)
from datong.mapping.draft.suggest import draft
from datong.mapping.draft.write import can_write, meant, write
from datong.run.reasons import EXISTS
from datong.run.scan import Found, Scan, scanned

EASY = ("utf-8", ",")  # what need not be stated


@dataclass(frozen=True, slots=True)
class Drafted:
    """The drafts of a folder."""

    scan: Scan
    drafts: tuple[Draft, ...]
    written: tuple[Path, ...] = ()


def draft_folder(
    root: Path,
    out: Path | None = None,
    told: Callable[[str], None] = lambda _name: None,
    memory: Mapping[tuple[str, str], Remembered] | None = None,
) -> Drafted:
    """Draft a folder; write mapping files where `out` names an empty folder.

    `memory` is what people decided before (`run.review.remembered`).
    """
    if out is not None and any(out.glob("*.toml")):
        raise Trouble(EXISTS, where=out, folder=out)
    with scanned(root, told) as scan:
        drafts = tuple(draft([one.profile for one in scan.tables], memory))
    made = _write(scan, drafts, out) if out is not None else ()
    return Drafted(scan, drafts, made)


def _write(scan: Scan, drafts: tuple[Draft, ...], out: Path) -> tuple[Path, ...]:
    """Write a mapping file for each table that has a kind and names its patients."""
    edition = datetime.now(UTC).date().isoformat()
    made = []
    for found, one in zip(scan.tables, drafts, strict=True):
        if not can_write(one):
            continue
        done = write(one, files_of(found, scan.root), edition)
        place = out / f"{file_stem(found.name)}.toml"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(done.toml, encoding="utf-8")
        for path, text in done.values.items():
            (out / path).parent.mkdir(parents=True, exist_ok=True)
            (out / path).write_text(text, encoding="utf-8")
        made.append(place)
    return tuple(made)


def files_of(found: Found, root: Path) -> dict[str, object]:
    """Return the `[files]` of a table's mapping."""
    first = found.seen[0]
    names = [s.file.relative_to(root).as_posix() for s in found.seen if root.is_dir()]
    said: dict[str, object] = {"glob": names or [first.file.name]}
    if first.part:
        said["part"] = first.part
    dialect = first.dialect
    if first.door == "delimited" and dialect.delimiter != ",":
        said["delimiter"] = dialect.delimiter
    encodings = {s.dialect.encoding for s in found.seen}
    if first.door in {"delimited", "dump"} and len(encodings) == 1:
        said["encoding"] = dialect.encoding
    if dialect.columns and first.door in {"delimited", "xlsx"}:
        said["header"] = dialect.header
        said["columns"] = list(dialect.columns)
    return said


def file_stem(name: str) -> str:
    """Make a file's name of a table's."""
    return "".join(c if c.isalnum() or c in "-_" else "_" for c in name) or "table"


def as_plain(drafted: Drafted) -> dict[str, object]:
    """Write the drafts as plain values, for `--json`."""
    return {
        "folder": str(drafted.scan.root),
        "tables": [_table(one) for one in drafted.drafts],
        "suggestions": [
            _suggestion(one, s) for one in drafted.drafts for s in one.suggestions
        ],
        "joins": [_join(one, j) for one in drafted.drafts for j in one.joins],
        "blockers": [_blocker(b) for one in drafted.drafts for b in one.blockers],
        "written": [str(path) for path in drafted.written],
    }


def _table(one: Draft) -> dict[str, object]:
    """Write the draft of a table as plain values."""
    return {
        "table": one.table.name,
        "kind": one.kind or None,
        "confidence": one.confidence,
        "alternatives": [
            {"kind": kind, "confidence": share} for kind, share in one.kinds[1:]
        ],
        "evidence": [say.en for say in one.evidence],
        "证据": [say.zh for say in one.evidence],
        "grain": list(one.grain),
        "rows": one.table.rows,
        "blockers": [b.code for b in one.blockers],
    }


def _join(draft: Draft, one: Joined) -> dict[str, object]:
    """Write what a column is joined to as plain values."""
    return {
        "table": draft.table.name,
        "column": one.column,
        "to_table": one.to_table,
        "to_column": one.to_column,
        "to_kind": one.to_kind or None,
        "share": one.share,
        "person": one.person or None,
    }


def _suggestion(draft: Draft, one: Suggestion) -> dict[str, object]:
    """Write one suggestion as plain values; `values` are the words that we know."""
    words = meant(draft, one.field, one) if one.field else {}
    return {
        "table": one.table,
        "kind": one.kind or None,
        "column": one.column,
        "field": one.field or None,
        "part": one.part,
        "confidence": one.confidence,
        "unit": one.unit or None,
        "values": {word: code for word, (code, _) in words.items()},
        "evidence": [say.en for say in one.evidence],
        "证据": [say.zh for say in one.evidence],
        "alternatives": [
            {"kind": kind, "field": name, "part": part, "confidence": share}
            for kind, name, part, share in one.alternatives
        ],
    }


def _blocker(one: Blocker) -> dict[str, object]:
    """Write one question as plain values."""
    return {
        "code": one.code,
        "table": one.table,
        "column": one.column,
        "ask": one.ask.en,
        "问": one.ask.zh,
    }
