"""SSSOM 1.0 as TSV (Matentzoglu et al. 2022, doi:10.1093/database/baac035)."""

import re
from collections.abc import Sequence
from pathlib import Path

from datong.terms.exchange import Layout
from datong.terms.mapped import Mapped, Relation, number, rows_of, write_rows

COLUMNS = (
    "subject_id",
    "subject_label",
    "predicate_id",
    "object_id",
    "object_label",
    "mapping_justification",
    "author_label",
    "mapping_date",
    "confidence",
    "subject_source",
    "object_source",
    "object_source_version",
    "comment",
)
_PREFIX = re.compile(r"[A-Za-z_][\w.-]*")
NO_TERM = "sssom:NoTermFound"
_PREDICATES = {
    "skos:exactMatch": Relation.EQUAL,
    "skos:broadMatch": Relation.BROADER,
    "skos:narrowMatch": Relation.NARROWER,
    "skos:closeMatch": Relation.INEXACT,
    "skos:relatedMatch": Relation.INEXACT,
}
_WRITTEN = {
    Relation.EQUAL: "skos:exactMatch",
    Relation.BROADER: "skos:broadMatch",
    Relation.NARROWER: "skos:narrowMatch",
    Relation.INEXACT: "skos:closeMatch",
    Relation.NONE: "skos:exactMatch",
}


def read(path: Path) -> list[Mapped]:
    """Read the table; lines of metadata (#) are passed over.

    A subject without a label is known by its identifier; of a CURIE (ICD10:I10) the
    part behind the colon is the code.
    """
    needed = ("subject_id", "predicate_id", "object_id")
    return [_mapped(row) for row in rows_of(path, "sssom", needed, "\t")]


def _mapped(row: dict[str, str]) -> Mapped:
    """Read one row; only a person's judgement counts as approved."""
    prefix, code = _parted(row["object_id"])
    relation = _PREDICATES.get(row["predicate_id"], Relation.INEXACT)
    found = row["object_id"] != NO_TERM
    system = row.get("object_source") or (prefix if found else "")
    return Mapped(
        text=row.get("subject_label") or _parted(row["subject_id"])[1],
        code=code if found else "",
        name=row.get("object_label", ""),
        system=system,
        edition=row.get("object_source_version", ""),
        source_code=row.get("subject_id", ""),
        source_system=row.get("subject_source", ""),
        relation=relation if found else Relation.NONE,
        approved=row.get("mapping_justification") == "semapv:ManualMappingCuration",
        confidence=number(row.get("confidence", ""), 1.0),
        who=row.get("author_label", ""),
        at=row.get("mapping_date", ""),
        comment=row.get("comment", ""),
    )


def _parted(identifier: str) -> tuple[str, str]:
    """Part a CURIE into prefix and code; a bare code has no prefix."""
    prefix, mark, local = identifier.partition(":")
    return (prefix, local) if mark and _PREFIX.fullmatch(prefix) else ("", identifier)


def write(mappings: Sequence[Mapped], path: Path) -> None:
    """Write the table."""
    write_rows(map(_row, mappings), COLUMNS, path, "\t")


def _row(one: Mapped) -> dict[str, object]:
    """Write one row."""
    by_hand = "ManualMappingCuration" if one.approved else "LexicalMatching"
    return {
        "subject_id": one.source_code,
        "subject_label": one.text,
        "predicate_id": _WRITTEN[one.relation],
        "object_id": one.code or NO_TERM,
        "object_label": one.name,
        "mapping_justification": f"semapv:{by_hand}",
        "author_label": one.who,
        "mapping_date": one.at[:10],
        "confidence": one.confidence,
        "subject_source": one.source_system,
        "object_source": one.system,
        "object_source_version": one.edition,
        "comment": one.comment,
    }


LAYOUT = Layout(read, write)
