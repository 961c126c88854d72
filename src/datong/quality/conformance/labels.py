"""Label fidelity: does code 1 mean here what it means in the standard?

Labels come from a column beside the code, or from the hospital's code book. They are
compared after folding: full width, brackets, `1 - ` in front, 型 and 性 at the end.
"""

import csv
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from datong.core.reason import Trouble
from datong.quality.conformance.reasons import BAD_CODEBOOK

FRONT = re.compile(r"^[0-9A-Za-z.]+\s*[-–—.、:：]\s*")
BRACKETS = re.compile(r"[()\[\]{}（）【】「」]|\s")
END = re.compile(r"(型|性|族|省|市|自治区|特别行政区|壮族|回族|维吾尔)+$")


def folded(label: str) -> str:
    """Fold a label so that ways of writing it agree."""
    text = unicodedata.normalize("NFKC", label).strip()
    text = BRACKETS.sub("", FRONT.sub("", text)).lower()
    return END.sub("", text) or text


@dataclass(frozen=True, slots=True)
class Mislabel:
    """A code whose label here is not the standard's."""

    code: str
    label: str
    records: int
    right: str  # the standard's label
    belongs_to: str  # the code that has this label in the standard; "" where none


def judge(
    pairs: Iterable[tuple[str, str, int]], standard: Mapping[str, str]
) -> Iterator[Mislabel]:
    """Compare (code, label, count) with the standard; unknown codes pass by."""
    wrong = [
        (code, label, count)
        for code, label, count in pairs
        if code in standard and folded(label) != folded(standard[code])
    ]
    # Whose label it is asked only where one is wrong: a code system has many thousands.
    owners = {folded(label): code for code, label in standard.items()} if wrong else {}
    for code, label, count in wrong:
        owner = owners.get(folded(label), "")
        yield Mislabel(code, label, count, standard[code], owner)


def from_table(table: pa.Table) -> list[tuple[str, str, int]]:
    """Take (code, label, count) from a counted table."""
    columns = (table[name].to_pylist() for name in ("code", "label", "n"))
    return list(zip(*columns, strict=True))


def read_codebook(place: Path) -> dict[str, list[tuple[str, str]]]:
    """Read a hospital's code book: field -> its codes and labels."""
    with place.open(encoding="utf-8-sig", newline="") as opened:
        reader = csv.DictReader(opened)
        lacking = {"field", "code", "label"} - set(reader.fieldnames or ())
        if lacking:
            said = f"no column {', '.join(sorted(lacking))}"
            raise Trouble(BAD_CODEBOOK, place, file=place.name, said=said)
        book: dict[str, list[tuple[str, str]]] = {}
        for row in reader:
            book.setdefault(row["field"], []).append((row["code"], row["label"]))
    return book
