"""Facts about a release, as tables in it: raw files, rules of mappings, codes.

In:  the deliveries, the store.
Out: `ledger.files`, `ledger.rules`, `ledger.codes`.
"""

from collections import defaultdict
from collections.abc import Sequence

import pyarrow as pa
import pyarrow.parquet as pq
from sqlalchemy import select

from datong.engine.duckdb import Duck
from datong.lake.releases import TableFile
from datong.mapping.deliveries import delivered
from datong.run.deliveries import Delivery
from datong.run.steps import Steps, fingerprint_of, shas
from datong.store.manifest import FILE, RULE

FILES = pa.schema(
    [
        ("file", pa.int64()),
        ("reads", pa.string()),
        ("organization", pa.string()),
        ("path", pa.string()),
        ("sha256", pa.string()),
        ("bytes", pa.int64()),
        ("delivered", pa.timestamp("us")),  # by its name; null: the name says nothing
        ("seen", pa.timestamp("us")),
    ]
)
CODES = """
select kind, field, system, code, text, cast(sum(rows) as bigint) as rows,
       cast(sum(persons) as bigint) as persons,
       cast(sum(money) as decimal(18, 2)) as money
from codes where rows > 0 group by all order by kind, field, system, code, text
"""


def write_facts(
    steps: Steps, found: Sequence[Delivery], codes: Sequence[TableFile]
) -> list[TableFile]:
    """Write the facts of a release."""
    return [
        _written(steps, "files", _files(steps, found)),
        _written(steps, "rules", _rules(steps, found)),
        _codes(steps, codes),
    ]


def _files(steps: Steps, found: Sequence[Delivery]) -> pa.Table:
    """List the raw files: what they are, when handed over, when first seen here."""
    with steps.store.connect() as db:
        rows = db.execute(select(FILE.c.number, FILE.c.seen_at)).all()
    seen = {row.number: row.seen_at for row in rows}
    reads: dict[int, set[str]] = defaultdict(set)
    dated = {d.mapping.reads: d.mapping.load.get("delivered", "") for d in found}
    for delivery in found:
        for raw in delivery.files:
            reads[raw.number].add(delivery.mapping.reads)
    lines = {
        raw.number: {
            "file": raw.number,
            "reads": " ".join(sorted(reads[raw.number])),
            "organization": raw.organization,
            "path": raw.name,
            "sha256": raw.sha256,
            "bytes": raw.size,
            "delivered": delivered(raw.name, dated[delivery.mapping.reads]),
            "seen": seen[raw.number],
        }
        for delivery in found
        for raw in delivery.files
    }
    return pa.Table.from_pylist([lines[number] for number in sorted(lines)], FILES)


def _rules(steps: Steps, found: Sequence[Delivery]) -> pa.Table:
    """List the rules of the mappings that were used."""
    numbers = {
        delivery.first_rule + place
        for delivery in found
        for place in range(len(delivery.mapping.records))
    }
    reads = {
        d.first_rule + i: d.mapping.reads
        for d in found
        for i in range(len(d.mapping.records))
    }
    asked = select(RULE).where(RULE.c.number.in_(numbers)).order_by(RULE.c.number)
    with steps.store.connect() as db:
        rows = db.execute(asked).mappings().all()
    return pa.Table.from_pylist(
        [
            {
                "rule": row["number"],
                "organization": row["organization"],
                "reads": reads[row["number"]],
                "mapping": row["mapping"],
                "edition": row["edition"],
                "sha256": row["sha256"],
                "record": row["place"] + 1,
                "kind": row["kind"],
            }
            for row in rows
        ]
    )


def _codes(steps: Steps, codes: Sequence[TableFile]) -> TableFile:
    """Count the distinct codes."""
    mark = fingerprint_of("codes", *shas(codes))
    path = steps.root / "lake" / "facts" / f"codes-{mark[:16]}.parquet"
    with Duck() as duck:
        rows = duck.run(CODES, {"codes": [file.path for file in codes]}, path)
    return steps.file(("facts", "codes", "all", path, rows))


def _written(steps: Steps, name: str, table: pa.Table) -> TableFile:
    """Write a small table."""
    mark = fingerprint_of(name, table.to_pylist())
    path = steps.root / "lake" / "facts" / f"{name}-{mark[:16]}.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(table, path)
    return steps.file(("facts", name, "all", path, table.num_rows))
