"""A record belongs to a visit that exists."""

from collections.abc import Callable

from datong.core.check import Severity
from datong.core.say import Say
from datong.core.shape import Row
from datong.quality.own import Scene, Tables, Together
from datong.standards.record import RecordKind
from datong.standards.records import all_kinds

OTHER = all_kinds()["encounter"].shape
OWN: Row = {"encounter": 1}


def _finder(kind: RecordKind) -> Callable[[Tables], set[int]]:
    """Make the plain twin for one kind of record."""

    def find(tables: Tables) -> set[int]:
        """Find rows of visits that are not there."""
        there = {row["encounter"] for row in tables["encounter"]}
        rows = (row for row in tables[kind.name] if row["encounter"] is not None)
        return {int(str(r["record"])) for r in rows if r["encounter"] not in there}

    return find


def _check(kind: RecordKind) -> Together:
    """Make the check for one kind of record."""

    return Together(
        name="visit_missing",
        table=kind.name,
        reads=(kind.shape, OTHER),
        severity=Severity.ERROR,
        why=Say(
            "The visit was lost on the way; what happened in it hangs in the air.",
            "就诊记录丢失，其中的事件无所归属。",
        ),
        examined="encounter is not null",
        bad=f"""
        select r.record from "{kind.name}" r anti join encounter e
        on e.encounter = r.encounter where r.encounter is not null
        """,
        find=_finder(kind),
        scenes=(
            Scene(
                {"encounter": [OWN], kind.name: [{"record": 9, "encounter": 1}]},
                frozenset(),
            ),
            Scene(
                {"encounter": [OWN], kind.name: [{"record": 9, "encounter": 2}]},
                frozenset({9}),
            ),
        ),
    )


CHECKS = tuple(
    _check(kind)
    for kind in all_kinds().values()
    if kind.name not in ("encounter", "person") and not kind.vault
)
