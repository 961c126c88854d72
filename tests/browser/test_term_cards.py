"""The card of a word: candidates, what is around them, several or none, the curve."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from datong.core.decision import State
from datong.guard import signin
from datong.guard.signin import NewUser
from datong.run.project import Project
from datong.serve.cli import main
from datong.store import decisions
from datong.store.decisions import Filter
from datong.terms.codes import table_of
from datong.terms.exchange import layout_of
from datong.terms.library import Library
from datong.terms.training import train
from tests.browser.conftest import PASSWORD, Site, served, shot, sign_in
from tests.browser.test_pages import findings
from tests.region import region
from tests.terms.conftest import reviewed, rows

__all__ = ["region"]
TERMS = Filter(room="terms")


@pytest.fixture(scope="module")
def live(region: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A server over the region; procedures are answered by a model trained here."""
    folder = tmp_path_factory.mktemp("words") / "project"
    shutil.copytree(region, folder)
    table = table_of(rows(), "invented", "2026")
    Library(folder / "terms" / "model").keep(train(table, reviewed(160, seed=5)))
    settings = folder / "datong.toml"
    text = settings.read_text("utf-8").replace("terms/icd9cm3.csv", "terms/model")
    text = text.replace('system = "ATC"', 'system = "ATC"\npersons = 2')
    settings.write_text(text, encoding="utf-8")
    Project(folder).run()
    with served(folder) as running:
        hats = [("steward", None, None), ("administrator", None, None)]
        for name in ("steward", "second"):
            new = NewUser(name, f"{name} 王", PASSWORD, hats)
            signin.make_user(running.state.store, new)
        running.state.setup_token = ""
        yield running


def opened(
    page: Any, site: Site, query: str = "room=terms", who: str = "steward"
) -> None:
    """Go to the queue of words."""
    sign_in(page, site, who)
    page.goto(f"{site.address}/review?{query}")


def waiting(site: Site, **asked: Any) -> list[Any]:
    found: list[Any] = list(
        decisions.queue(site.state.store, Filter(room="terms", **asked), 999)
    )
    return found


ZH = {"locale": "zh-CN"}


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ({}, ("Means", "Candidates", "Around it", "Not measured", "Precision")),
        (ZH, ("含义", "候选", "上下位", "尚未测量", "精确率")),
    ],
    indirect=["page"],
)
def test_the_card_shows_what_speaks_for_each_candidate(
    page: Any, live: Site, words: tuple[str, ...]
) -> None:
    cards = waiting(live, words="diagnosis", order="weight")
    first = next(one for one in cards if one.candidates)
    opened(page, live, f"room=terms&words={first.proposal['text']}")
    for details in page.locator("details").all():
        details.evaluate("one => one.open = true")
    told = page.locator("main").inner_text()
    assert all(word in told for word in words), told
    assert first.proposal["text"] in told
    assert first.candidates[0]["names"] in told
    shot(page, f"term-card-{words[0]}")
    assert findings(page) == []


def test_one_several_or_none_by_keyboard(page: Any, live: Site) -> None:
    opened(page, live, "room=terms&words=diagnosis")
    subjects = [
        one
        for one in waiting(live, words="diagnosis", order="weight")
        if len(one.candidates) > 1
    ]
    one, two = subjects[0], subjects[1]
    page.goto(f"{live.address}/review?room=terms&words={one.proposal['text']}")
    page.keyboard.press("1")
    page.wait_for_selector("#toast >> text=Chosen.")
    page.goto(f"{live.address}/review?room=terms&words={two.proposal['text']}")
    ticks = page.locator("#card input[name=ticked]")
    ticks.nth(0).check()
    ticks.nth(1).check()
    page.keyboard.press("t")
    page.wait_for_selector("#toast >> text=Chosen.")
    taken = {
        one.subject: one.proposal["codes"]
        for one in decisions.accepted(live.state.store, "terms")
    }
    assert taken[one.subject] == one.candidates[0]["codes"]
    assert set(taken[two.subject].split("|")) >= {
        two.candidates[0]["codes"],
        two.candidates[1]["codes"],
    }


