"""The page of differences from the shared reference is what the comparison gives."""

from pathlib import Path

from bench.differences import UNKNOWN, compare, page
from datong.standards.library import load

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "standards-differences.md"


def test_each_difference_has_its_verdict_and_stands_on_the_page(
    real_data: Path,
) -> None:
    found, counts = compare(real_data / "std", load())
    assert counts["elements compared"] == len(load().elements)
    assert not [one for one in found if one.verdict == UNKNOWN]
    written = PAGE.read_text("utf-8")
    assert page(real_data / "std", load()) == written
