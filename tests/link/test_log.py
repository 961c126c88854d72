"""Laws of the log: it folds to the state, merges come undone, old keys resolve."""

import random
from pathlib import Path

import pytest

from datong.core.reason import Trouble
from datong.link.events import Deed, fold
from datong.link.log import Log

AT = "2026-01-01T00:00:00"


def opened(tmp_path: Path) -> Log:
    log = Log(tmp_path / "log.jsonl")
    log.arrive([(1, ("a", "b")), (2, ("c",)), (3, ("d",))], AT)
    return log


def test_a_merge_comes_undone_to_the_byte(tmp_path: Path) -> None:
    log = opened(tmp_path)
    before = log.state.written()
    merge = log.merge(1, 2, "ann", AT)
    assert log.state.resolve(2) == 1
    log.unmerge(merge, "ann", AT)
    assert log.state.written() == before
    assert log.as_of(merge).resolve(2) == 1


def test_an_older_merge_comes_undone_too(tmp_path: Path) -> None:
    log = opened(tmp_path)
    first = log.merge(1, 2, "ann", AT)
    second = log.merge(3, 1, "ann", AT)
    log.unmerge(first, "ann", AT)
    assert log.state.members(2) == ("c",)
    log.unmerge(second, "ann", AT)
    assert log.state.members(1) == ("a", "b")


def test_a_record_that_came_since_stays(tmp_path: Path) -> None:
    log = opened(tmp_path)
    merge = log.merge(1, 2, "ann", AT)
    log.arrive([(1, ("e",))], AT)
    log.unmerge(merge, "ann", AT)
    assert log.state.members(1) == ("a", "b", "e")
    assert log.state.members(2) == ("c",)


def test_an_erased_person_is_gone_and_its_keys_say_so(tmp_path: Path) -> None:
    log = opened(tmp_path)
    log.merge(1, 2, "ann", AT)
    log.erase(1, "ann", AT)
    assert log.state.resolve(1) == log.state.resolve(2) == "erased"
    assert log.state.members(1) == ()
    with pytest.raises(Trouble, match="LINK-PERSON"):
        log.state.resolve(99)


def test_contradictions_are_refused(tmp_path: Path) -> None:
    log = opened(tmp_path)
    log.decide(Deed.SAME, ("a", "c"), "ann", AT)
    log.decide(Deed.SAME, ("c", "d"), "ann", AT)
    with pytest.raises(Trouble, match="LINK-CONTRADICTION"):
        log.decide(Deed.APART, ("a", "d"), "ann", AT)
    apart = log.decide(Deed.APART, ("b", "d"), "ann", AT)
    with pytest.raises(Trouble, match="LINK-CONTRADICTION"):
        log.merge(1, 3, "ann", AT)
    log.lift(apart, "ann", AT)
    assert log.merge(1, 3, "ann", AT)


def test_the_log_is_read_back_and_guards_itself(tmp_path: Path) -> None:
    log = opened(tmp_path)
    log.merge(1, 2, "ann", AT)
    assert Log(log.place).state.written() == log.state.written()
    with log.place.open("ab") as file:
        file.write(b'{"torn')
    assert Log(log.place).state.written() == log.state.written()
    lines = log.place.read_bytes().splitlines(keepends=True)[:4]
    log.place.write_bytes(b"".join([lines[0].replace(b'"b"', b'"z"'), *lines[1:]]))
    with pytest.raises(Trouble, match="LINK-LOG"):
        Log(log.place)


def arrive(log: Log, chance: random.Random) -> None:
    """Feed a record to a living person, or to a new one."""
    living = sorted(set(log.state.person.values()))
    fresh = max(log.state.given) + 1
    target = chance.choice([*living, fresh])
    log.arrive([(target, (f"r{len(log.events)}",))], AT)


def merge(log: Log, chance: random.Random) -> None:
    """Merge two persons, take it back, and merge them again."""
    before = log.state.written()
    one, two = chance.choices(sorted(set(log.state.person.values())) or [0], k=2)
    number = log.merge(one, two, "ann", AT)
    merged = log.state.written()
    log.unmerge(number, "ann", AT)
    assert log.state.written() == before
    log.merge(one, two, "ann", AT)
    assert log.state.written() == merged


def unmerge(log: Log, chance: random.Random) -> None:
    """Take any merge back that stands, or one that does not."""
    merges = [n for n, e in log.state.events.items() if e.deed is Deed.MERGED]
    log.unmerge(chance.choice([*merges, 0]), "ann", AT)


def decide(log: Log, chance: random.Random) -> None:
    """Decide on two records."""
    pair = chance.choices(sorted(log.state.person) or ["none"], k=2)
    log.decide(chance.choice((Deed.SAME, Deed.APART)), (pair[0], pair[1]), "ann", AT)


def erase(log: Log, chance: random.Random) -> None:
    """Delete a person, now and then."""
    if chance.random() < 0.3:
        log.erase(chance.choice(sorted(log.state.given)), "ann", AT)


def sequence(log: Log, seed: int, length: int) -> None:
    """Do random things; what is refused changes nothing."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    for _ in range(length):
        before = log.state.written()
        try:
            chance.choice((arrive, merge, merge, unmerge, decide, erase))(log, chance)
        except Trouble:
            assert log.state.written() == before


def check(tmp_path: Path, seed: int) -> None:
    place = tmp_path / f"{seed}.jsonl"
    log = Log(place)
    log.arrive([(n, (f"s{n}", f"t{n}")) for n in range(1, 7)], AT)
    sequence(log, seed, 12)
    assert fold(log.events, log.moves).written() == log.state.written()
    assert Log(place).state.written() == log.state.written()
    for key in log.state.given:
        assert log.state.resolve(key)
    living = set(log.state.person.values())
    assert all(log.state.resolve(key) == key for key in living)
    place.unlink()


def test_random_sequences_fold(tmp_path: Path) -> None:
    for seed in range(60):
        check(tmp_path, seed)


@pytest.mark.slow
def test_ten_thousand_random_sequences_fold(tmp_path: Path) -> None:
    for seed in range(10_000):
        check(tmp_path, seed)