def test_a_code_of_the_table_can_be_written_and_no_other(page: Any, live: Site) -> None:
    cards = waiting(live, words="lab_result", order="weight")
    card = next(one for one in cards if one.candidates)
    name = card.candidates[0]["names"]  # of another unit it would be asked again
    opened(page, live, f"room=terms&words={card.proposal['text']}")
    page.fill("#card input[name=written]", "no such code")
    page.click("text=Take what is ticked and written")
    page.wait_for_selector("text=TERMS-CODE")
    assert State(decisions.get(live.state.store, card.id).state) is State.PROPOSED
    page.goto(f"{live.address}/review?room=terms&words={card.proposal['text']}")
    for box in page.locator("#card input[name=ticked]").all():
        box.uncheck()
    page.fill("#card input[name=written]", name)
    page.click("text=Take what is ticked and written")
    page.wait_for_selector("#toast >> text=Chosen.")
    done: Any = decisions.get(live.state.store, card.id)
    assert done.proposal["names"] == name
    report = live.state.desk.published.project.run()
    assert report.is_new
    with live.state.desk.published.project.read() as reader:
        (row,) = reader.query(
            "select distinct decision, concept_name, reason from ledger.terms"
            " where asked = ? and reason = 'approved by a person'",
            card.proposal["text"],
        ).to_pylist()
    assert row["concept_name"] == name


def test_a_word_that_two_persons_decide(page: Any, live: Site, tmp_path: Path) -> None:
    """One proposes, the second one decides; the next run and both exports have it."""
    card = next(one for one in waiting(live, words="order.item") if one.candidates)
    query = f"room=terms&words={card.proposal['text']}"
    opened(page, live, query)
    assert "Two different persons must agree." in page.locator("#card").inner_text()
    page.keyboard.press("1")
    page.wait_for_selector("#toast >> text=a second person decides with you")
    assert State(decisions.get(live.state.store, card.id).state) is State.PROPOSED
    page.goto(f"{live.address}/review?{query}")
    page.keyboard.press("1")  # the same person again
    page.wait_for_selector("text=STORE-SAME-PERSON")
    page.context.clear_cookies()
    opened(page, live, query, "second")
    assert "steward" in page.locator("#card .history").inner_text()
    shot(page, "term-card-second-person")
    page.keyboard.press("1")  # the same candidate: this agrees
    page.wait_for_selector("#toast >> text=Chosen.")
    done: Any = decisions.get(live.state.store, card.id)
    assert (done.state, done.who) == ("accepted", "second, steward")
    assert done.proposal["codes"] == card.candidates[0]["codes"]
    got = page.request.get(f"{live.address}/review/export.csv?state=accepted&{query}")
    assert f'"second, steward",,{done.at}' in got.text()
    has_it(live.state.desk.published.project, done, tmp_path)


def has_it(project: Project, done: Any, folder: Path) -> None:
    """Look for a decision in the next run and in an export."""
    text, code = done.proposal["text"], done.proposal["codes"]
    assert project.run().is_new
    with project.read() as reader:
        told = reader.query(
            "select distinct concept_code from ledger.terms where text = ?"
            " and reason = 'approved by a person'",
            text,
        ).to_pylist()
    assert told == [{"concept_code": code}]
    place, root = folder / "m.tsv", str(project.root)
    words = ["export", str(place), "--layout", "sssom", "--project", root]
    assert CliRunner().invoke(main, ["review", *words]).exit_code == 0
    back = {one.text: one for one in layout_of("sssom").read(place)}[text]
    assert (back.code, back.who) == (code, done.who)


@pytest.mark.parametrize("page", [{}, ZH], indirect=True)
def test_a_concept_of_another_unit_is_told_at_once(page: Any, live: Site) -> None:
    """It would be asked again at the next run; the page says why."""
    cards = waiting(live, words="lab_result", order="weight")
    card = next(one for one in cards if "%" in one.proposal.get("unit", ""))
    opened(page, live, f"room=terms&words={card.proposal['text']}")
    for box in page.locator("#card input[name=ticked]").all():
        box.uncheck()
    page.fill("#card input[name=written]", "肌酐")
    page.keyboard.press("Escape")
    page.locator("#card button[data-key=t]").click()
    page.wait_for_selector("#toast strong")
    told = page.locator("#toast").inner_text()
    assert f"{card.proposal['text']} [" in told
    assert ("is not measured in" in told) or ("计量" in told)
    shot(page, f"term-card-unit-{len(told)}")
    page.locator("#toast button.link").click()
    page.wait_for_selector("#toast strong", state="detached")


def test_bulk_by_pattern_shows_rows_and_persons_first(page: Any, live: Site) -> None:
    store = live.state.store
    pattern, many = next(
        found
        for found in decisions.patterns(store, "terms")
        if all(one.needs == 1 for one in waiting(live, pattern=found[0]))
    )
    opened(page, live, f"room=terms&pattern={pattern}")
    page.click("text=Accept all…")
    page.wait_for_selector("text=Persons at most")
    page.click(f"text=Accept {many}")
    page.wait_for_selector(f"#toast >> text={many} accepted.")
    taken = Filter(room="terms", state=State.ACCEPTED, pattern=pattern)
    assert decisions.count(store, taken) >= many
