"""Tell the encoding of a text file from its bytes.

In:  the head of a file.
Out: `utf-8`, `gb18030` (which holds GBK and GB 2312), `utf-16-le` or `utf-16-be`.
"""

import codecs
from pathlib import Path

from datong.sources.blocks import opened

HEAD = 2**20  # bytes that are looked at
BOMS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
# What people write in mapping files, and the codec that reads all of it.
NAMES = {
    "utf8": "utf-8",
    "utf-8-sig": "utf-8",
    "gbk": "gb18030",
    "gb2312": "gb18030",
    "cp936": "gb18030",
    "ansi": "gb18030",
    "utf-16": "utf-16-le",
    "utf16": "utf-16-le",
}


def encoding_of(file: Path, stated: str = "") -> str:
    """Name the encoding of a file.

    A BOM decides; then what the mapping states; then zero bytes at every second place
    (UTF-16); then whether the head is UTF-8; else GB18030. Lines that are in neither
    are rejected one by one when the file is read.
    """
    with opened(file) as stream:
        head = stream.read(HEAD)
    for bom, name in BOMS.items():
        if head.startswith(bom):
            return name
    if stated:
        return NAMES.get(stated.lower(), stated.lower())
    for wide, zeros in (("utf-16-le", head[1::2]), ("utf-16-be", head[::2])):
        if zeros.count(0) > len(head) / 8 and _is_wide(head, wide):
            return wide
    return "utf-8" if _is_utf8(head) else "gb18030"


def _is_wide(head: bytes, encoding: str) -> bool:
    """Say whether the head reads as lines of UTF-16, not as text with zeros."""
    text = head[: len(head) // 2 * 2].decode(encoding, "replace")
    return "\n" in text and "\0" not in text


def _is_utf8(head: bytes) -> bool:
    """Say whether most lines that are not plain ASCII decode as UTF-8."""
    lines = [line for line in head.split(b"\n")[:-1] or [head] if not line.isascii()]
    right = sum(_decodes(line, "utf-8") for line in lines)
    return right >= len(lines) / 2


def _decodes(line: bytes, encoding: str) -> bool:
    """Say whether a line decodes."""
    try:
        line.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True
