"""The front pages, field by field and table by table, beside the notice's own lists.

The lists are read here by themselves: nothing of the readers of the catalogue is used.
"""

import csv
import re
from collections import defaultdict
from pathlib import Path

import pytest

from datong.standards.library import Library, load
from datong.standards.model import Item

NEEDS = {"必填": "M", "条件必填": "C", "": "O"}
# Where the profile says more or other than the form, with the reason.
WIDER = {"RYKB": "AN..8", "CYKB": "AN..8"}  # its own codes have 8 characters, it says 6


@pytest.fixture(scope="module")
def library() -> Library:
    return load()


def rows(place: Path) -> list[dict[str, str]]:
    if not place.is_file():
        pytest.skip(f"{place} is not there")
    with place.open(encoding="utf-8-sig", newline="") as opened:
        return list(csv.DictReader(opened))


def form_of(row: dict[str, str]) -> str:
    """Say the format that a field of the Western list must have."""
    kind, size = row["type"], row["length"]
    if kind == "decimal":  # the point counts
        return f"N..{int(size) + 1},{row['scale']}"
    forms = {"integer": f"N..{size},0", "date": "D10", "datetime": "DT19"}
    return forms.get(kind, "AN..ul" if kind == "code list" else f"AN..{size}")


def test_all_western_fields(library: Library, real_data: Path) -> None:
    items = library.profile("frontpage-western-2019").data_set.items
    listed = rows(real_data.parent / "spec" / "frontpage_fields.csv")
    assert [i.id for i in items] == [row["id"] for row in listed]
    for item, row in zip(items, listed, strict=True):
        assert (item.name.zh, item.name.en) == (row["name_zh"], row["name_en"])
        assert item.need == row["required"], item.id
        assert bool(item.when) == (row["required"] == "C"), item.id
        assert item.value_set == row["value_set"], item.id
        assert bool(item.system) == bool(row["code_system"]), item.id
        assert item.format == form_of(row), item.id


def spelled(item: Item) -> str:
    """Write a repeated item as the form does: `QTZD1-QTZD40`."""
    return "-".join((item.repeats[0], item.repeats[-1])) if item.repeats else item.id


def test_all_tcm_fields(library: Library, real_data: Path) -> None:
    items = library.profile("frontpage-tcm-2019").data_set.items
    listed = rows(real_data / "std" / "frontpage_2019_tcm.csv")
    assert [spelled(i) for i in items] == [row["field"] for row in listed]
    for item, row in zip(items, listed, strict=True):
        assert item.need == NEEDS[row["required"]], item.id
        found = re.search(r"RC\d{3}", row["note"])
        if found and item.value_set:
            assert item.value_set.startswith(f"T/{found[0]}"), item.id
        said = WIDER.get(item.id)
        if said:
            assert item.format == said
        elif row["length"].isdigit() and row["type"] == "字符":
            assert item.format == f"AN..{row['length']}", item.id
        elif row["length"] == "(10,2)":
            assert item.format == "N..11,2", item.id


def test_all_44_tables(library: Library, real_data: Path) -> None:
    listed = rows(real_data.parent / "spec" / "frontpage_values.csv")
    told: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    for row in listed:
        parts = (row["code"], row["label_zh"], row["label_en"], row["parent"])
        told[row["table"]].append(parts)
    assert (len(told), len(listed)) == (44, 1_097)
    for table, wanted in told.items():
        values = library.set(table).values
        assert all(v.label.en for v in values), table  # the list leaves some without
        mine = [(v.code, v.label.zh, v.label.en, v.parent) for v in values]
        ours = [
            (code, zh, en if theirs[2] else "", parent)
            for (code, zh, en, parent), theirs in zip(mine, wanted, strict=True)
        ]
        assert ours == wanted, table
