"""Maps: by meaning between value sets, by what was published between code systems."""

from pathlib import Path

import pytest

from datong.core.reason import Trouble
from datong.standards.crosswalk import crosswalk
from datong.standards.importing import keep, read_file
from datong.standards.library import Library, load
from datong.standards.shelf import Shelf


@pytest.fixture(scope="module")
def library() -> Library:
    return load()


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path / "shelf")


def test_codes_go_by_their_meaning(library: Library, shelf: Shelf) -> None:
    found = crosswalk("T/RC002", "GB/T 2261.2", library, shelf)
    assert [(p.target, p.relation) for p in found.of("3")] == [("40", "equivalent")]
    assert [p.target for p in found.of("4")] == ["30"]
    assert [p.relation for p in found.of("9")] == ["unmapped"]


def test_a_finer_code_goes_to_the_broader_and_back_to_a_choice(
    library: Library, shelf: Shelf
) -> None:
    there = crosswalk("GB/T 2261.2", "W/RC002", library, shelf)
    assert [(p.target, p.relation) for p in there.of("22")] == [("2", "broader")]
    kin = crosswalk("GB/T 4761.two-digit", "W/RC033", library, shelf)
    assert [(p.target, p.relation) for p in kin.of("56")] == [("5", "broader")]


def test_every_code_of_every_comparable_pair_is_answered(
    library: Library, shelf: Shelf
) -> None:
    whole = [name for name in library.sets if library.sets[name].complete]
    for a in whole:
        for b in whole:
            one, two = library.sets[a], library.sets[b]
            if a != b and one.concept == two.concept:
                found = crosswalk(a, b, library, shelf)
                assert {pair.source for pair in found.pairs} == set(one.labels)
                assert {p.target for p in found.pairs if p.target} <= set(two.labels)
                for pair in found.pairs:
                    if pair.relation == "equivalent":
                        meant = one.meanings[pair.source]
                        assert two.meanings[pair.target] == meant


@pytest.mark.parametrize(
    ("a", "b", "reason"),
    [
        ("W/RC002", "GB/T 2261.1", "DIFF-KINDS"),
        ("GB/T 2260", "GB/T 2260.province", "DIFF-KINDS"),
        ("W/RC002", "no", "STANDARD-UNKNOWN"),
        ("x@1", "y@2", "STANDARD-NO-CROSSWALK"),
    ],
)
def test_what_cannot_be_mapped_is_said(
    library: Library, shelf: Shelf, a: str, b: str, reason: str
) -> None:
    with pytest.raises(Trouble, match=reason):
        crosswalk(a, b, library, shelf)


def test_an_imported_crosswalk_goes_both_ways(
    library: Library, shelf: Shelf, tmp_path: Path
) -> None:
    for name, rows in (("a.dat", "A1 甲\nA2 乙\n"), ("b.dat", "B1 甲\nB3 丙\n")):
        (tmp_path / name).write_text(rows, encoding="utf-8")
        place = tmp_path / name
        keep(read_file(place), f"{name[0]}@1", shelf, place)
    walk = tmp_path / "a对照b.dat"
    walk.write_text("A1 B1\n", encoding="utf-8")
    with pytest.raises(Trouble, match="IMPORT-NAME"):
        keep(read_file(walk), "a@1", shelf, walk)
    keep(read_file(walk), "a@1~b@1", shelf, walk)
    assert shelf.names() == ["a@1", "b@1"]
    assert shelf.crosswalks() == ["a@1~b@1"]
    there = crosswalk("a@1", "b@1", library, shelf)
    assert [(p.target, p.target_label) for p in there.of("A1")] == [("B1", "甲")]
    assert [p.relation for p in there.of("A2")] == ["unmapped"]
    back = crosswalk("b@1", "a@1", library, shelf)
    assert [p.target for p in back.of("B1")] == ["A1"]


def test_the_published_crosswalks_of_icd(real_data: Path, shelf: Shelf) -> None:
    folder, library = real_data / "codes", load()
    name = "icd10-cn-insurance@1.0~icd10-cn-insurance@2.0"
    place = folder / "ICD10医保版v1.0对照医保版v2.0.dat"
    keep(read_file(place), name, shelf, place)
    found = crosswalk(*name.split("~"), library, shelf)
    assert len(found.pairs) > 10_000
