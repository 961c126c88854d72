"""A document belongs to one visit."""

from collections import defaultdict

from datong.core.check import Severity
from datong.core.say import Say
from datong.quality.own import Scene, Tables, Together
from datong.standards.records import all_kinds

KINDS = all_kinds()


def find(tables: Tables) -> set[int]:
    """Find the records of documents that stand under several visits."""
    under = defaultdict(set)
    for n in tables["note"]:
        if n["encounter"] is not None and n["document"] is not None:
            under[n["organization"], n["document"]].add(n["encounter"])
    many = {document for document, visits in under.items() if len(visits) > 1}
    chosen = [n for n in tables["note"] if (n["organization"], n["document"]) in many]
    return {int(str(n["record"])) for n in chosen}


CHECK = Together(
    name="note_under_two_visits",
    table="note",
    reads=(KINDS["note"].shape,),
    severity=Severity.ERROR,
    why=Say(
        "A document was copied to the visit of another.", "同一文书被归入了另一次就诊。"
    ),
    examined="true",
    bad="""
        select n.record from note n join (
            select organization, document from note where encounter is not null
            group by all having count(distinct encounter) > 1
        ) m on m.organization = n.organization and m.document = n.document
    """,
    find=find,
    scenes=(
        Scene(
            {
                "note": [
                    {"record": 1, "organization": "H", "document": "D", "encounter": 1},
                    {"record": 2, "organization": "H", "document": "D", "encounter": 1},
                ]
            },
            frozenset(()),
        ),
        Scene(
            {
                "note": [
                    {"record": 1, "organization": "H", "document": "D", "encounter": 1},
                    {"record": 2, "organization": "H", "document": "D", "encounter": 2},
                ]
            },
            frozenset((1, 2)),
        ),
    ),
)
