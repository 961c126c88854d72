"""Which value survives, where it comes from, and what lost."""

import itertools

from datong.link.golden import Golden, golden, rules

RECORDS = [
    {"source": "b", "at": "2020-01-01", "name": "张玮", "phone": "13900000001"},
    {"source": "a", "at": "2024-01-01", "name": "张伟", "phone": "13900000002"},
    {"source": "c", "at": "2019-01-01", "name": "张玮", "verified": "1"},
]


def test_each_field_has_its_rule_and_its_source() -> None:
    found = golden(RECORDS, rules())
    assert found["name"] == Golden("张玮", "c", "verified", (("张伟", "a"),))
    assert found["phone"].value == "13900000002"
    assert found["phone"].conflicts == (("13900000001", "b"),)
    assert "address" not in found


def test_a_persons_decision_goes_before_every_rule() -> None:
    found = golden(RECORDS, rules(), {"name": "章伟"})
    assert (found["name"].value, found["name"].rule) == ("章伟", "decided")
    assert len(found["name"].conflicts) == 2


def test_the_order_of_records_decides_nothing() -> None:
    answers = [golden(order, rules()) for order in itertools.permutations(RECORDS)]
    assert all(answer == answers[0] for answer in answers)


def test_a_source_may_be_preferred() -> None:
    assert golden(RECORDS, {"name": ["a"]})["name"].value == "张伟"
