"""What written words mean, in a run: counted, kept, in the view, and learned."""

from collections.abc import Callable
from pathlib import Path

import pytest

from datong.core.reason import Trouble
from datong.core.say import Say
from datong.run import terms
from datong.run.progress import Silence
from datong.run.project import Project
from datong.store.decisions import Filter, Verdict, decide, queue

Edit = Callable[[Path, str, str], None]
WAITS = "o.decision in ('ask', 'abstain')"


def test_every_word_is_counted_and_weighted(region: Path) -> None:
    with Project(region).read() as reader:
        told = reader.query(
            "select kind, field, sum(rows) as n, sum(persons) as people,"
            " count(*) as texts from ledger.terms group by all order by all"
        ).to_pylist()
        asked = reader.query(
            "select kind, field, sum(rows) as n, sum(persons) as people,"
            " count(*) as texts from ledger.codes where concat(kind, '.', field) in"
            " (select distinct concat(kind, '.', field) from ledger.terms)"
            " group by all order by all"
        ).to_pylist()
        reasons = reader.query("select distinct reason, reason_zh from ledger.terms")
        kept = reader.query(
            "select count(*) as n from ledger.terms t where not exists (select 1"
            " from ledger.codes c where c.text is not distinct from t.text)"
        ).to_pylist()
    assert told == asked
    assert len(told) >= 4
    assert kept == [{"n": 0}]
    assert all(reasons["reason"].to_pylist())
    assert all(reasons["reason_zh"].to_pylist())


def test_accepted_words_share_the_concept_of_their_code(region: Path) -> None:
    """The words of a hospital without codes meet the codes of another one."""
    with Project(region).read() as reader:
        rows = reader.query(
            "select t.concept_code, t.text, c.source_concept_id, k.source_concept_id"
            " as of_code from ledger.terms t join ledger.concept_of c"
            " on c.system = coalesce(t.system, concat(t.kind, '.', t.field))"
            " and c.code = coalesce(t.code, t.text) join ledger.concept_of k"
            " on k.system = t.concept_system and k.code = t.concept_code"
            " where t.decision = 'accept' and not exists (select 1"
            " from ledger.terms o where o.code = t.code and o.system = t.system"
            f" and {WAITS})"
        ).to_pylist()
        shown = reader.query(
            "select count(*) as n from omop.measurement m join ledger.terms t"
            " on t.code = m.measurement_source_value and t.decision = 'accept'"
            " join omop.concept c on c.concept_id = m.measurement_source_concept_id"
            " and c.concept_code = t.concept_code"
        ).to_pylist()
    assert len(rows) > 50
    assert all(row["source_concept_id"] == row["of_code"] for row in rows)
    assert shown[0]["n"] > 50


def test_the_unit_of_a_laboratory_item_speaks(region: Path) -> None:
    with Project(region).read() as reader:
        rows = reader.query(
            "select field, count(unit) as n, count(*) as words,"
            " count(*) filter (where reason like '%is not measured in%') as odd"
            " from ledger.terms where kind in ('lab_result', 'diagnosis') group by all"
            " order by all"
        ).to_pylist()
    with_unit = {row["field"]: row["n"] for row in rows}
    assert with_unit["item"] > 50
    assert with_unit["diagnosis"] == 0


def test_words_rest_until_something_changes(project: Project) -> None:
    again = project.run()
    assert (again.worked, again.is_new) == (0, False)
    assert {line["decision"] for line in again.terms} >= {"coded", "accept", "ask"}
    waits = sum(line["texts"] for line in again.terms if line["decision"] == "ask")
    assert waits > 20


def test_a_decision_counts_at_the_next_run(project: Project) -> None:
    waiting = queue(project.store, Filter(room="terms", order="weight"), 99)
    chosen, none, other = [one for one in waiting if one.candidates][:3]
    code = chosen.candidates[0]["codes"]
    decide(
        project.store,
        chosen.id,
        Verdict("choose", "wang", chosen=chosen.candidates[0]),
    )
    decide(project.store, none.id, Verdict("refuse", "wang"))
    gone = {**other.proposal, "codes": "no such code"}
    decide(project.store, other.id, Verdict("choose", "wang", chosen=gone))
    assert project.run().is_new
    with project.read() as reader:
        rows = {
            row["text"]: row
            for row in reader.query(
                "select text, decision, concept_code, reason from ledger.terms"
                " where not decision in ('coded', 'mismatch')"
            ).to_pylist()
        }
    taken = rows[chosen.proposal["text"]]
    assert (taken["decision"], taken["concept_code"]) == ("accept", code)
    assert taken["reason"] == "approved by a person"
    assert rows[none.proposal["text"]]["decision"] == "abstain"
    assert "no such code" in rows[other.proposal["text"]]["reason"]
    subjects = {row.subject for row in queue(project.store, Filter(room="terms"), 999)}
    assert chosen.subject not in subjects
    assert other.subject in subjects


def test_without_the_extra_the_run_says_so(
    fresh: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[Say] = []
    progress = Silence()
    monkeypatch.setattr(progress, "warn", heard.append)
    monkeypatch.setattr(terms, "is_installed", lambda: False)
    report = fresh.run(progress)
    assert any("datong[terms]" in say.zh for say in heard)
    assert {line["decision"] for line in report.terms} == {"coded", "abstain"}
    assert sum(line["rows"] for line in report.terms) > 1000


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('"diagnosis.diagnosis"', '"diagnosis.name"', "RUN-SETTINGS"),
        ("terms/icd10.csv", "terms/icd11.csv", "TERMS-TABLE"),
        ('system = "ICD-10"', 'sistem = "ICD-10"', "RUN-SETTINGS"),
        ('fields = ["diagnosis.diagnosis"]', 'fields = "x"', "RUN-SETTINGS"),
    ],
)
def test_a_mistake_in_the_settings_is_told(
    project: Project, edit: Edit, old: str, new: str, code: str
) -> None:
    edit(project.root / "datong.toml", old, new)
    with pytest.raises(Trouble) as told:
        Project(project.root).run()
    assert told.value.reason.code == code


def test_answers_are_kept_for_the_same_table_only(project: Project) -> None:
    place = project.root / "terms" / "loinc.csv"
    answers = project.made / "lake" / "terms"
    before = {file.name for file in answers.glob("answers-*")}
    place.write_text(place.read_text("utf-8") + "X-1,怪化验,\n", encoding="utf-8")
    project.run()
    after = {file.name for file in answers.glob("answers-*")}
    assert len(after - before) == 1
