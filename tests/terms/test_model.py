"""Training, answering, learning from approvals, keeping models."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from datong.core.reason import Trouble
from datong.terms import normalize
from datong.terms.belonging import few_of, side_by_side
from datong.terms.candidates import ask
from datong.terms.cards import Asked, cards, difference, meant, several
from datong.terms.codes import CodeTable, Concept, read_table
from datong.terms.confidence import calibrate, threshold
from datong.terms.evaluate import judge, read_reviewed
from datong.terms.evidence import evidence
from datong.terms.library import Library
from datong.terms.measure import measure
from datong.terms.model import Model
from datong.terms.normalizer import Normalizer, Verdict
from datong.terms.queue import Waiting, waiting
from datong.terms.reimbursement import Insurer
from datong.terms.starter import starter
from datong.terms.step import decide, teach, undecided
from datong.terms.training import Reviewed, train
from datong.terms.translate import translate
from tests.terms.conftest import reviewed, write_table


@pytest.fixture
def normalizer(model: Model, tmp_path: Path) -> Normalizer:
    """A normalizer of its own for each test."""
    library = Library(tmp_path / "kept")
    library.keep(model)
    return library.open()


def test_terms_that_were_not_seen_are_answered(model: Model) -> None:
    asked = reviewed(200, seed=2)
    ranking = model.rank([one.text for one in asked])
    right, answers = judge(model, ranking, asked)
    figures = measure(ranking, right, answers, model.confidence)
    assert figures["accuracy_at_1"] > 0.9
    assert figures["f1"] > 0.85
    assert figures["calibration_error"] < 0.1
    assert figures["recall_at_5"] <= figures["recall_at_10"]


def test_what_reads_other_words_belongs_beside_the_best(model: Model) -> None:
    ranking = model.rank(["右肺囊肿切除术+膀胱造瘘术", "右肺囊肿切除术"])
    pairs, belongs = ranking.pairs, ranking.membership
    concepts = model.shelf.table.concepts
    chosen = [
        {
            concepts[at].name
            for at in pairs.concept[(pairs.question == text) & (belongs >= 0.5)]
        }
        for text in (0, 1)
    ]
    assert chosen == [{"肺病损切除术", "膀胱造口术"}, {"肺病损切除术"}]


def test_an_approval_does_not_testify_for_itself(model: Model) -> None:
    past = model.shelf.past
    own = next(at for at, answer in enumerate(past.answers) if len(answer) > 1)
    few = few_of(model.rank([past.texts[own]]))
    asked = ask(model.shelf, [past.texts[own]])
    seen, honest = (
        side_by_side(model.shelf, asked, few, mine).values["together"]
        for mine in (None, np.array([own]))
    )
    assert (seen - honest).sum() == 1


@pytest.mark.slow
def test_training_twice_gives_the_same_model(model: Model, table: CodeTable) -> None:
    texts = [one.text for one in reviewed(50, seed=3)]
    again = train(table, reviewed(300, seed=1))
    assert np.allclose(again.rank(texts).chance, model.rank(texts).chance)


def test_too_few_terms_are_refused(table: CodeTable) -> None:
    with pytest.raises(Trouble, match="TERMS-FEW"):
        train(table, reviewed(20, seed=1))


def test_a_kept_model_answers_as_before(model: Model, normalizer: Normalizer) -> None:
    texts = [one.text for one in reviewed(60, seed=4)]
    kept, made = normalizer.model.rank(texts), model.rank(texts)
    assert kept.pairs.concept.tolist() == made.pairs.concept.tolist()
    assert np.allclose(kept.confidence, made.confidence)


def test_an_approval_counts_at_once(normalizer: Normalizer) -> None:
    text = "全新的怪病手术"
    assert normalizer.normalize([text])[0].verdict is not Verdict.ACCEPT
    normalizer.approve({text: ["10.0000"]})
    answer = normalizer.normalize([text])[0]
    assert answer.verdict is Verdict.ACCEPT
    assert answer.approved
    assert [c.code for c in answer.concepts] == ["10.0000"]
    near = normalizer.normalize([f"右{text}"])[0]
    assert "10.0000" in [c.code for c in near.candidates]
    normalizer.approve({text: []})
    assert normalizer.normalize([text])[0].concepts == ()


def test_an_unknown_code_is_not_approved(normalizer: Normalizer) -> None:
    with pytest.raises(Trouble, match="TERMS-CODE"):
        normalizer.approve({"右肺囊肿": ["99.9999"], "左肺囊肿": ["10.0000"]})
    assert normalizer.approved == {}


def test_odd_texts_are_answered_too(normalizer: Normalizer) -> None:
    answers = normalizer.normalize(["", "？？", "zzz", "\u0000", "肺" * 3000])
    assert len(answers) == 5
    assert answers[0].verdict is Verdict.ABSTAIN


def test_a_better_model_is_used_on_request_only(model: Model, tmp_path: Path) -> None:
    library = Library(tmp_path)
    assert library.keep(model) == (1, True)
    assert library.keep(model) == (2, False)
    assert library.keep(model, replace=True) == (3, False)  # not better
    held = model.held
    try:  # the same texts, answered worse, then better
        model.held = [{**one, "hit": 0, "first": 0} for one in held]
        assert library.keep(model, replace=True) == (4, False)
        library.use(4)
        model.held = held
        assert library.keep(model, replace=True) == (5, True)
        told = library.card(5)["compared"]
        assert (told["with"], told["texts"]) == (4, len(held))
        assert told["new_f1"] > told["old_f1"] == 0
        model.held = [{**one, "gold": ["?"]} for one in held]
        assert library.keep(model, replace=True) == (6, False)  # nothing to compare on
    finally:
        model.held = held
    assert (library.current, library.numbers) == (5, [1, 2, 3, 4, 5, 6])
    assert library.card(5)["reviewed"] == model.card["reviewed"]


def test_a_system_and_an_edition_are_enough(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "terms").mkdir()
    write_table(tmp_path / "terms" / "icd9@2026.csv")
    (answer,) = normalize(["肺病損切除術"], system="ICD9", edition="2026")
    assert (answer.concepts[0].code, answer.system) == ("10.0000", "icd9")
    with pytest.raises(Trouble, match="icd9@2026"):
        normalize(["肺"], system="icd9", edition="2027")
    write_table(tmp_path / "mine.csv")
    told = '[[terms]]\nfields = ["a.b"]\ntable = "mine.csv"\nsystem = "X"\n'
    (tmp_path / "datong.toml").write_text(told, "utf-8")
    assert normalize(["肺病损切除术"], system="X")[0].verdict is Verdict.ACCEPT
    with pytest.raises(Trouble, match="TERMS-SYSTEM"):
        normalize(["肺"], system="?")


def test_a_missing_model_is_a_trouble(tmp_path: Path) -> None:
    with pytest.raises(Trouble, match="TERMS-MODEL"):
        Library(tmp_path).open()
    (tmp_path / "models" / "0001").mkdir(parents=True)
    with pytest.raises(Trouble, match="TERMS-MODEL"):
        Library(tmp_path).open(1)


def test_evidence_says_what_differs(model: Model) -> None:
    said = [say.en for say in evidence(model, "右肺囊肿切除术", "肺病损切除术")]
    assert any("only in the text: 右 囊肿" in line for line in said)
    assert any("approved before" in line for line in said)


def test_the_queue_puts_rows_times_doubt_first(normalizer: Normalizer) -> None:
    asked = [Waiting("怪病甲", 5), Waiting("怪病乙", 500), Waiting("怪病丙", 50)]
    items = waiting(normalizer, asked)
    assert [item.rows for item in items] == [500, 50, 5]
    normalizer.approve({"怪病乙": []})
    assert [item.rows for item in waiting(normalizer, asked)] == [50, 5]


def test_the_step_keeps_every_text(normalizer: Normalizer) -> None:
    decided = decide(["肺病损切除术", "", "怪病"], normalizer)
    assert decided["text"].to_pylist() == ["肺病损切除术", "", "怪病"]
    assert decided["codes"].to_pylist()[0] == "10.0000"
    assert decided["decision"].to_pylist()[1] == "abstain"
    assert all(decided["reason"].to_pylist())
    assert (
        undecided(["甲"], [None])["reason"].to_pylist()[0].startswith("terms are not")
    )


def test_a_code_that_the_edition_lacks_is_asked_about_again(
    normalizer: Normalizer,
) -> None:
    gone = teach(normalizer, {"怪病": ["99.9999"], "奇病": ["10.0000"], "无病": []})
    assert gone == {"怪病": "99.9999"}
    rows = decide(["怪病", "奇病", "无病"], normalizer, gone).to_pylist()
    assert [row["decision"] for row in rows] == ["ask", "accept", "abstain"]
    assert "99.9999" in rows[0]["reason"]
    assert "99.9999" in rows[0]["reason_zh"]


def test_cards_put_texts_that_fold_to_one_together(normalizer: Normalizer) -> None:
    texts = ["右肺病损切除", "右肺病損切除", "怪病"]
    rows = [
        {**row, "rows": 10, "persons": 4, "money": 2.5}
        for row in decide(texts, normalizer).to_pylist()
    ]
    first, second = cards(Asked("procedure.procedure", "invented", "2026", 2), rows)
    assert (first.decision.effect.rows, first.decision.effect.money) == (20, 5.0)
    assert first.decision.proposal["codes"] == "10.0000"
    assert any("右肺病損切除" in line for line in first.decision.evidence)
    assert first.needs == 2
    assert difference("肺囊肿切除术", "肺病损切除术") == "囊肿→病损"
    both = several(first.decision.proposal, first.candidates[:2])
    assert len(meant(both)) == 2
    assert meant(second.decision.proposal) == [] or second.score < 1


def test_translate_is_true_only_of_what_is_accepted(normalizer: Normalizer) -> None:
    normalizer.approve({"右肺怪病": ["10.0000"]})
    done = translate(normalizer, "右肺怪病")["parameter"]
    assert done[0] == {"name": "result", "valueBoolean": True}
    match = next(part for part in done if part["name"] == "match")
    assert match["part"][1]["valueCoding"]["code"] == "10.0000"
    assert translate(normalizer, "？")["parameter"][0]["valueBoolean"] is False


def test_the_starter_accepts_names_only(table: CodeTable, tmp_path: Path) -> None:
    normalizer = Normalizer(starter(table))
    exact, near, far = normalizer.normalize(["肺病損切除術", "右肺病损切除", "怪病"])
    assert (exact.verdict, near.verdict) == (Verdict.ACCEPT, Verdict.ASK)
    assert near.candidates[0].name == "肺病损切除术"
    assert far.verdict is not Verdict.ACCEPT
    place = write_table(tmp_path / "table.csv")
    answers = normalize(["肺病损切除术"], source=place, edition="2026")
    assert (answers[0].concepts[0].code, answers[0].edition) == ("10.0000", "2026")


def test_gaps_of_reimbursement_are_said_plainly(table: CodeTable) -> None:
    insurance = Normalizer(starter(table))
    clinical = CodeTable([*table.concepts])
    clinical.concepts[0].codes = ["X1"]
    clinical.concepts[1].codes = ["X2"]
    clinical = CodeTable(clinical.concepts)
    billing = Insurer(clinical, insurance, {"X1": "", "11.0000": "12.0000"})
    none, named, crossed = billing.bill(["X1", "X2", "11.0000"])
    assert (none.insurance, none.by) == (None, "crosswalk")
    assert none.nearest[0].name == none.name
    assert (named.by, named.insurance and named.insurance.name) == ("name", named.name)
    assert crossed.insurance is not None
    assert crossed.insurance.code == "12.0000"
    gaps = billing.gaps({"X1": (9, 1200.0), "X2": (1, 5.0)})
    assert [(gap.rows, gap.money) for gap in gaps] == [(9, 1200.0)]
    with pytest.raises(KeyError):
        billing.bill(["?"])


def test_that_none_exists_is_said_with_evidence_only(table: CodeTable) -> None:
    concepts = [Concept(name, [code]) for code, name in CLINICAL.items()]
    insurance = Normalizer(starter(table))
    insurance.approve({"脑起搏器植入": [], "脑病灶清除": ["27.0000"]})
    crosswalk = {"P1": "", "P2": "99.9999"}
    told = Insurer(CodeTable(concepts), insurance, crosswalk).bill(list(CLINICAL))
    states = [one.state.value for one in told]
    assert states == ["none", "lost", "unsure", "none", "found"]
    none, lost, unsure, by_person, found = (one.say for one in told)
    assert "no insurance name exists (by crosswalk)" in none.en
    assert "没有对应的医保名称（依据：对照表）" in none.zh
    assert "99.9999" in lost.en
    assert "不能确定" in unsure.zh
    assert "no insurance name exists" not in lost.en + unsure.en
    assert "肺病损切除术" in unsure.en
    assert "by a person" in by_person.en
    assert "by a person" in found.en


def test_no_threshold_must_part_what_is_held_together() -> None:
    """A surer ranking is told surer; an isotonic curve alone has steps."""
    odds = np.linspace(-3, 3, 400)
    right = (np.random.default_rng(1).random(400) < 1 / (1 + np.exp(-odds))).astype(
        float
    )
    told = calibrate({"odds": odds}, right).of({"odds": odds})
    assert np.all(np.diff(told) > 0)
    assert abs(told.mean() - right.mean()) < 0.01


CLINICAL = {
    "P1": "肺造口",
    "P2": "肺修补",
    "P3": "肺叶切除",
    "P4": "脑起搏器植入",
    "P5": "脑病灶清除",
}


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1))
def test_what_is_accepted_keeps_its_precision(cells: list[tuple[float, bool]]) -> None:
    confidence = np.array([cell[0] for cell in cells])
    right = np.array([float(cell[1]) for cell in cells])
    accepted = confidence >= threshold(confidence, right, 0.9)
    assert not accepted.any() or right[accepted].mean() >= 0.9


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("t.csv", "code,name,synonyms\nA1,甲,乙|丙\nA2,甲,\n"),
        ("t.tsv", "Code\tname\tSYNONYMS\nA1\t甲\t乙|丙\nA2\t甲\t\n"),
        (
            "t.jsonl",
            """{"code": "A1", "name": "甲", "synonyms": ["乙", "丙"]}
{"code": "A2", "name": "甲"}
""",
        ),
    ],
)
def test_a_code_table_is_read(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    concept = read_table(tmp_path / name).concepts[0]
    assert (concept.codes, concept.synonyms) == (["A1", "A2"], ["乙", "丙"])


@pytest.mark.parametrize(
    "text", ["", "a,b\n1,2\n", "{", '["x"]', "code,name\n", "\udcff"]
)
def test_what_is_no_code_table_is_refused(tmp_path: Path, text: str) -> None:
    place = tmp_path / "t.csv"
    place.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(Trouble, match="TERMS-TABLE"):
        read_table(place)


@pytest.mark.parametrize("line", ["{", "[]", '{"text": "a"}', '{"text": 1, "gold": 2}'])
def test_a_bad_line_of_reviewed_terms_is_named(tmp_path: Path, line: str) -> None:
    place = tmp_path / "r.jsonl"
    place.write_text('{"text": "a", "gold": "b"}\n' + line, encoding="utf-8")
    with pytest.raises(Trouble, match=r"r\.jsonl:2"):
        read_reviewed(place)


def test_reviewed_terms_are_read(tmp_path: Path) -> None:
    place = tmp_path / "r.jsonl"
    place.write_text('{"text": "a", "gold": "b"}\n\n', encoding="utf-8")
    assert read_reviewed(place) == [Reviewed("a", ("b",))]
