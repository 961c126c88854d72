"""Passwords and the second factor.

argon2id with the defaults of argon2-cffi costs 0.2 CPU-seconds; two at once at most,
or signing in would be a way to stop the server.
"""

import base64
import hashlib
import hmac
import secrets
import struct
import threading
import time
from functools import cache
from itertools import pairwise

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

SHORTEST = 10  # characters
STEP = 30  # seconds that a code of the second factor lives (RFC 6238)
_AT_ONCE = threading.BoundedSemaphore(2)
HASHER = PasswordHasher()
# Roots of what people choose most; a password that is one of them with digits is weak.
_COMMON = frozenset(
    "password passw0rd qwerty qwertyuiop asdfgh zxcvbn letmein welcome admin"  # noqa: SIM905 - a list of words reads as words
    " administrator iloveyou monkey dragon master login abc abcd abcdef woaini datong"
    " yiyuan hospital changeme secret test guest user root".split()
)


def hashed(password: str) -> str:
    """Hash a password for keeping."""
    with _AT_ONCE:
        return HASHER.hash(password)


def fits(kept: str | None, password: str) -> bool:
    """Is it the password? Takes as long for a user who does not exist."""
    with _AT_ONCE:
        try:
            return HASHER.verify(kept or _nobody(), password) and kept is not None
        except (VerifyMismatchError, InvalidHashError):
            return False


@cache
def _nobody() -> str:
    """Return a hash that no password fits, to be as slow for a name nobody has."""
    return HASHER.hash(secrets.token_hex(32))


def is_weak(password: str, name: str = "") -> bool:
    """Is it too short, too common, one pattern, or the user's own name?"""
    low = password.lower()
    root = low.strip("0123456789!@#$%^&*._- ")
    if len(password) < SHORTEST or len(set(low)) < 5 or root in _COMMON or not root:
        return True
    steps = {ord(b) - ord(a) for a, b in pairwise(low)}
    return len(steps) == 1 or bool(name and name.lower() in low)


def new_secret() -> str:
    """Make the secret of a second factor, in base32 as apps take it."""
    return base64.b32encode(secrets.token_bytes(20)).decode()


def code(secret: str, step: int) -> str:
    """Return the six digits of a step (RFC 4226, RFC 6238)."""
    key = base64.b32decode(secret)
    digest = hmac.digest(key, struct.pack(">Q", step), hashlib.sha1)
    at = digest[-1] & 15
    number = struct.unpack(">I", digest[at : at + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"


def step_of(secret: str, written: str, after: int = 0, at: float | None = None) -> int:
    """Return the step of a right code, or 0; each code is good once.

    A clock may be one step wrong; a step that was used (`after`) is not taken again.
    """
    now = int((time.time() if at is None else at) // STEP)
    for step in (now - 1, now, now + 1):
        if step > after and hmac.compare_digest(code(secret, step), written.strip()):
            return step
    return 0
