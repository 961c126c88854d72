"""The golden record of persons of the index: which of their sources' values survive.

In:  the index of a project; keys of persons.
Out: for each field the value, the record that it comes from, and what lost.

It is computed from the vault whenever it is asked for and never kept. A source is named
by organization, system and the number of the record in the vault, never by the number
that the hospital gave the patient.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from datong.link.arrays import letters
from datong.link.events import Deed
from datong.link.golden import Golden, Record, golden, rules
from datong.link.log import Log
from datong.link.registry import Registry
from datong.standards.identifiers import resident

RULES = "golden.toml"  # of a project, in place of those that ship


def golden_of(
    registry: Registry, persons: Sequence[int], project: Path | None = None
) -> dict[str, Golden]:
    """Compute the golden record of persons; of several, as if they were one.

    The rules are those of `golden.toml` in the project's folder where it is there.
    Raises Trouble for a key that was never given; of an erased person there is none.
    """
    state = registry.log.state
    living = {state.resolve(person) for person in persons}
    members = [m for key in living if key != "erased" for m in state.members(int(key))]
    place = project / RULES if project else None
    order = rules(place if place and place.exists() else None)
    return golden(_records(registry, members), order)


def _records(registry: Registry, members: Sequence[int]) -> list[Record]:
    """Return what each record says, where it comes from, and when it first came."""
    wanted = pa.array(members, pa.int64())
    people, source = registry.people(), registry.vault.read("source")
    if source is None:
        return []
    rows = people.filter(pc.is_in(people["key"], wanted)).to_pylist()
    names = source.filter(pc.is_in(source["key"], wanted)).to_pylist()
    named = {n["key"]: f"{n['organization']}/{n['system']}#{n['key']}" for n in names}
    came = _arrivals(registry.log, set(members))
    right = _verified([row.get("identity_number") for row in rows])
    return [
        row | {"source": named[row["key"]], "at": came.get(row["key"]), "verified": ok}
        for row, ok in zip(rows, right, strict=True)
    ]


def _arrivals(log: Log, members: set[int]) -> Mapping[int, str]:
    """Return when each record was first seen."""
    came: dict[int, str] = {}
    for event in log.events:
        if event.deed is Deed.LINKED:
            seen = members & log.moves(event.batch).keys()
        elif event.deed is Deed.ARRIVED:
            seen = members & set(event.records)
        else:
            continue
        for record in seen:
            came.setdefault(record, event.at)
    return came


def _verified(numbers: Sequence[str | None]) -> list[str | None]:
    """Say which identity numbers are resident numbers that hold their check."""
    today = int(datetime.now(UTC).strftime("%Y%m%d"))
    texts = pc.utf8_upper(pc.utf8_trim_whitespace(pa.array(numbers, pa.string())))
    good = resident.is_verified(letters(texts, 18), today)
    whole = pc.fill_null(pc.equal(pc.utf8_length(texts), 18), fill_value=False)
    both = zip(good.tolist(), whole.to_pylist(), strict=True)
    return ["1" if right and long else None for right, long in both]
