"""Cut a text file into blocks of whole records, each knowing its line and byte.

In:  a file and its encoding.
Out: blocks; a block ends where a record ends.

Blocks are cut in the raw bytes: in UTF-8, GBK and GB18030 a line break, a quote and a
comma are never a part of another character (GB/T 18030: second bytes begin at 0x40,
fourth at 0x30). UTF-16 is transcoded first, because its line break has two bytes.
"""

import codecs
import gzip
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from hashlib import file_digest, sha256
from pathlib import Path
from typing import BinaryIO

import numpy as np

from datong.core.reason import Trouble
from datong.sources.reasons import CHANGED

SIZE = 4 * 2**20  # bytes of a block, about
LONGEST = 16 * 2**20  # bytes of a record
HEAD = 64 * 2**10  # bytes that are kept of a longer one
MARK = "\ufdd0"  # a character that no text may hold: a byte that nothing explains


@dataclass(frozen=True, slots=True)
class Block:
    """Some whole records of a file, as bytes of `encoding`."""

    content: bytes
    encoding: str
    line: int  # of its first record, from 1
    byte: int  # of its first record in the file, from 0
    is_whole: bool = True  # False: only the head of a record that is too long
    wide: str = ""  # the file's encoding, where it was transcoded to UTF-8

    def length(self, content: bytes) -> int:
        """Say how many bytes of the file a part of the content is."""
        if not self.wide:
            return len(content)
        return len(content.decode("utf-8", "ignore").encode(self.wide))

    def text(self) -> str:
        """Decode it; a byte that the encoding cannot explain becomes ﷐XX."""
        return self.content.decode(self.encoding, errors="datong")


def _mark(error: UnicodeError) -> tuple[str, int]:
    """Write bytes that cannot be decoded as a mark and hex digits."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    bad = error.object[error.start : error.end]
    return "".join(f"{MARK}{byte:02X}" for byte in bad), error.end


codecs.register_error("datong", _mark)


class Blocks:
    """The blocks of one file, and the SHA-256 of all that was read."""

    def __init__(self, file: Path, encoding: str, *, quotes: bool) -> None:
        """Open nothing yet; `quotes`: a line break inside quotes ends no record."""
        self.file, self.quotes = file, quotes
        self._digest = sha256()
        self.wide = encoding if encoding.startswith("utf-16") else ""
        self.encoding = "utf-8" if self.wide else encoding

    def __iter__(self) -> Iterator[Block]:
        """Yield the blocks in order."""
        waiting = self._block(b"")
        skipping = False
        for chunk, offset, is_last in self._chunks():
            if waiting.byte < 0:
                waiting = replace(waiting, byte=offset)
            if skipping:  # the rest of a record that is too long
                end = chunk.find(b"\n") + 1
                waiting = _after(waiting, chunk, end or len(chunk))
                skipping = not end
                continue
            content = waiting.content + chunk
            cut = 0 if is_last else self._cut(content)
            if not cut and len(content) > LONGEST:  # an unclosed quote, or one line
                cut = content.find(b"\n") + 1
                skipping = not cut
            if skipping:
                yield replace(waiting, content=content[:HEAD], is_whole=False)
                waiting = _after(waiting, content, len(content))
            elif cut:
                yield replace(waiting, content=content[:cut])
                waiting = _after(waiting, content, cut)
            else:
                waiting = replace(waiting, content=content)
        if waiting.content:
            yield waiting

    def _block(self, content: bytes) -> Block:
        """Begin the first block."""
        return Block(content, self.encoding, line=1, byte=-1, wide=self.wide)

    def sha256(self) -> str:
        """Return the SHA-256 of the file as it was while it was read."""
        if self.file.suffix == ".gz":  # what was read is not what lies on the disk
            with self.file.open("rb") as stream:
                return file_digest(stream, "sha256").hexdigest()
        return self._digest.hexdigest()

    def _chunks(self) -> Iterator[tuple[bytes, int, bool]]:
        """Yield the bytes without a BOM, their offset, and if they are the last."""
        decoder = codecs.getincrementaldecoder(self.wide or "utf-8")(errors="datong")
        offset = 0
        try:
            with opened(self.file) as stream:
                while raw := stream.read(SIZE):
                    self._digest.update(raw)
                    bom = _bom(raw) if offset == 0 else 0
                    body = raw[bom:]
                    text = decoder.decode(body).encode() if self.wide else body
                    yield text, offset + bom, len(raw) < SIZE
                    offset += len(raw)
        except (OSError, EOFError, zlib.error) as error:
            raise Trouble(CHANGED, where=self.file, file=self.file.name) from error
        if self.wide and (rest := decoder.decode(b"", final=True)):
            yield rest.encode(), offset, True

    def _cut(self, content: bytes) -> int:
        """Return where the last whole record ends, or 0."""
        cut = content.rfind(b"\n") + 1
        if not self.quotes or content.count(b'"', 0, cut) % 2 == 0:
            return cut
        values = np.frombuffer(content, dtype=np.uint8, count=cut)
        is_closed = np.cumsum(values == ord('"')) % 2 == 0
        ends = np.flatnonzero((values == ord("\n")) & is_closed)
        return int(ends[-1]) + 1 if len(ends) else 0


def _after(block: Block, content: bytes, cut: int) -> Block:
    """Return what follows the first `cut` bytes of a content that begins at a block."""
    done = content[:cut]
    return replace(
        block,
        content=content[cut:],
        line=block.line + done.count(b"\n"),
        byte=block.byte + block.length(done),
    )


def halves(block: Block) -> tuple[Block, ...]:
    """Cut a block at a line end near its middle; a single line stays whole."""
    content = block.content
    middle = len(content) // 2
    before = content.rfind(b"\n", 0, middle) + 1
    cut = before or content.find(b"\n", middle, len(content) - 1) + 1
    if not cut:
        return (block,)
    return replace(block, content=content[:cut]), _after(block, content, cut)


def opened(file: Path) -> BinaryIO | gzip.GzipFile:
    """Open a file for reading; one that ends with `.gz` is unpacked as it is read."""
    if file.suffix == ".gz":
        return gzip.open(file, "rb")
    return file.open("rb")


def _bom(raw: bytes) -> int:
    """Return the length of a byte order mark."""
    if raw.startswith(codecs.BOM_UTF8):
        return len(codecs.BOM_UTF8)
    wide = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
    return 2 if raw.startswith(wide) else 0
