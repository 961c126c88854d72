"""Decisions, in SQLite and in PostgreSQL."""

import pytest
from sqlalchemy import Engine

from datong.core.decision import Decision, Effect, State
from datong.core.reason import Trouble
from datong.store import decisions
from datong.store.decisions import Card, Filter, Verdict


def card(subject: str, needs: int = 1, rows: int = 1, pattern: str = "") -> Card:
    effect = Effect(rows=rows, persons=1)
    decision = Decision("mapping", subject, {"field": subject}, ("name",), effect)
    other = ({"field": "other"},)
    return Card(decision, other, score=0.9, pattern=pattern, needs=needs)


def only(store: Engine) -> int:
    return int(decisions.queue(store, Filter())[0].id)


def test_accept_and_read_back(store: Engine) -> None:
    decisions.propose(store, [card("xb"), card("csrq", rows=9)])
    assert [row.subject for row in decisions.queue(store, Filter())] == ["csrq", "xb"]
    assert decisions.decide(store, only(store), Verdict("accept", "li")) is (
        State.ACCEPTED
    )
    taken = decisions.accepted(store, "mapping")
    assert [(one.subject, one.who) for one in taken] == [("csrq", "li")]
    assert decisions.waiting(store).rooms == {"mapping": 1}


def test_two_persons_where_the_policy_asks(store: Engine) -> None:
    decisions.propose(store, [card("xb", needs=2)])
    number = only(store)
    assert decisions.decide(store, number, Verdict("accept", "li")) is State.PROPOSED
    with pytest.raises(Trouble, match="STORE-SAME-PERSON"):
        decisions.decide(store, number, Verdict("accept", "li"))
    chosen = Verdict("choose", "wang", chosen={"field": "other"})
    assert decisions.decide(store, number, chosen) is State.PROPOSED
    assert decisions.decide(store, number, Verdict("accept", "li")) is State.ACCEPTED
    assert decisions.accepted(store, "mapping")[0].proposal == {"field": "other"}
    assert decisions.get(store, number).who == "li, wang"


def test_a_decision_is_taken_once(store: Engine) -> None:
    decisions.propose(store, [card("xb")])
    number = only(store)
    decisions.decide(store, number, Verdict("refuse", "li", "none fits"))
    with pytest.raises(Trouble, match="STORE-ALREADY"):
        decisions.decide(store, number, Verdict("accept", "wang"))
    with pytest.raises(Trouble, match="STORE-DECISION"):
        decisions.decide(store, 999, Verdict("accept", "wang"))


def test_undo_is_a_new_decision(store: Engine) -> None:
    decisions.propose(store, [card("xb")])
    number = only(store)
    decisions.decide(store, number, Verdict("accept", "li"))
    undone = decisions.undo(store, number, "wang", "wrong unit")
    assert decisions.get(store, undone).undoes == number
    assert decisions.accepted(store, "mapping") == []
    assert [row.subject for row in decisions.queue(store, Filter())] == ["xb"]
    acts = [row.act for row in decisions.history(store, number)]
    assert acts == ["accept", "undo"]


def test_bulk_takes_what_the_filter_finds(store: Engine) -> None:
    decisions.propose(store, [card(f"c{n}", pattern="*_rq") for n in range(40)])
    decisions.propose(store, [card("xb"), card("100%", needs=2)])
    asked = Filter(pattern="*_rq", above=0.5)
    assert decisions.patterns(store, "mapping") == [("*_rq", 40)]
    assert decisions.decide_all(store, asked, Verdict("accept", "li")) == 40
    assert decisions.count(store, Filter()) == 2
    assert [r.subject for r in decisions.queue(store, Filter(words="%"))] == ["100%"]


def test_ask_a_colleague_and_comment(store: Engine) -> None:
    decisions.propose(store, [card("xb")])
    number = only(store)
    decisions.decide(store, number, Verdict("ask", "li", "you know it", asked="wang"))
    decisions.comment(store, number, "wang", "I do")
    assert decisions.count(store, Filter(asked="wang")) == 1
    assert [row.act for row in decisions.history(store, number)] == ["ask", "comment"]


def test_proposing_again_replaces_what_nobody_touched(store: Engine) -> None:
    decisions.propose(store, [card("xb", rows=1), card("csrq")])
    decisions.comment(store, only(store), "li", "hm")
    decisions.propose(store, [card("xb", rows=5), card("csrq", rows=6)])
    subjects = sorted(r.subject for r in decisions.queue(store, Filter()))
    assert subjects == ["csrq", "xb", "xb"]


def test_tens_of_thousands_wait_without_delay(store: Engine) -> None:
    cards = (
        card(f"column {n}", rows=n % 977, pattern=f"p{n % 50}") for n in range(20_000)
    )
    decisions.propose(store, cards)
    page = decisions.queue(store, Filter(room="mapping"), limit=50, offset=10_000)
    assert len(page) == 50
    assert decisions.waiting(store).total == 20_000
