"""The kinds of standard record are well formed."""

import pytest

from datong.standards.record import RecordKind
from datong.standards.records import all_kinds


@pytest.mark.parametrize("kind", all_kinds().values(), ids=lambda kind: kind.name)
def test_a_kind_has_a_key_and_no_column_twice(kind: RecordKind) -> None:
    names = [column.name for column in kind.shape]
    assert len(names) == len(set(names))
    assert any(field.key for field in kind.fields.values())


def test_a_code_and_a_value_lie_flat() -> None:
    names = {column.name for column in all_kinds()["lab_result"].shape}
    assert {"item_system", "item_code", "item_text", "value_number2"} <= names


def test_what_identifies_is_marked() -> None:
    marked = {
        (kind.name, column.name)
        for kind in all_kinds().values()
        for column in kind.shape
        if column.identifies
    }
    assert marked == {
        ("person", "local_id"),
        ("identifier", "value"),
        ("encounter", "number"),
        ("note", "text"),
    }
