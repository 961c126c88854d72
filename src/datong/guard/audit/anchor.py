"""Heads kept elsewhere: signed checkpoints, and the file of an outside anchor."""

import json
import os
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from datong.core.reason import Trouble
from datong.guard.audit import chain
from datong.guard.audit.chain import EPOCH, Head
from datong.guard.reasons import AUDIT_BROKEN


def signing_key(folder: Path) -> Ed25519PrivateKey:
    """Open the key that signs checkpoints, made on first use."""
    file = folder / "signing-key"
    if not file.exists():
        folder.mkdir(parents=True, exist_ok=True)
        made = Ed25519PrivateKey.generate().private_bytes_raw()
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as opened:
            opened.write(made)
    return Ed25519PrivateKey.from_private_bytes(file.read_bytes())


def checkpoint(root: Path, heads: Iterable[Head], anchor: Path | None = None) -> str:
    """Sign the heads of all chains and the Merkle roots of their last full epochs.

    The line is appended to `checkpoints.jsonl`, and to `anchor` (a file on another
    host or a medium that is taken out); it can as well be printed. Returns the line.
    """
    said = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "heads": [_said(root, head) for head in heads],
    }
    text = json.dumps(said, sort_keys=True, separators=(",", ":"))
    signature = signing_key(root).sign(text.encode()).hex()
    line = json.dumps({"said": text, "signature": signature})
    for file in (root / "checkpoints.jsonl", anchor):
        if file is not None:
            with file.open("a", encoding="utf-8") as opened:
                opened.write(line + "\n")
                opened.flush()
                os.fsync(opened.fileno())
    return line


def heads(file: Path, public: Ed25519PublicKey | None = None) -> dict[str, Head]:
    """Read the last heads that an anchor kept, by chain; check the signatures."""
    found: dict[str, Head] = {}
    for number, line in enumerate(file.read_text("utf-8").splitlines(), start=1):
        try:
            entry = json.loads(line)
            if public is not None:
                public.verify(bytes.fromhex(entry["signature"]), entry["said"].encode())
            said = json.loads(entry["said"])
        except (ValueError, KeyError, InvalidSignature) as error:
            raise Trouble(AUDIT_BROKEN, file, said="anchor", event=number) from error
        for head in said["heads"]:
            found[head["chain"]] = Head(head["chain"], head["seq"], head["hash"])
    return found


def _said(root: Path, head: Head) -> dict[str, object]:
    """Say where a chain stands."""
    full = head.seq // EPOCH - 1
    merkle = chain.root(root / head.chain, full) if full >= 0 else ""
    return {"chain": head.chain, "seq": head.seq, "hash": head.hash, "root": merkle}
