"""The audit: acknowledged is durable, changed is found, full means no data."""

import errno
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datong.core.reason import Trouble
from datong.guard.audit import anchor, chain, reading, writer
from datong.guard.audit.chain import Event, Head
from datong.guard.audit.writer import Writer

CHILD = """
import os, sys
from pathlib import Path
from threading import Thread
from datong.guard.audit.chain import Event
from datong.guard.audit.writer import Writer
audit = Writer(Path(sys.argv[1]), "chain-00")
def look():
    while True:
        seq = audit.commit(Event("w", "read", "allowed", persons=(7,)))
        os.write(1, b"%d\\n" % seq)
for _ in range(4):
    Thread(target=look).start()
"""


def look(person: int = 1, who: str = "wang") -> Event:
    return Event(who, "read", "allowed", persons=(person,), rules=("treat-in-care",))


def kill_once(folder: Path, after: float) -> tuple[int, int]:
    """Kill a writer at work; return the last acknowledged and the last kept event."""
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(folder)],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    time.sleep(after)
    child.send_signal(signal.SIGKILL)
    said = child.communicate()[0].split(b"\n")[:-1]
    with Writer(folder, "chain-00") as again:
        kept = again.seq
    return max(map(int, said), default=0), kept


def test_an_acknowledged_event_survives_a_kill(tmp_path: Path) -> None:
    dice, seen = random.Random(6), 0  # noqa: S311 - when to kill
    for _ in range(12):
        acknowledged, kept = kill_once(tmp_path, dice.uniform(0.15, 0.5))
        assert kept >= max(acknowledged, seen)
        seen = kept
    key = bytes.fromhex((tmp_path / "chain-00" / "sealed-key").read_text())
    assert chain.verify(tmp_path / "chain-00", key).seq == seen > 0


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("audit")
    with Writer(folder) as audit:
        for waiting in [audit.submit(look(n)) for n in range(60)]:
            waiting.result()
    return folder / "chain-00"


Change = Callable[[list[bytes], random.Random], list[bytes]]


def flip(lines: list[bytes], dice: random.Random) -> list[bytes]:
    n = dice.randrange(len(lines))
    changed = bytearray(lines[n])
    changed[dice.randrange(len(changed))] ^= 1 << dice.randrange(8)
    return [*lines[:n], bytes(changed), *lines[n + 1 :]]


def delete(lines: list[bytes], dice: random.Random) -> list[bytes]:
    n = dice.randrange(len(lines) - 1)
    return lines[:n] + lines[n + 1 :]


def swap(lines: list[bytes], dice: random.Random) -> list[bytes]:
    n, m = sorted(dice.sample(range(len(lines)), 2))
    changed = list(lines)
    changed[n], changed[m] = changed[m], changed[n]
    return changed


def insert(lines: list[bytes], dice: random.Random) -> list[bytes]:
    n = dice.randrange(len(lines) + 1)
    return [*lines[:n], dice.choice(lines), *lines[n:]]


def cut(lines: list[bytes], dice: random.Random) -> list[bytes]:
    return lines[: dice.randrange(len(lines))]


def forge(lines: list[bytes], dice: random.Random) -> list[bytes]:
    """Change an event and make all hashes after it anew, without the key."""
    n = dice.randrange(len(lines))
    found, forged = chain.start("chain-00"), []
    for number, text in enumerate(lines):
        body = text[len(b'{"body":') : text.rindex(b',"seq":')]
        body = body.replace(b'"wang"', b'"zhao"') if number == n else body
        made, found = chain.line(body, number + 1, found, b"guessed")
        forged.append(made)
    return forged


@given(st.integers(0, 2**32), st.sampled_from([flip, delete, swap, insert, cut, forge]))
def test_tampering_is_found(whole: Path, seed: int, change: Change) -> None:
    folder = whole.parent / "changed" / whole.name
    folder.mkdir(parents=True, exist_ok=True)
    kept = list(chain.lines(whole))
    key = bytes.fromhex((whole / "sealed-key").read_text())
    head = chain.verify(whole, key)
    changed = change(kept, random.Random(seed))  # noqa: S311 - where to tamper
    (folder / "00000000.jsonl").write_bytes(b"".join(changed))
    with pytest.raises(Trouble, match="AUDIT-BROKEN"):
        chain.verify(folder, key, head)


