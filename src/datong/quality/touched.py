"""How many persons the bad rows of each failing check belong to.

Of the rows whose keys a finding has (the first thousand), so it is the least number.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

import pyarrow as pa

from datong.engine.duckdb import Duck, Input, quoted
from datong.quality.finding import Finding, Verdict

PERSON = ("person", "person_id")
WHOLE = {"INTEGER", "BIGINT"}


def with_persons(
    duck: Duck, layers: Mapping[str, Mapping[str, Input]], findings: Sequence[Finding]
) -> list[Finding]:
    """Count the persons of each failing check; one query a table."""
    asked: dict[tuple[str, str], list[int]] = defaultdict(list)
    for place, one in enumerate(findings):
        if one.verdict is Verdict.FAIL and one.keys:
            asked[one.layer, one.table].append(place)
    made = list(findings)
    for (layer, table), places in asked.items():
        source = layers.get(layer, {}).get(table)
        counted = _persons(duck, source, [findings[n] for n in places])
        for number, persons in counted.items():
            place = places[number]
            made[place] = replace(made[place], persons=persons)
    return made


def _persons(
    duck: Duck, source: Input | None, findings: Sequence[Finding]
) -> dict[int, int]:
    """Count the persons of several findings of one table."""
    if source is None:
        return {}
    held = duck.see_all({"touched": source})["touched"]
    person = next((name for name in held if name.lower() in PERSON), "")
    if not person:
        return {}
    named = "record" if "record" in held else next(iter(held))
    key = quoted(named)
    pairs = [(n, key) for n, one in enumerate(findings) for key in one.keys]
    numbers, keys = zip(*pairs, strict=True)
    # A number is compared as one: to write ten million as text takes seconds.
    are_numbers = held[named] in WHOLE and all(one.isdecimal() for one in keys)
    bad = pa.array(map(int, keys) if are_numbers else keys)
    duck.see("bad rows", pa.table({"finding": numbers, "key": bad}))
    this = f"t.{key}" if are_numbers else f"cast(t.{key} as varchar)"
    sql = (
        f"select b.finding, count(distinct t.{quoted(person)}) as n from touched t"
        f' join "bad rows" b on {this} = b.key group by 1'
    )
    return {row["finding"]: row["n"] for row in duck.fetch(sql).to_pylist()}
