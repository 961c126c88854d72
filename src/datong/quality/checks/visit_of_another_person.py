"""A record and its visit are of one person."""

from collections.abc import Callable

from datong.core.check import Severity
from datong.core.say import Say
from datong.core.shape import Row
from datong.quality.own import Scene, Tables, Together
from datong.standards.record import RecordKind
from datong.standards.records import all_kinds

OTHER = all_kinds()["encounter"].shape
OWN: Row = {"encounter": 1, "person": 5}


def _finder(kind: RecordKind) -> Callable[[Tables], set[int]]:
    """Make the plain twin for one kind of record."""

    def find(tables: Tables) -> set[int]:
        """Find rows whose visit is another person's."""
        visits = [e for e in tables["encounter"] if e["encounter"] is not None]
        pairs = {(row["encounter"], row["person"]) for row in visits}
        rows = [r for r in tables[kind.name] if r["person"] is not None]
        return {
            int(str(r["record"]))
            for r in rows
            for visit, person in pairs
            if r["encounter"] == visit and person not in (None, r["person"])
        }

    return find


def _check(kind: RecordKind) -> Together:
    """Make the check for one kind of record."""

    return Together(
        name="visit_of_another_person",
        table=kind.name,
        reads=(kind.shape, OTHER),
        severity=Severity.ERROR,
        why=Say(
            "A person's record stands in the visit of another.",
            "记录与所属就诊不是同一个人。",
        ),
        examined="encounter is not null",
        bad=f"""
        select distinct r.record from "{kind.name}" r join encounter e
        on e.encounter = r.encounter where e.person <> r.person
        """,
        find=_finder(kind),
        scenes=(
            Scene(
                {
                    "encounter": [OWN],
                    kind.name: [{"record": 9, "encounter": 1, "person": 5}],
                },
                frozenset(),
            ),
            Scene(
                {
                    "encounter": [OWN],
                    kind.name: [{"record": 9, "encounter": 1, "person": 6}],
                },
                frozenset({9}),
            ),
        ),
    )


CHECKS = tuple(
    _check(kind)
    for kind in all_kinds().values()
    if kind.name not in ("encounter", "person") and not kind.vault
)
