"""Empty files, one for each kind of record: they give every column its name and type.

A mapping writes only the columns that it sets; read together with the empty file of
its kind, a file of records has all.
"""

import pyarrow as pa
import pyarrow.parquet as pq

from datong.engine.duckdb import ARROW
from datong.lake.releases import TableFile
from datong.mapping.compile import stored
from datong.run.steps import Steps, fingerprint_of
from datong.standards.records import all_kinds


def shape_file(steps: Steps, name: str) -> TableFile:
    """Return the empty file of one kind, written on first use."""
    kind = all_kinds()[name]
    schema = pa.schema([(c.name, ARROW[c.kind]) for c in stored(kind)])
    mark = fingerprint_of(schema)[:12]
    path = steps.root / "lake" / "shapes" / f"{name}-{mark}.parquet"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(f".{id(schema)}.part")
        pq.write_table(schema.empty_table(), part)
        part.replace(path)
    return steps.file(("shapes", name, "all", path, 0))


def write_shapes(steps: Steps) -> list[TableFile]:
    """Return the empty files of all kinds."""
    return [
        shape_file(steps, name) for name, kind in all_kinds().items() if not kind.vault
    ]
