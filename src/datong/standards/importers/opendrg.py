"""OpenDRG `.dat`: `code name`; `A对照B.dat`: `code code`; 灰码: codes alone."""

import re
import unicodedata
from pathlib import Path

from datong.core.say import Say
from datong.standards.importers.reading import Reading, codes, pairs, text_lines

NAME = "opendrg"
SAYS = Say(
    "OpenDRG code tables and crosswalks (.dat)", "OpenDRG 代码表与对照表（.dat）"
)
DOUBLE = re.compile(r"^(\S+) +(\+[A-Z]\d\S*)")
CODE = re.compile(r"[A-Z0-9][A-Z0-9.+*/x-]*")


def narrow(line: str) -> str:
    """Fold the width of a line's code; its name stays as it was written."""
    code, blank, name = line.strip().partition(" ")
    return unicodedata.normalize("NFKC", code) + blank + name


def fits(path: Path) -> bool:
    """Take `.dat` files."""
    return path.suffix == ".dat"


def read(path: Path) -> Reading:
    """Read a code table or a crosswalk; a first line that is no code is a heading."""
    lines = [narrow(line) for line in text_lines(path) if line.strip()]
    # Some double codes were typed with a blank in them: `A01.000x003 +G01*`.
    rows = [DOUBLE.sub(r"\1\2", line.strip()).split(" ", 1) for line in lines]
    heading = bool(rows) and not CODE.fullmatch(rows[0][0])
    rows = rows[heading:]
    if "对照" in path.name:
        return pairs(path.name, ((*row, "")[:2] for row in rows), heading)
    if "手术操作分类" in path.name:  # the class of a procedure stands for its name
        return codes(path.name, ((r[0], "", "", r[-1]) for r in rows), heading)
    return codes(path.name, ((*row, "")[:2] for row in rows), heading)
