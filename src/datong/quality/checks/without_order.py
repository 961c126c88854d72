"""What was billed, handed out, given or found was ordered."""

from datong.core.check import Severity
from datong.core.say import Say
from datong.core.shape import Row
from datong.quality.own import Scene, Tables, Together
from datong.standards.records import all_kinds

NAMES = {
    "fee_line": "billed_without_order",
    "dispensing": "dispensed_without_order",
    "administration": "given_without_order",
    "lab_result": "result_without_order",
}


def _check(kind: str, name: str) -> Together:
    """Make the check for one kind of record."""

    def find(tables: Tables) -> set[int]:
        """Find rows that refer to a number that their organization does not have."""
        orders = [r for r in tables["order"] if r["organization"] is not None]
        there = {(r["organization"], r["order_number"]) for r in orders}
        return {
            int(str(r["record"]))
            for r in tables[kind]
            if r["order"] is not None and (r["organization"], r["order"]) not in there
        }

    rows: list[Row] = [{"record": 2, "organization": "H", "order": "1"}]
    own, other = ({"organization": o, "order_number": "1"} for o in "HG")
    return Together(
        name=name,
        table=kind,
        reads=(all_kinds()[kind].shape, all_kinds()["order"].shape),
        severity=Severity.WARNING,
        why=Say(
            "The order was lost on the way, or the number is wrong.",
            "医嘱丢失，或医嘱号有误。",
        ),
        examined='"order" is not null',
        bad=f"""
        select a.record from "{kind}" a anti join "order" b
        on b.organization = a.organization and b.order_number = a."order"
        where a."order" is not null
    """,
        find=find,
        scenes=(
            Scene({"order": [own], kind: rows}, frozenset()),
            Scene({"order": [other], kind: rows}, frozenset({2})),
        ),
    )


CHECKS = tuple(_check(kind, name) for kind, name in NAMES.items())
