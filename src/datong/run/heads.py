"""Which row of its head's table a source row was joined to, for a trace.

In:  a release, the mappings of now.
Out: the number of the head's row, or nothing.
"""

from collections.abc import Mapping as Map
from typing import Any

from datong.engine.duckdb import Duck, literal
from datong.engine.land import RECORD_BITS
from datong.mapping.deliveries import deliveries_of
from datong.mapping.file import Mapping
from datong.mapping.heads import Heads, see_heads
from datong.mapping.landed import text_of
from datong.run.deliveries import mappings_of
from datong.run.mends import mends_file, read_mends
from datong.run.places import Places


def head_of(places: Places, row: int, cells: Map[str, Any]) -> int | None:
    """Return the row that an item's row (its landed cells) was joined to."""
    told = places.files[row >> RECORD_BITS]
    owners = {one.id: one for one in places.settings.organizations}
    owner = owners.get(told["organization"])
    if owner is None:
        return None
    mappings = {one.reads: one for one in mappings_of(owner, places.settings.root)}
    mine = [mappings[name] for name in told["reads"].split(" ") if name in mappings]
    for join in (one.join for one in mine if one.join):
        keys = [cells.get(column) for column in join.on]
        if join.table in mappings and None not in keys:
            asked = " and ".join(
                f"_on_{number} = {text_of(literal(key))}"
                for number, key in enumerate(keys, start=1)
            )
            heads = _heads(places, mappings[join.table], owner.id)
            with Duck() as duck:
                see_heads(duck, join, heads)
                found = duck.fetch(f"select _head from heads where {asked}")
            return next(iter(found["_head"].to_pylist()), None)
    return None


def _heads(places: Places, mapping: Mapping, organization: str) -> Heads:
    """Return the landed rows of a head's table in the release."""
    names = [
        (number, told["path"])
        for number, told in places.files.items()
        if told["organization"] == organization
        and mapping.reads in told["reads"].split(" ")
    ]
    mends = mends_file(places.settings.root, organization, mapping.reads)
    return Heads(
        mapping,
        [places.landed[number] for number, _ in names],
        read_mends(mends),
        deliveries_of(names, mapping.load, mapping.path),
    )
