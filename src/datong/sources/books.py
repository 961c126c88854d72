"""What a file that is named like a workbook really is.

In:  a file.
Out: its form by its first bytes; a trouble for what is none.
"""

import mmap
from pathlib import Path

from datong.core.reason import Trouble
from datong.sources.reasons import DISGUISED, LOCKED, WORKBOOK

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # XLSX and ODS; XLS
# An encrypted XLSX is an OLE file with a stream of this name ([MS-OFFCRYPTO] 2.3.4.4).
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
FORMS = {"zip", "ole"}


def form_of(file: Path) -> str:
    """Name a form: zip, ole, locked, HTML, XML, text, or nothing for a damaged file."""
    with file.open("rb") as opened:
        head = opened.read(4096)
    if head.startswith(ZIP):
        return "zip"
    if head.startswith(OLE):
        return "locked" if _is_encrypted(file) else "ole"
    wide = head.startswith((b"\xff\xfe", b"\xfe\xff"))
    text = head.decode("utf-16" if wide else "latin-1", "ignore").lstrip("ï»¿ \r\n\t")
    if text.startswith("<"):
        return "HTML" if "<html" in text.lower() or "<table" in text.lower() else "XML"
    return "text" if text and "\0" not in text else ""


def refused(file: Path, form: str) -> Trouble:
    """Return why a file of some form is not read."""
    if form == "locked":
        return Trouble(LOCKED, where=file, file=file.name)
    if form:
        return Trouble(DISGUISED, where=file, file=file.name, form=form)
    said = f"{file.stat().st_size:,} bytes"
    return Trouble(WORKBOOK, where=file, said=said)


def _is_encrypted(file: Path) -> bool:
    """Look for the stream of an encrypted workbook; its directory may lie anywhere."""
    with (
        file.open("rb") as opened,
        mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) as mapped,
    ):
        return mapped.find(ENCRYPTED) >= 0
