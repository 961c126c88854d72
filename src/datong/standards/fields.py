"""Names of fields: how they are found in an expression, and how repeats are written."""

import re

NAME = re.compile(r"'(?:[^']|'')*'|[A-Za-z_][A-Za-z0-9_]*\*?[A-Za-z]?")


def names(text: str) -> set[str]:
    """Collect the words of an expression that look like fields."""
    found = {n for n in NAME.findall(text) if not n.startswith("'")}
    return {n for n in found if re.search(r"[A-Z]", n)}


def numbers(span: str) -> tuple[str, ...]:
    """Write out `01..40`, leading zeros kept; nothing for an empty span."""
    first, _, last = span.partition("..")
    width = len(first) if first.startswith("0") else 0
    return (
        tuple(str(n).zfill(width) for n in range(int(first), int(last) + 1))
        if last
        else ()
    )


def spread(name: str) -> tuple[str, ...]:
    """Write out the columns of `C06x{01..40}C`; nothing for a plain name."""
    found = re.search(r"\{(\d+\.\.\d+)\}", name)
    return tuple(name.replace(found[0], n) for n in numbers(found[1])) if found else ()
