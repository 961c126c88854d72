"""Plain names, which tell only together with their table."""

import pytest

from datong.mapping.draft.bare import bare
from datong.mapping.draft.entries import all_entries
from datong.run.scan import stem_of


@pytest.mark.parametrize(
    ("column", "table", "place"),
    [
        ("CODE", "conditions", ("diagnosis", "diagnosis", "code")),
        ("Description", "immunizations", ("immunization", "vaccine", "text")),
        ("allergyname", "allergy", ("allergy", "substance", "text")),
        ("STOP", "encounters", ("encounter", "time_end", "")),
        ("Id", "imaging_studies", ("imaging_study", "study_uid", "")),
        ("名称", "检验", ("lab_result", "item", "text")),
        ("LAST", "patients", ("identifier", "value", "name")),
    ],
)
def test_plain_name_is_what_its_table_is_about(
    column: str, table: str, place: tuple[str, str, str]
) -> None:
    """`code` among diagnoses is the diagnosis; the table's name before it adds none."""
    kind = place[0]
    meant = {
        (one.kind, one.field, one.part)
        for one in all_entries()
        if one.kind == kind and bare(column, table, one)
    }
    assert place in meant
    assert len({field for _, field, _ in meant}) == 1


def test_name_of_its_own_is_not_plain() -> None:
    """What says more than that is left to the comparison of names."""
    assert not any(bare("ward", "visits", one) for one in all_entries())


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("PFYP1", "PFYP"),
        ("LIS_p2", "LIS"),
        ("LIS_202401-part3", "LIS"),
        ("检验第2", "检验"),
        ("费用 副本", "费用"),
    ],
)
def test_number_of_a_part_is_no_part_of_the_name(name: str, stem: str) -> None:
    """A `p` before a number is a page only where it stands apart."""
    assert stem_of(name) == stem
