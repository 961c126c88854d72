"""Show the shape of a value that could identify somebody, not the value."""

import re
from collections.abc import Mapping

from datong.standards.model import Item

SENSITIVE = 4  # grade after GB/T 39725 from which only shapes are shown


def masked(value: str) -> str:
    """Write digits as 9, letters as A and other words as 汉."""
    shape = re.sub(r"[0-9]", "9", value)
    shape = re.sub(r"[A-Za-z]", "A", shape)
    return re.sub(r"[^\x00-\x7f]", "汉", shape)


def shown(values: Mapping[str, int], item: Item) -> dict[str, int]:
    """Return values with their counts, as shapes where the field is sensitive."""
    if item.grade < SENSITIVE and item.kind != "text":
        return dict(values)
    shapes: dict[str, int] = {}
    for value, count in values.items():
        shape = masked(value)
        shapes[shape] = shapes.get(shape, 0) + count
    return shapes
