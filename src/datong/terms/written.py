"""Files of words as people save them: UTF-8, UTF-16 of Excel, or GB18030.

In:  a file.
Out: its text.
"""

import codecs
from pathlib import Path

_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def read_text(path: Path) -> str:
    """Read a file of text; raises UnicodeDecodeError where it is none of the three."""
    content = path.read_bytes()
    if content.startswith(_UTF_16):
        return content.decode("utf-16")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("gb18030")
