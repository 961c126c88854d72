"""What stands around a code, by how ICD-10, ICD-9-CM-3, ATC and LOINC are built."""

import pytest

from datong.terms.codes import CodeTable, Concept
from datong.terms.hierarchy import Around, Hierarchy, Place

CASES = {
    "whole categories": (
        ("J00", "J18", "J18.0", "J18.9", "J18.901", "J20"),
        "J18.9",
        (["J18"], ["J18.0"], ["J18.901"]),
    ),
    "filled up": (
        ("E11", "E11.900", "E11.900x001", "E11.200"),
        "E11.900x001",
        (["E11", "E11.900"], [], []),
    ),
    "a zero after the point is a child as others are": (
        ("N39.0", "N39.000x001", "N39.3"),
        "N39.3",
        ([], ["N39.0", "N39.000x001"], []),
    ),
    "a category without children": (
        ("I10.x00", "I10.x00x002", "I11.900"),
        "I10.x00",
        ([], [], ["I10.x00x002"]),
    ),
    "procedures": (
        ("32.2000", "32.2001", "32.2000x002", "32.3000", "33.0000"),
        "32.2001",
        (["32.2000"], ["32.2000x002"], []),
    ),
    "medicines": (
        ("A10", "A10B", "A10BA02", "A10BB01"),
        "A10BA02",
        (["A10", "A10B"], ["A10BB01"], []),
    ),
    "no hierarchy in the code": (("2345-7", "2340-8"), "2345-7", ([], [], [])),
}


@pytest.mark.parametrize("case", CASES)
def test_what_stands_around(case: str) -> None:
    codes, asked, (above, beside, below) = CASES[case]
    table = CodeTable([Concept(f"name of {code}", [code]) for code in codes])
    around = Hierarchy(table).around(asked)
    named = [_codes(part) for part in (around.above, around.beside, around.below)]
    assert named == [above, beside, below]


def test_what_is_not_in_the_table_has_nothing_around() -> None:
    assert (
        Hierarchy(CodeTable([Concept("J18", "pneumonia")])).around("J18.9") == Around()
    )


def _codes(places: tuple[Place, ...]) -> list[str]:
    """Return the codes of places."""
    return [place.code for place in places]
