"""Resources of types that no mapping reads: counted, so that the ledger balances.

In:  deliveries and landed files.
Out: a ledger entry for each organization and type, all rows silent.
"""

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from datong.core.ledger import Entry
from datong.engine.duckdb import Duck
from datong.lake.releases import TableFile
from datong.run.deliveries import Delivery

TYPES = "select type, count(*) as n from landed group by type order by type"


def unread_types(found: Sequence[Delivery], landed: Sequence[TableFile]) -> list[Entry]:
    """Name each type of resource that lies in a delivery and that no mapping reads."""
    read: dict[str, set[str]] = defaultdict(set)
    numbers: dict[str, set[int]] = defaultdict(set)
    for delivery in found:
        if delivery.mapping.json:
            read[delivery.organization.id].add(delivery.mapping.type)
            numbers[delivery.organization.id] |= {f.number for f in delivery.files}
    entries = []
    for organization, types in read.items():
        files = [
            file.path
            for file in landed
            if file.rows and _number(file.path) in numbers[organization]
        ]
        if not files:
            continue
        with Duck() as duck:
            counted = duck.fetch(TYPES, {"landed": files}).to_pylist()
        entries += [
            Entry(
                f"map:{organization}/fhir.{row['type']}", row["n"], 0, silent=row["n"]
            )
            for row in counted
            if row["type"] not in types
        ]
    return entries


def _number(landed: Path) -> int:
    """Read a raw file's number from the name of its landed file."""
    return int(landed.name.partition("-")[0])
