"""OMOP's SOURCE_TO_CONCEPT_MAP (CDM 5.4) as CSV.

It has no place for who decided, why, and how alike the two are: use another layout to
keep those.
"""

from collections.abc import Sequence
from pathlib import Path

from datong.terms.exchange import Layout
from datong.terms.mapped import Mapped, Relation, rows_of, write_rows

COLUMNS = (
    "source_code",
    "source_concept_id",
    "source_vocabulary_id",
    "source_code_description",
    "target_concept_id",
    "target_vocabulary_id",
    "valid_start_date",
    "valid_end_date",
    "invalid_reason",
)
_START, _END = "1970-01-01", "2099-12-31"  # what the CDM takes for always


def read(path: Path) -> list[Mapped]:
    """Read the table; rows with an invalid_reason are not approved."""
    needed = ("source_code", "target_concept_id")
    return [_mapped(row) for row in rows_of(path, "source_to_concept_map", needed)]


def _mapped(row: dict[str, str]) -> Mapped:
    """Read one row."""
    code = row["target_concept_id"].strip()
    code = "" if code == "0" else code
    return Mapped(
        text=row.get("source_code_description", "") or row["source_code"],
        code=code,
        system=row.get("target_vocabulary_id", ""),
        source_code=row["source_code"],
        source_system=row.get("source_vocabulary_id", ""),
        relation=Relation.EQUAL if code else Relation.NONE,
        approved=not row.get("invalid_reason", ""),
        at=row.get("valid_start_date", "").replace(_START, ""),
    )


def write(mappings: Sequence[Mapped], path: Path) -> None:
    """Write the approved mappings."""
    write_rows((_row(one) for one in mappings if one.approved), COLUMNS, path)


def _row(one: Mapped) -> dict[str, object]:
    """Write one row; a source without a code is known by its text (50 characters)."""
    return {
        "source_code": (one.source_code or one.text)[:50],
        "source_concept_id": 0,
        "source_vocabulary_id": (one.source_system or "datong")[:20],
        "source_code_description": one.text[:255],
        "target_concept_id": one.code or 0,
        "target_vocabulary_id": one.system[:20],
        "valid_start_date": one.at[:10] or _START,
        "valid_end_date": _END,
        "invalid_reason": "",
    }


LAYOUT = Layout(read, write)