def test_keys_change_with_the_epoch_and_old_ones_are_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (chain, writer):
        monkeypatch.setattr(module, "EPOCH", 10)
    for _ in range(3):
        with Writer(tmp_path) as audit:
            waiting = [audit.submit(look(n)) for n in range(17)]
            assert [done.result() for done in waiting]
    folder = tmp_path / "chain-00"
    first = (folder / "sealed-key").read_text().strip()
    assert chain.verify(folder, bytes.fromhex(first)).seq == 51
    assert first not in (folder / "key").read_text()
    assert len(chain.files(folder)) == 6


def test_a_cut_tail_shows_only_against_the_anchor(tmp_path: Path) -> None:
    away = tmp_path / "elsewhere.txt"
    with Writer(tmp_path / "audit") as audit:
        audit.commit(look())
        audit.commit(look())
        anchor.checkpoint(tmp_path / "audit", [audit.head], away)
    folder = tmp_path / "audit" / "chain-00"
    file = folder / "00000000.jsonl"
    file.write_bytes(file.read_bytes().splitlines(keepends=True)[0])
    assert chain.verify(folder).seq == 1
    public = anchor.signing_key(tmp_path / "audit").public_key()
    kept = anchor.heads(away, public)["chain-00"]
    with pytest.raises(Trouble, match="cut off"):
        chain.verify(folder, anchor=kept)
    away.write_text(away.read_text().replace('seq\\":2', 'seq\\":1'))
    with pytest.raises(Trouble, match="anchor"):
        anchor.heads(away, public)


def test_a_full_disk_acknowledges_nothing_and_goes_on_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Writer(tmp_path) as audit:
        audit.commit(look())
        real = os.fsync
        with monkeypatch.context() as broken:

            def full(_: int) -> None:
                raise OSError(errno.ENOSPC, "No space left on device")

            broken.setattr(os, "fsync", full)
            with pytest.raises(Trouble, match="AUDIT-UNWRITABLE"):
                audit.commit(look())
        assert os.fsync is real
        assert audit.commit(look()) == 2
    assert chain.verify(tmp_path / "chain-00").seq == 2


def test_two_writers_have_a_chain_each(tmp_path: Path) -> None:
    with Writer(tmp_path) as one, Writer(tmp_path) as other:
        assert {one.folder.name, other.folder.name} == {"chain-00", "chain-01"}
        one.commit(look())
        other.commit(look())
    assert [chain.verify(folder).seq for folder in reading.chains(tmp_path)] == [1, 1]


def test_a_patient_is_told_who_looked(tmp_path: Path) -> None:
    with Writer(tmp_path) as audit:
        audit.commit(look(7, "wang"))
        audit.commit(look(8, "li"))
    told = reading.looks(tmp_path, person=7).to_pylist()
    assert [(one["who"], one["rules"]) for one in told] == [("wang", ["treat-in-care"])]
    assert reading.looks(tmp_path, who="li").num_rows == 1
    assert reading.looks(tmp_path / "nothing").num_rows == 0


@given(st.lists(st.binary(max_size=8), max_size=40))
def test_the_merkle_root_is_that_of_rfc_6962(leaves: list[bytes]) -> None:
    def plain(entries: list[bytes]) -> bytes:
        if len(entries) <= 1:
            return entries[0] if entries else chain.merkle([])
        half = 1
        while half * 2 < len(entries):
            half *= 2
        return chain.merkle([plain(entries[:half]), plain(entries[half:])])

    assert chain.merkle(leaves) == plain(leaves)


def test_an_empty_chain_verifies(tmp_path: Path) -> None:
    with Writer(tmp_path):
        pass
    assert chain.verify(tmp_path / "chain-00") == Head(
        "chain-00", 0, chain.start("chain-00").hex()
    )
