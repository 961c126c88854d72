"""The generated pages are what the code says; the written ones name every word."""

from pathlib import Path

import pytest

from datong.engine.dialect import HOUSE
from datong.mapping.file import OF_CODE, OF_FILES, OF_LOAD, OF_RECORD, OF_TEST, TOP
from datong.run.reference import main, pages
from datong.run.settings import KNOWN

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"


@pytest.mark.parametrize("name", pages())
def test_a_generated_page_is_fresh(name: str, tmp_path: Path) -> None:
    main(tmp_path)
    fresh = (tmp_path / name).read_text(encoding="utf-8")
    assert (REFERENCE / name).read_text(encoding="utf-8") == fresh, "make docs"


@pytest.mark.parametrize(
    "word",
    sorted({*TOP, *OF_FILES, *OF_LOAD, *OF_RECORD, *OF_CODE, *OF_TEST, *HOUSE}),
)
def test_every_word_of_a_mapping_is_explained(word: str) -> None:
    page = (REFERENCE / "mapping.md").read_text(encoding="utf-8")
    assert any(f"{before}{word}" in page for before in ("`", "[", "."))


@pytest.mark.parametrize("word", sorted({w for words in KNOWN.values() for w in words}))
def test_every_word_of_a_project_is_explained(word: str) -> None:
    page = (REFERENCE / "project.md").read_text(encoding="utf-8")
    assert word in page
