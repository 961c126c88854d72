"""What a column may mean for knowing a person, and how people write it down."""

from collections.abc import Sequence
from enum import StrEnum

from datong.core.reason import Trouble
from datong.link.reasons import FIELD_KIND, FIELD_MISSING, ROW_MISSING


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


def read_fields(written: Sequence[str], columns: Sequence[str]) -> dict[str, Kind]:
    """Read `FIELD=KIND` pairs; spaces, hyphens and underscores in a kind are alike.

    Raises Trouble for an unknown kind and for a column that the table does not have.
    """
    fields: dict[str, Kind] = {}
    for pair in written:
        field, equals, kind = pair.rpartition("=")
        plain = " ".join(kind.replace("-", " ").replace("_", " ").lower().split())
        found = _CHINESE.get(plain) or next((k for k in Kind if k == plain), None)
        if not equals or found is None:
            known = ", ".join(Kind)
            raise Trouble(FIELD_KIND, f"--map {pair}", given=kind, kinds=known)
        require(field, columns, f"--map {pair}")
        fields[field] = found
    return fields


def require_row(row: int, rows: int, where: str) -> None:
    """Raise Trouble where a table has no such row (numbered from 1)."""
    if row > rows:
        raise Trouble(ROW_MISSING, where, row=row, rows=rows)


def require(field: str, columns: Sequence[str], where: str) -> None:
    """Raise Trouble where a table lacks a column."""
    if field not in columns:
        known = ", ".join(columns)
        raise Trouble(FIELD_MISSING, where, field=field, columns=known)
