"""What a run would do, before it does it.

In:  a project.
Out: each source table with its files (new, known, gone), its mapping (new edition or
     the published one), and whether its mapping and columns hold.
"""

from dataclasses import dataclass

import pyarrow.parquet as pq

from datong.core.reason import Trouble
from datong.lake.releases import Releases
from datong.run.deliveries import Delivery, deliveries, unclaimed
from datong.run.settings import Settings


@dataclass(frozen=True, slots=True)
class Change:
    """What would happen to one source table."""

    organization: str
    reads: str
    new: tuple[str, ...]  # files that are not in the current release
    known: int  # files that are
    mapping: str  # same, changed, new
    joined: tuple[str, ...] = ()  # new files of the table that it is joined to

    @property
    def is_work(self) -> bool:
        """Say whether a run would have anything to do here."""
        return bool(self.new or self.joined) or self.mapping != "same"


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run would do."""

    changes: list[Change]
    gone: list[str]  # files of the current release that are not there any more
    unclaimed: list[str]  # files that no mapping reads


def plan(settings: Settings, releases: Releases) -> Plan:
    """Compare deliveries and mappings with the current release; read no row."""
    current = next((r for r in releases.all() if r.is_current), None)
    told: object = current.stamp.get("files", {}) if current else {}
    files = dict(told) if isinstance(told, dict) else {}
    found = deliveries(settings, releases.store, workers=2)
    rules = _rules(releases)
    changes = [_change(delivery, set(files), rules) for delivery in found]
    here = {f"{f.organization}/{f.name}" for d in found for f in d.files}
    return Plan(
        changes,
        sorted(set(files.values()) - here),
        unclaimed(settings, found),
    )


def _change(
    delivery: Delivery, published: set[str], rules: dict[tuple[str, str], set[str]]
) -> Change:
    """Judge one source table."""
    names = {str(f.number): f.name for f in delivery.files}
    new = tuple(name for number, name in names.items() if number not in published)
    before = rules.get((delivery.organization.id, delivery.mapping.path.name), set())
    state = "new" if not published else "changed"
    if published and delivery.mapping.sha256 in before:
        state = "same"
    known = len(names) - len(new)
    heads = delivery.head.files if delivery.head else ()
    joined = tuple(f.name for f in heads if str(f.number) not in published)
    told = (delivery.organization.id, delivery.mapping.reads, new, known, state)
    return Change(*told, joined)


def _rules(releases: Releases) -> dict[tuple[str, str], set[str]]:
    """Return the mappings that the current release was made with."""
    try:
        (rules,) = releases.files(releases.current(), "facts")["rules"]
    except Trouble:
        return {}
    found: dict[tuple[str, str], set[str]] = {}
    for row in pq.read_table(rules.path).to_pylist():
        found.setdefault((row["organization"], row["mapping"]), set()).add(
            row["sha256"]
        )
    return found
