"""The door for FHIR R4: bulk NDJSON (one resource a line), bundles, single resources.

In:  a `.ndjson` or a `.json` file.
Out: landed rows `resource` (its JSON text) and `type`; rejects for what is neither.

The text of a line is landed as it stands. A bundle is taken apart: each entry is a row,
its record number its place in the bundle, and references to another entry's
`urn:uuid:` are rewritten to `Type/id`. Contained resources stay inside their resource.
"""

import json
from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from datong.core.ledger import Entry
from datong.core.reason import Reason, Trouble
from datong.core.record import Reject
from datong.engine.land import Landing
from datong.sources.blocks import Blocks
from datong.sources.delimited import Dialect, Reader
from datong.sources.reasons import CHANGED, JSON, RESOURCE

# A line is one cell: no JSON text holds a bare control character.
LINES = Dialect("utf-8", delimiter="\x01", quote="", header=0, columns=("resource",))
TYPE = r'"resourceType"\s*:\s*"(?P<type>\w+)"'


def read(
    file: Path, sink: Landing, told: Callable[[int], None] = lambda _bytes: None
) -> tuple[Entry, str]:
    """Land one file; return its ledger entry and the SHA-256 of what was read."""
    if file.suffix.lower() == ".json":
        return _read_json(file, sink, told)
    blocks = Blocks(file, "utf-8", quotes=False)
    reader = Reader(file, Typed(sink), LINES)
    for block in blocks:
        reader.take(block)
        told(len(block.content))
    return reader.entry(sink.kept, sink.rejected), blocks.sha256()


class Typed:
    """A sink that adds each resource's type, and rejects what has none."""

    def __init__(self, sink: Landing) -> None:
        """Pass on to the real sink."""
        self.sink, self.reject, self.place = sink, sink.reject, sink.place

    def rows(self, table: pa.Table, records: Sequence[int] | range) -> None:
        """Take rows of one column, `resource`."""
        found = pc.extract_regex(table["resource"], TYPE)
        types = pc.struct_field(found, "type").combine_chunks()
        table = table.append_column("type", types)
        if types.null_count:
            for index in pc.indices_nonzero(types.is_null()).to_pylist():
                text, record = table["resource"][index].as_py(), records[index]
                self.reject(Reject(record, _fault(text), text, line=record))
            numbers = [n for n, t in zip(records, types, strict=True) if t.is_valid]
            table, records = table.filter(types.is_valid()), numbers
        self.sink.rows(table, records)


def _fault(text: str) -> Reason:
    """Say what is wrong with a text that has no resourceType."""
    try:
        json.loads(text)
    except ValueError:
        return JSON
    return RESOURCE


def _read_json(
    file: Path, sink: Landing, told: Callable[[int], None]
) -> tuple[Entry, str]:
    """Land a bundle or a single resource."""
    try:
        raw = file.read_bytes()
    except OSError as error:
        raise Trouble(CHANGED, where=file, file=file.name) from error
    told(len(raw))
    digest = sha256(raw).hexdigest()
    text = raw.decode("utf-8-sig", errors="datong")
    try:
        texts = _resources(json.loads(text))
    except ValueError:
        sink.reject(Reject(1, JSON, text, line=1))
        return Entry("land", 1, 0, rejected=1), digest
    if texts:
        table = pa.table({"resource": pa.array(texts, pa.string())})
        Typed(sink).rows(table, range(1, len(texts) + 1))
    return Entry("land", len(texts), sink.kept, rejected=sink.rejected), digest


def _resources(content: object) -> list[str]:
    """Return the JSON text of each resource of a bundle, or of the one resource."""
    if not isinstance(content, dict) or content.get("resourceType") != "Bundle":
        return [_text(content)]
    entries = [entry for entry in content.get("entry", []) if isinstance(entry, dict)]
    names = {}
    for entry in entries:
        resource, url = entry.get("resource", {}), entry.get("fullUrl", "")
        if isinstance(url, str) and url.startswith("urn:uuid:"):
            resource.setdefault("id", url.removeprefix("urn:uuid:"))
            names[url] = f"{resource.get('resourceType')}/{resource['id']}"
    found = [entry["resource"] for entry in entries if "resource" in entry]
    return [_text(_renamed(resource, names)) for resource in found]


def _renamed(node: object, names: dict[str, str]) -> object:
    """Rewrite every reference to an entry of the same bundle."""
    if isinstance(node, list):
        return [_renamed(item, names) for item in node]
    if not isinstance(node, dict):
        return node
    reference = node.get("reference")
    if isinstance(reference, str) and reference in names:
        return {**node, "reference": names[reference]}
    return {key: _renamed(value, names) for key, value in node.items()}


def _text(node: object) -> str:
    """Write JSON in one line."""
    return json.dumps(node, ensure_ascii=False, separators=(",", ":"))
