"""Folding, cutting and searching of words."""

import csv
from importlib.resources import files

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from datong.terms.edits import HASHED, Edits, average
from datong.terms.fold import fold, known_words, plain
from datong.terms.index import Index
from datong.terms.pieces import Vocabulary, pieces
from datong.terms.ragged import Groups, within
from datong.terms.split import Splitter
from datong.terms.units import dimension, is_odd, ucum

WORDS = st.text(alphabet="左右肺胃癌瘤切除术+, ab1", max_size=12)


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("右肺Ca", "右肺癌"),
        ("食道返流", "食管反流"),
        ("輸尿管雙“J”管", "输尿管双j管"),
        ("1、阑尾炎。", "阑尾炎"),
        ("1型糖尿病", "1型糖尿病"),
        ("脑肿瘤切除术((01.5940))", "脑肿瘤切除术"),
        ("cattle disease", "cattle disease"),
        ("子宫颈癌", "子宫颈癌"),
        ("", ""),
    ],
)
def test_a_phrase_folds_to_what_it_means(typed: str, folded: str) -> None:
    assert fold(typed).text == folded


def test_a_folded_phrase_says_what_was_replaced() -> None:
    assert fold("右肺Ca").because == ("ca→癌",)


@pytest.mark.parametrize("standard", sorted(set(known_words().values())))
def test_a_standard_word_is_not_written_otherwise(standard: str) -> None:
    assert fold(standard).text == plain(standard)


@given(WORDS)
def test_parts_are_parts_of_the_text(text: str) -> None:
    parts = Splitter(frozenset({"除术", "癌瘤"})).parts(text)
    assert len(parts) != 1
    assert all(part in text for part in parts)


@given(st.lists(WORDS, min_size=1, max_size=8), WORDS)
def test_the_index_finds_the_nearest(texts: list[str], asked: str) -> None:
    vocabulary = Vocabulary.of([pieces(text) for text in texts])
    rows = vocabulary.weighted(vocabulary.rows([pieces(text) for text in texts]))
    question = vocabulary.weighted(vocabulary.rows([pieces(asked)]))
    hits = Index(rows).search(question, 3)
    likeness = (question @ rows.T).toarray().ravel()
    best = np.sort(likeness[likeness > 0])[::-1][:3]
    assert np.allclose(np.sort(hits.likeness)[::-1], best)


@given(st.lists(st.integers(0, 4), max_size=12))
def test_within_counts_each_list(lengths: list[int]) -> None:
    wanted = [at for length in lengths for at in range(length)]
    assert within(np.array(lengths, np.int64)).tolist() == wanted


@given(st.lists(st.tuples(st.integers(0, 3), st.floats(-5, 5)), min_size=1))
def test_ranks_of_a_group_are_its_order(cells: list[tuple[int, float]]) -> None:
    cells.sort(key=lambda cell: cell[0])
    owner = np.array([cell[0] for cell in cells])
    value = np.array([cell[1] for cell in cells])
    rank = Groups.of(owner).rank(value)
    for group in np.unique(owner):
        order = np.argsort(-value[owner == group], kind="stable")
        assert rank[owner == group][order].tolist() == list(range(len(order)))


def test_the_mean_of_edits_is_edits() -> None:
    size = 3 + 2 * HASHED + 1
    one = Edits(np.full(size, 1, np.float32), np.array([True]))
    two = Edits(np.full(size, 3, np.float32), np.array([False]))
    both = average([one, two])
    assert both.weights[0] == 2
    assert both.known.tolist() == [True]


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("×10^9/L", "10*9/L"),
        ("MMOL/L", "mmol/L"),
        ("μmol／L", "umol/L"),
        ("mmHg", "mm[Hg]"),
        ("次/分", "/min"),
        ("10*9/L", "10*9/L"),
        ("furlong", None),
        ("", None),
    ],
)
def test_a_unit_has_its_ucum_code(written: str, code: str | None) -> None:
    assert ucum(written) == code


@pytest.mark.parametrize(
    ("written", "stated", "odd"),
    [
        ("×10^9/L", "/uL", False),
        ("个/HP", "10*9/L", True),
        ("mg/24h", "mg/L", True),
        ("IU/mL", "ng/mL", False),
        ("mL/min/1.73m2", "mL/min", False),
        ("kPa", "mm[Hg]", False),
        ("furlong", "mmol/L", False),
        ("%", "furlong", False),
    ],
)
def test_a_unit_is_odd_if_it_measures_something_else(
    written: str, stated: str, *, odd: bool
) -> None:
    assert is_odd([written], [stated]) is odd


def test_every_listed_unit_has_a_dimension() -> None:
    lines = (files("datong.terms") / "units.csv").read_text("utf-8").splitlines()
    codes = {row["ucum"] for row in csv.DictReader(lines)}
    assert [code for code in sorted(codes) if dimension(code) is None] == []
