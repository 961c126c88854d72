"""Usagi's CSV (its "save" file, 1.4): every field kept both ways."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from datong.terms.exchange import Layout
from datong.terms.mapped import Mapped, Relation, number, rows_of, write_rows

COLUMNS = (
    "sourceCode",
    "sourceName",
    "sourceFrequency",
    "sourceAutoAssignedConceptIds",
    "matchScore",
    "mappingStatus",
    "equivalence",
    "statusSetBy",
    "statusSetOn",
    "conceptId",
    "conceptName",
    "domainId",
    "mappingType",
    "comment",
    "createdBy",
    "createdOn",
    "assignedReviewer",
)
_RELATIONS = {
    "EQUAL": Relation.EQUAL,
    "EQUIVALENT": Relation.EQUAL,
    "WIDER": Relation.BROADER,
    "NARROWER": Relation.NARROWER,
    "INEXACT": Relation.INEXACT,
    "UNMATCHED": Relation.NONE,
}
_WRITTEN = {relation: word for word, relation in reversed(list(_RELATIONS.items()))}


def read(path: Path) -> list[Mapped]:
    """Read a saved file; concept 0 of an approved row means that there is none."""
    return [_mapped(row) for row in rows_of(path, "usagi", ("sourceName", "conceptId"))]


def _mapped(row: dict[str, str]) -> Mapped:
    """Read one row."""
    code = row["conceptId"].strip()
    relation = _RELATIONS.get(row.get("equivalence", ""), Relation.EQUAL)
    no_target = code in ("", "0")
    return Mapped(
        text=row["sourceName"],
        code="" if no_target else code,
        name="" if no_target else row.get("conceptName", ""),
        source_code=row.get("sourceCode", ""),
        relation=Relation.NONE if no_target else relation,
        approved=row.get("mappingStatus", "") == "APPROVED",
        confidence=number(row.get("matchScore", "")),
        rows=int(number(row.get("sourceFrequency", ""))),
        domain=row.get("domainId", ""),
        kind=row.get("mappingType", ""),
        who=row.get("statusSetBy", ""),
        at=_time(row.get("statusSetOn", "")),
        comment=row.get("comment", ""),
    )


def _time(written: str) -> str:
    """Read the milliseconds since 1970 that Usagi writes."""
    if not written.isdigit() or written == "0":
        return ""
    return datetime.fromtimestamp(int(written) / 1000, UTC).isoformat()


def write(mappings: Sequence[Mapped], path: Path) -> None:
    """Write a file that Usagi opens."""
    write_rows(map(_row, mappings), COLUMNS, path)


def _row(one: Mapped) -> dict[str, object]:
    """Write one row."""
    at = int(datetime.fromisoformat(one.at).timestamp() * 1000) if one.at else 0
    return {
        "sourceCode": one.source_code,
        "sourceName": one.text,
        "sourceFrequency": one.rows,
        "sourceAutoAssignedConceptIds": "",
        "matchScore": one.confidence,
        "mappingStatus": "APPROVED" if one.approved else "UNCHECKED",
        "equivalence": _WRITTEN[one.relation],
        "statusSetBy": one.who,
        "statusSetOn": at,
        "conceptId": one.code or 0,
        "conceptName": one.name,
        "domainId": one.domain,
        "mappingType": one.kind or "MAPS_TO",
        "comment": one.comment,
        "createdBy": one.who,
        "createdOn": at,
        "assignedReviewer": "",
    }


LAYOUT = Layout(read, write)
