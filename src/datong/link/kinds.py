"""What a column may mean for knowing a person, and how people write it down."""

from collections.abc import Sequence
from enum import StrEnum

from datong.core.reason import Trouble
from datong.link.reasons import FIELD_KIND, FIELD_MISSING, FIELD_TWICE, ROW_MISSING


class Kind(StrEnum):
    """The kinds of identifier that can be compared."""

    FULL_NAME = "full name"
    GIVEN_NAME = "given name"
    SURNAME = "surname"
    BIRTH_DATE = "birth date"
    BIRTH_YEAR = "birth year"
    SEX = "sex"
    IDENTITY = "identity number"
    PHONE = "phone"
    ADDRESS = "address"
    POSTCODE = "postcode"
    PLACE = "place"
    OCCUPATION = "occupation"
    TOKEN = "free token"  # noqa: S105 - a kind of field, no password


_CHINESE = {
    "姓名": Kind.FULL_NAME,
    "名": Kind.GIVEN_NAME,
    "姓": Kind.SURNAME,
    "出生日期": Kind.BIRTH_DATE,
    "出生年": Kind.BIRTH_YEAR,
    "性别": Kind.SEX,
    "证件号": Kind.IDENTITY,
    "电话": Kind.PHONE,
    "地址": Kind.ADDRESS,
    "邮编": Kind.POSTCODE,
    "地区": Kind.PLACE,
    "职业": Kind.OCCUPATION,
    "自由词": Kind.TOKEN,
}


_KINDS = {kind.replace(" ", ""): kind for kind in Kind} | _CHINESE


def read_fields(written: Sequence[str], columns: Sequence[str]) -> dict[str, Kind]:
    """Read `FIELD=KIND` pairs; spaces, hyphens and underscores do not count.

    Raises Trouble for an unknown kind, and for a column that the table does not have or
    has twice.
    """
    fields: dict[str, Kind] = {}
    for pair in written:
        field, equals, kind = pair.rpartition("=")
        found = _KINDS.get(_plain(kind))
        if not equals or found is None:
            known = ", ".join(Kind)
            raise Trouble(FIELD_KIND, f"--map {pair}", given=kind, kinds=known)
        require(field, columns, f"--map {pair}")
        if field in fields:
            raise Trouble(FIELD_TWICE, f"--map {pair}", field=field)
        fields[field] = found
    return fields


def _plain(kind: str) -> str:
    """Write the name of a kind as it is looked up."""
    return kind.translate(str.maketrans("", "", " -_")).lower()


def require_row(row: int, rows: int, where: str) -> None:
    """Raise Trouble where a table has no such row (numbered from 1)."""
    if row > rows:
        raise Trouble(ROW_MISSING, where, row=row, rows=rows)


def require(field: str, columns: Sequence[str], where: str) -> None:
    """Raise Trouble where a table lacks a column, or has it twice."""
    if field not in columns:
        known = ", ".join(columns)
        raise Trouble(FIELD_MISSING, where, field=field, columns=known)
    if list(columns).count(field) > 1:
        raise Trouble(FIELD_TWICE, where, field=field)
