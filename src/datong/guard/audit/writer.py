"""The writer: what waits is appended together, synced once, then answered.

Data leave only after their event is durable. Where the disk is full or the folder is
gone, nothing is acknowledged, the file is put back to its last whole line, and the
next event tries again.
"""

import contextlib
import os
import secrets
import threading
from collections.abc import Iterable
from concurrent.futures import Future
from pathlib import Path
from typing import Self

from filelock import FileLock, Timeout

from datong.core.reason import Trouble
from datong.guard.audit import chain
from datong.guard.audit.chain import EPOCH, Event, Head
from datong.guard.reasons import AUDIT_UNWRITABLE

CHAINS = 64  # writers at once, each with a chain of its own
_Waiting = tuple[bytes, Future[int]]


class Writer:
    """Appends to one chain; safe to use from many threads."""

    def __init__(self, root: Path, name: str = "") -> None:
        """Open a chain of the folder: the named one, or the first that is free."""
        self.lock, self.folder = _taken(root, [name] if name else _names())
        self.key_file = self.folder / "key"
        self.waiting: list[_Waiting] = []
        self.wakes = threading.Condition()
        self.closed = False
        self.found, self.seq = _recovered(self.folder)
        self.epoch, self.key = _key(self.folder, self.seq // EPOCH)
        self.thread = threading.Thread(target=self._work, name="audit", daemon=True)
        self.thread.start()

    def __enter__(self) -> Self:
        """Use it in a `with`."""
        return self

    def __exit__(self, *_: object) -> None:
        """Write what waits, and close."""
        self.close()

    def close(self) -> None:
        """Write what waits, stop the thread, free the chain."""
        with self.wakes:
            self.closed = True
            self.wakes.notify()
        self.thread.join()
        self.lock.release()

    def submit(self, event: Event) -> "Future[int]":
        """Hand over an event; the future has its number once it is durable."""
        done: Future[int] = Future()
        body = event.body()
        with self.wakes:
            if self.closed:
                done.set_exception(Trouble(AUDIT_UNWRITABLE, said="closed"))
                return done
            self.waiting.append((body, done))
            self.wakes.notify()
        return done

    def commit(self, event: Event) -> int:
        """Write one event and wait until it is durable; return its number."""
        return self.submit(event).result()

    @property
    def head(self) -> Head:
        """The end of the chain, to be kept elsewhere."""
        return Head(self.folder.name, self.seq, self.found.hex())

    def _work(self) -> None:
        """Write batches until closed."""
        while True:
            with self.wakes:
                self.wakes.wait_for(lambda: self.waiting or self.closed)
                batch, self.waiting = self.waiting, []
            if not batch:
                return
            while batch:
                room = EPOCH - self.seq % EPOCH
                self._write(batch[:room])
                batch = batch[room:]

    def _write(self, batch: list[_Waiting]) -> None:
        """Append a batch within one epoch, sync it, and answer those who wait."""
        try:
            self._turn(self.seq // EPOCH)
            found, texts = self.found, []
            for seq, (body, _) in enumerate(batch, start=self.seq + 1):
                text, found = chain.line(body, seq, found, self.key)
                texts.append(text)
            _append(self.folder / f"{self.epoch:08d}.jsonl", b"".join(texts))
        except OSError as error:
            trouble = Trouble(AUDIT_UNWRITABLE, self.folder, said=error.strerror)
            for _, done in batch:
                done.set_exception(trouble)
            return
        first = self.seq + 1
        self.found, self.seq = found, self.seq + len(batch)
        for seq, (_, done) in enumerate(batch, start=first):
            done.set_result(seq)

    def _turn(self, epoch: int) -> None:
        """Go on to the key of an epoch and forget the one before."""
        while self.epoch < epoch:
            key = chain.next_key(self.key)
            _replace(self.key_file, b"%d %b\n" % (self.epoch + 1, key.hex().encode()))
            self.epoch, self.key = self.epoch + 1, key


def _names() -> list[str]:
    """Name the chains."""
    return [f"chain-{number:02d}" for number in range(CHAINS)]


def _taken(root: Path, names: Iterable[str]) -> tuple[FileLock, Path]:
    """Take the first chain that no other writer holds."""
    for name in names:
        folder = root / name
        try:
            folder.mkdir(parents=True, exist_ok=True)
            lock = FileLock(folder / ".lock", timeout=0)
            lock.acquire()
        except Timeout:
            continue
        except OSError as error:
            raise Trouble(AUDIT_UNWRITABLE, folder, said=error.strerror) from error
        return lock, folder
    raise Trouble(AUDIT_UNWRITABLE, root, said="no free chain")


def _recovered(folder: Path) -> tuple[bytes, int]:
    """Find the end of a chain; half a line was never acknowledged and is cut off."""
    files = chain.files(folder)
    while files:
        text = files[-1].read_bytes()
        whole = text[: text.rfind(b"\n") + 1]
        if len(whole) < len(text):
            os.truncate(files[-1], len(whole))
        if whole:
            last = whole[whole[:-1].rfind(b"\n") + 1 :]
            seq = (int(files[-1].stem) * EPOCH) + whole.count(b"\n")
            hashed = last[-(64 * 2 + len('","tag":"') + len('"}\n')) :][:64]
            return bytes.fromhex(hashed.decode()), seq
        files.pop().unlink()
    return chain.start(folder.name), 0


def _key(folder: Path, epoch: int) -> tuple[int, bytes]:
    """Read the key of today, or make k_0 for a new chain, with a copy to be sealed."""
    file = folder / "key"
    if file.exists():
        number, text = file.read_text("ascii").split()
        return int(number), bytes.fromhex(text)
    if epoch or chain.files(folder):
        raise Trouble(AUDIT_UNWRITABLE, file, said="the key is gone")
    key = secrets.token_bytes(32)
    _replace(folder / "sealed-key", key.hex().encode() + b"\n")
    _replace(file, b"0 %b\n" % key.hex().encode())
    return 0, key


def _replace(file: Path, text: bytes) -> None:
    """Write a small secret file whole, for its owner only."""
    part = file.with_name(f".{file.name}.part")
    with contextlib.suppress(FileNotFoundError):
        part.unlink()
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(handle, text)
        os.fsync(handle)
    finally:
        os.close(handle)
    part.replace(file)
    _sync(file.parent)


def _append(file: Path, text: bytes) -> None:
    """Append and sync; if it fails, put the file back to its last whole line."""
    is_new = not file.exists()
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        size = os.fstat(handle).st_size
        try:
            rest = memoryview(text)
            while rest:
                rest = rest[os.write(handle, rest) :]
            os.fsync(handle)
        except OSError:
            os.ftruncate(handle, size)
            raise
    finally:
        os.close(handle)
    if is_new:
        _sync(file.parent)


def _sync(folder: Path) -> None:
    """Make a new name in a folder durable, where the system can."""
    if os.name == "nt":  # Windows syncs names by itself and cannot open a folder
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
