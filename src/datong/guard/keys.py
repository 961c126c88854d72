"""The project's own folder and secret: pseudonyms are made with it, one a recipient."""

import hashlib
import hmac
import os
import secrets
from contextlib import suppress
from pathlib import Path

from datong.store.manifest import OWNER_ONLY

NAME = "pseudonym-key"


def own_folder(folder: Path) -> Path:
    """Make a folder that only its owner may open, as the vault's is."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(OWNER_ONLY)
    return folder


def recipient_secret(folder: Path, recipient: str) -> bytes:
    """Return a recipient's secret; two recipients cannot join their pseudonyms."""
    file = folder / NAME
    if not file.exists():
        part = folder / f".{NAME}.{secrets.token_hex(4)}"
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as opened:
            opened.write(secrets.token_bytes(32))
        with suppress(FileExistsError):  # who comes second takes the first one's key
            file.hardlink_to(part)
        part.unlink()
    return hmac.digest(file.read_bytes(), recipient.encode(), hashlib.sha256)
