"""Sites and morphology, from tables of their own."""

import pytest

from datong.terms.codes import table_of
from datong.terms.fold import fold
from datong.terms.normalizer import Normalizer
from datong.terms.starter import starter
from datong.terms.verdict import Verdict

SITES = (
    *(("C34.1", "肺上叶", "Upper lobe of lung"), ("C34.2", "肺中叶", "")),
    *(("C34.3", "肺下叶", ""), ("C34.9", "肺", ""), ("C50.4", "乳房外上象限", "")),
    *(("C73.9", "甲状腺", ""), ("C16.3", "胃窦", "")),
)
FORMS = (
    *(("M81400/3", "腺癌", ""), ("M81400/2", "原位腺癌", "")),
    *(("M81400/6", "转移性腺癌", ""), ("M80700/3", "鳞状细胞癌", "鳞癌")),
    *(("M80410/3", "小细胞癌", ""), ("M80460/3", "非小细胞癌", "")),
)


def served(rows: tuple[tuple[str, str, str], ...]) -> Normalizer:
    """The starter over a small table."""
    parts = ("code", "name", "synonyms")
    return Normalizer(
        starter(table_of(dict(zip(parts, row, strict=True)) for row in rows))
    )


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("右上肺", "C34.1"),
        ("肺右上叶", "C34.1"),
        ("左下肺叶", "C34.3"),
        ("右肺中叶", "C34.2"),
        ("左侧甲状腺", "C73.9"),
        ("右乳外上象限", "C50.4"),
        ("left upper lobe of lung", "C34.1"),
    ],
)
def test_a_site_is_found_in_any_order_and_on_any_side(text: str, code: str) -> None:
    answer = served(SITES).normalize([text])[0]
    assert answer.concepts[0].code == code


def test_vessels_of_the_lung_are_no_lobes() -> None:
    assert fold("右上肺静脉").text == "右上肺静脉"
    assert fold("右上肺").text == fold("右肺上叶").text


@pytest.mark.parametrize(
    ("text", "code", "verdict"),
    [
        ("8140/3", "M81400/3", Verdict.ACCEPT),
        ("M8140／2", "M81400/2", Verdict.ACCEPT),
        ("中分化腺癌", "M81400/3", Verdict.ASK),
        ("低分化鳞癌", "M80700/3", Verdict.ASK),
        ("小细胞肺癌", "M80410/3", Verdict.ASK),
        ("原位腺癌", "M81400/2", Verdict.ACCEPT),
    ],
)
def test_a_morphology_is_found_by_code_and_by_name(
    text: str, code: str, verdict: Verdict
) -> None:
    answer = served(FORMS).normalize([text])[0]
    assert (answer.concepts[0].code, answer.verdict) == (code, verdict)


def test_another_code_is_asked_about() -> None:
    """Editions share strings and do not mean the same by them."""
    answer = served(SITES).normalize(["c34.1"])[0]
    assert (answer.concepts[0].code, answer.verdict) == ("C34.1", Verdict.ASK)
