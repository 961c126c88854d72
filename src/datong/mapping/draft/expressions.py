"""The expressions of a drafted mapping: how each field is read from its column.

In:  a draft, one of its suggestions.
Out: SQL expressions as mapping files write them.
"""

from datong.engine.duckdb import literal, quoted
from datong.mapping.draft.drafted import Draft, Suggestion
from datong.mapping.draft.formats import Read
from datong.mapping.draft.profile import TOTALS
from datong.standards.record import Field

YES = "('1', 'y', 'yes', 't', 'true', '是', '有', '体细胞', 'somatic')"
NO = "('0', '2', 'n', 'no', 'f', 'false', '否', '无', '胚系', 'germline')"
DEFAULT = Read(("%Y-%m-%d %H:%M:%S", "%Y-%m-%d"), 0.0)
TIMES = {"m": "time_of", "d": "date_of", "p": "partial_of"}
NUMBERS = {"n": "number_of", "w": "whole_of"}
# What a code's text looks like where it comes from a published system.
SYSTEMS = (
    ("diagnosis", "icd", "ICD-10"),
    ("procedure", "icd9", "ICD-9-CM-3"),
    ("item", "loinc", "LOINC"),
    ("item", "atc", "ATC"),
)


def filled(column: str) -> str:
    """Write the condition that a cell is not blank."""
    return f"coalesce(trim({quoted(column)}), '') <> ''"


def no_total(draft: Draft) -> str:
    """Write the condition that a row is no sum of others."""
    return " and ".join(
        f"not regexp_matches(lower(coalesce({quoted(column)}, '')), {literal(TOTALS)})"
        for column, _ in draft.table.totals
    )


def is_total(draft: Draft) -> str:
    """Write the condition that a row is a sum of others."""
    return " or ".join(
        f"regexp_matches(lower(coalesce({quoted(column)}, '')), {literal(TOTALS)})"
        for column, _ in draft.table.totals
    )


def plain(draft: Draft, one: Suggestion, field: Field) -> str:
    """Write the expression of a field that is no code."""
    column = quoted(one.column)
    if field.letter in TIMES:
        return _time(draft, one, TIMES[field.letter])
    if field.letter in NUMBERS:
        return f"{NUMBERS[field.letter]}({column})"
    if field.letter == "f":
        lower = f"lower(trim({column}))"
        return (
            f"case when {lower} in {YES} then true when {lower} in {NO} then false end"
        )
    return column


def _time(draft: Draft, one: Suggestion, function: str) -> str:
    """Write how a time is read, put together from its pieces."""
    for piece in draft.pieces:
        if one.column in piece.columns:
            read = draft.times.get(piece.columns[0], DEFAULT)
            return (read if read.formats else DEFAULT).call(function, piece.sql)
    read = draft.times.get(one.column, DEFAULT)
    return (read if read.formats else DEFAULT).call(function, quoted(one.column))


def bounds(column: str) -> tuple[str, str]:
    """Write how a range (`3.5-9.5`) is split into its two numbers."""
    text = f"regexp_replace(half_width({quoted(column)}), '(--|~|～|—|–|－|至)', '-')"
    return (
        f"number_of(split_part({text}, '-', 1))",
        f"number_of(split_part({text}, '-', 2))",
    )


def system_of(draft: Draft, one: Suggestion) -> str:
    """Name the system of a code: published where its values look so, else its own."""
    looks = draft.table.column(one.column).looks
    for name, look, system in SYSTEMS:
        if one.field == name and looks.get(look, 0) > 0.6:
            return system
    return f"source.{one.field}"
