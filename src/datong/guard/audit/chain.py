r"""The chain: how a line is made, and how a changed one is found.

    h_i = SHA256(h_{i-1} || line_i)        nothing inside can be changed or moved
    t_i = HMAC-SHA256(k_e, h_i)            nor made anew by who knows the hashes only
    k_{e+1} = SHA256(k_e), k_e forgotten   nor by who steals today's key, for the past

The auditor keeps k_0 sealed and can make every key from it. A tail that was cut off
leaves a shorter chain that is whole: only a head that was kept elsewhere tells.
"""

import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from datong.core.reason import Trouble
from datong.guard.reasons import AUDIT_BROKEN

EPOCH = 10_000  # events under one key, in one file
_CANONICAL = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":"))
_HASH, _TAG, _END = b',"hash":"', b'","tag":"', b'"}\n'
_TAIL = len(_HASH) + 64 + len(_TAG) + 64 + len(_END)


@dataclass(frozen=True, slots=True)
class Event:
    """Who did what, why, with which outcome: person keys only, no identifiers."""

    who: str
    action: str
    outcome: str  # allowed, refused, failed
    role: str = ""
    purpose: str = ""
    basis: str = ""
    scenario: str = ""
    persons: tuple[int, ...] = ()
    asked: str = ""  # the table, and a hash of the query
    count: int = 0  # rows that left
    rules: tuple[str, ...] = ()
    edition: str = ""
    request: str = ""
    at: str = ""  # ISO, UTC; set when the event is made

    def body(self) -> bytes:
        """Write it as canonical JSON: sorted keys, UTF-8, no blanks."""
        fields = {name: getattr(self, name) for name in self.__slots__}
        fields["at"] = self.at or datetime.now(UTC).isoformat(timespec="milliseconds")
        return _CANONICAL.encode(fields).encode()


@dataclass(frozen=True, slots=True)
class Head:
    """The end of a chain: what an anchor keeps."""

    chain: str
    seq: int  # of the last event, from 1; 0 for an empty chain
    hash: str


def start(chain: str) -> bytes:
    """Return the hash before the first event."""
    return hashlib.sha256(b"datong audit " + chain.encode()).digest()


def next_key(key: bytes) -> bytes:
    """Return the key of the following epoch; there is no way back."""
    return hashlib.sha256(b"next" + key).digest()


def line(body: bytes, seq: int, before: bytes, key: bytes) -> tuple[bytes, bytes]:
    """Make the line of an event; return it and its hash."""
    said = b'{"body":%b,"seq":%d' % (body, seq)
    found = hashlib.sha256(before + said).digest()
    tag = hmac.digest(key, found, hashlib.sha256).hex().encode()
    return b"".join((said, _HASH, found.hex().encode(), _TAG, tag, _END)), found


def files(folder: Path) -> list[Path]:
    """List the files of a chain, in order."""
    return sorted(folder.glob("[0-9]*.jsonl"))


def lines(folder: Path) -> Iterator[bytes]:
    """Read the lines of a chain, in order."""
    for file in files(folder):
        with file.open("rb") as opened:
            yield from opened


def verify(folder: Path, key: bytes | None = None, anchor: Head | None = None) -> Head:
    """Read a chain from its start and return its head.

    With `key` (k_0) the tags are checked too. The first event that is not as it was
    written raises `AUDIT-BROKEN` with its number; so does a chain that ends before
    the anchored head or differs from it.
    """
    found, seq, at_anchor = start(folder.name), 0, b""
    for number, text in enumerate(lines(folder), start=1):
        if key is not None and number > 1 and (number - 1) % EPOCH == 0:
            key = next_key(key)
        found = _checked(text, number, found, key, folder)
        seq = number
        if anchor is not None and number == anchor.seq:
            at_anchor = found
    if anchor is not None and anchor.seq and at_anchor.hex() != anchor.hash:
        said = "cut off or replaced" if seq < anchor.seq else "not the anchored head"
        raise Trouble(AUDIT_BROKEN, folder, said=said, event=min(seq + 1, anchor.seq))
    return Head(folder.name, seq, found.hex())


def _checked(
    text: bytes, number: int, before: bytes, key: bytes | None, where: Path
) -> bytes:
    """Check one line against what came before; return its hash."""
    said, hashed = text[:-_TAIL], text[-_TAIL:]
    found = hashlib.sha256(before + said).digest()
    tag = hashed[len(_HASH) + 64 + len(_TAG) : -len(_END)]
    form = b"".join((_HASH, found.hex().encode(), _TAG, tag, _END))
    if hashed != form or not said.endswith(b',"seq":%d' % number):
        raise Trouble(AUDIT_BROKEN, where, said="changed", event=number)
    made = key and hmac.digest(key, found, hashlib.sha256).hex().encode()
    if made and made != tag:
        raise Trouble(AUDIT_BROKEN, where, said="not made by the server", event=number)
    return found


def read(text: bytes) -> Mapping[str, object]:
    """Read the body of a line."""
    body: Mapping[str, object] = json.loads(text)["body"]
    return body


def root(folder: Path, epoch: int) -> str:
    """Return the Merkle root of the events of an epoch (RFC 6962, leaf 0, node 1)."""
    with (folder / f"{epoch:08d}.jsonl").open("rb") as opened:
        return merkle([hashlib.sha256(b"\0" + text).digest() for text in opened]).hex()


def merkle(leaves: list[bytes]) -> bytes:
    """Return the root of a Merkle tree after RFC 6962, section 2.1."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    half = 1 << ((len(leaves) - 1).bit_length() - 1)
    sides = merkle(leaves[:half]) + merkle(leaves[half:])
    return hashlib.sha256(b"\1" + sides).digest()
